"""Which shell runs the user's commands: the image's bash, a borrowed static one, the image's sh."""

from collections.abc import Iterator
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.errors import BuildError
from werfish.oci.facts import ImageTree, resolve
from werfish.oci.layer import EntryKind

_BASHES = ("bin/bash", "usr/bin/bash", "usr/local/bin/bash")
_SHELLS = ("bin/sh", "usr/bin/sh")


class NoShellError(BuildError):
    """An image has no shell, so it cannot run commands; *origin* names image and stage."""

    def __init__(self, origin: str) -> None:
        """Name who wanted to run commands."""
        super().__init__(
            f"run the instructions of {origin}: the image has neither bash nor sh",
            hint="use a base image with a shell, or install bash-static on this host",
        )
        self.origin = origin


@dataclass(frozen=True, slots=True)
class Shell:
    """The shell that runs the commands: a *path* of the image, or a *borrowed* one of the host.

    *is_bash* is false for a plain ``sh``, which understands less.
    """

    path: str
    borrowed: Path | None = None
    is_bash: bool = True


def shells_for(tree: ImageTree, static_bash: Path | None) -> Iterator[Shell]:
    """Return the shells that may run commands in the image of *tree*, the best first."""
    bash = _first(tree, _BASHES)
    if bash:
        yield Shell(bash)
        return
    if static_bash is not None:
        yield Shell("", borrowed=static_bash)
    plain = _first(tree, _SHELLS)
    if plain:
        yield Shell(plain, is_bash=False)


def _first(tree: ImageTree, paths: tuple[str, ...]) -> str:
    for path in paths:
        fact = tree.lookup(resolve(path, tree))
        if fact is not None and fact.kind is EntryKind.FILE:
            return f"/{path}"
    return ""
