"""What is wrong with the environment of a CI system."""

from werfish.errors import ConfigError


class NotInCiError(ConfigError):
    """The environment is not that of the CI system that was named."""

    def __init__(self, system: str, marks: tuple[str, ...]) -> None:
        """Name the CI *system*, and the variables that would show it."""
        super().__init__(
            f"read the environment of {system}: none of {', '.join(marks)} is set",
            hint=f"run it in a job of {system}",
        )


class CiEnvError(ConfigError):
    """The environment lacks what was asked for, or holds what cannot be passed on."""
