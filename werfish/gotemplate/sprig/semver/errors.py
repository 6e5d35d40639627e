"""The one error of this package, worded as the library words it."""


class SemverError(ValueError):
    """A text that is neither a version nor a constraint."""
