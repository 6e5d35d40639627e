"""The families of errors and their exit codes, once each.

An error says what was being done, to what, and what went wrong; advice goes into ``hint``.
Children live in the package that raises them and carry data. A bug is not a `WerfishError`.
"""

USAGE_EXIT_CODE = 64
"""Wrong flags or arguments (``EX_USAGE``): 2 is left to mean "there are changes" in plans."""


class WerfishError(Exception):
    """Something the user can understand and mend.

    *message* reads ``doing what, to what: what went wrong``: lower case, no full stop, values
    quoted. *hint* says what to do about it.
    """

    exit_code: int = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep *message* as the text of the error and *hint* beside it."""
        super().__init__(message)
        self.hint = hint

    @property
    def parts(self) -> "tuple[WerfishError, ...]":
        """What is to be shown: itself, or the errors that it stands for."""
        return (self,)


class ConfigError(WerfishError):
    """The project's configuration is missing, unreadable or wrong."""

    exit_code = 3


class GitError(WerfishError):
    """The repository is missing, empty, shallow or does not answer."""

    exit_code = 4


class BuildError(WerfishError):
    """An image or one of its stages could not be built."""

    exit_code = 5


class PlacedError(BuildError):
    """What went wrong stands in *line* of the rendered configuration; 0 where that is unknown.

    *key* is the key of the image that it is about, where it knows that alone.
    """

    line: int = 0
    key: str = ""

    def located(self, place: str) -> BuildError:
        """Return this as an error that shows its *place*, ``file:line``; empty where unknown."""
        placed = BuildError(f"{place}: {self}" if place else str(self), hint=self.hint)
        placed.exit_code = self.exit_code
        return placed


class RegistryError(WerfishError):
    """A container registry refused, failed or could not be reached."""

    exit_code = 6


class HelmError(WerfishError):
    """Helm is missing, too old, or could not render the chart."""

    exit_code = 7


class ReleaseError(WerfishError):
    """The records of a release are missing, locked or unreadable."""

    exit_code = 8


class DeployError(WerfishError):
    """The cluster could not be reached, or refused a change."""

    exit_code = 9


class TrackError(WerfishError):
    """A resource of the release failed, or was not ready in time."""

    exit_code = 10


class SecretError(WerfishError):
    """A secret key is missing or a secret cannot be decrypted."""

    exit_code = 11


class CleanupError(WerfishError):
    """Cleaning up could not be finished."""

    exit_code = 12


FAMILIES: tuple[type[WerfishError], ...] = (
    WerfishError,
    ConfigError,
    GitError,
    BuildError,
    RegistryError,
    HelmError,
    ReleaseError,
    DeployError,
    TrackError,
    SecretError,
    CleanupError,
)
"""Every family, for the documentation and for the test of unique exit codes."""


def counted(number: int, noun: str) -> str:
    """Return *number* things of *noun*, which takes an ``s``: ``1 stage``, ``2 stages``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
