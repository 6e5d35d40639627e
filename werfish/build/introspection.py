"""Where the user wants to look into a build with a shell, in werf's words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from stages.stage import StageName
from werfish.errors import BuildError

ANY = "*"


@dataclass(frozen=True, slots=True)
class StagePattern:
    """The stage *name* of *image* (``~`` is the nameless one), or of any image."""

    image: str
    name: StageName

    def __str__(self) -> str:
        """Write it as the user does."""
        return f"{self.image}/{self.name}"

    def fits(self, image: str, name: StageName) -> bool:
        """Whether stage *name* of the image with the title *image* is meant."""
        return self.name is name and self.image in (ANY, image)


@dataclass(frozen=True, slots=True)
class Introspection:
    """After which *stages* there is a shell, and whether one after or before what failed."""

    stages: tuple[StagePattern, ...] = ()
    after_error: bool = False
    before_error: bool = False

    @property
    def is_wanted(self) -> bool:
        """Whether anything is asked for, so that a terminal is needed."""
        return bool(self.stages) or self.after_error or self.before_error

    def wants(self, image: str, name: StageName) -> bool:
        """Whether there is a shell after stage *name* of the image with the title *image*."""
        return any(pattern.fits(image, name) for pattern in self.stages)

    def without_match(self, built: Iterable[tuple[str, StageName]]) -> tuple[StagePattern, ...]:
        """Return the patterns that fit none of *built*: titles of images with their stages."""
        there = tuple(built)
        return tuple(
            pattern
            for pattern in self.stages
            if not any(pattern.fits(image, name) for image, name in there)
        )


class NoTerminalError(BuildError):
    """A shell was asked for, and nobody could type into it."""

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__(
            "open a shell for --introspect-*: standard input and output are no terminal",
            hint="run it in a terminal, not in a CI job or a pipe",
        )


def pattern_of(text: str) -> StagePattern:
    """Read ``[IMAGE/]STAGE``; ValueError, with the names of stages, for an unknown stage."""
    image, _, name = text.rpartition("/")
    if name not in set(StageName):
        raise ValueError(f'no stage "{name}"; stages are {", ".join(StageName)}')
    return StagePattern(image or ANY, StageName(name))
