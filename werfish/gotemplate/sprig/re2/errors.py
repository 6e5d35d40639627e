"""The one error of this package, worded as Go's ``regexp`` words it."""


class RegexError(ValueError):
    """A pattern that Go would not compile: the *reason*, and the *part* that shows it."""

    def __init__(self, reason: str, part: str) -> None:
        """Word the error as Go does."""
        super().__init__(f"error parsing regexp: {reason}: `{part}`")
        self.reason = reason
        self.part = part
