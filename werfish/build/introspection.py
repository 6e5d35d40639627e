"""Where the user wants to look into a build with a shell, in werf's words. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace

from stages.light_dataclass import dataclass
from stages.stage import RUNS_INSTRUCTIONS, Stage, StageName, Step, title_of
from werfish.config.advice import nearest
from werfish.errors import BuildError, ConfigError

ANY = "*"
_TITLE = re.compile(r"(?P<name>[A-Za-z]+)-(?P<number>[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class StagePattern:
    """The stage *name* of *image* (``~`` is the nameless one), or of any image.

    *number* is that of one of its instructions, where they are layers (``asLayers``).
    """

    image: str
    name: StageName
    number: int = 0

    def __str__(self) -> str:
        """Write it as the user does."""
        return f"{self.image}/{title_of(self.name, Step(self.number))}"

    def fits(self, image: str, stage: Stage) -> bool:
        """Whether *stage* of the image with the title *image* is meant."""
        step = stage.step
        is_meant = step.number == self.number if self.number else step.is_last
        return is_meant and self.name is stage.name and self.image in (ANY, image)


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

    def wants(self, image: str, stage: Stage) -> bool:
        """Whether there is a shell after *stage* of the image with the title *image*."""
        return any(pattern.fits(image, stage) for pattern in self.stages)

    def without_match(self, built: Iterable[tuple[str, Stage]]) -> tuple[StagePattern, ...]:
        """Return the patterns that fit none of *built*: titles of images with their stages."""
        there = tuple(built)
        return tuple(
            pattern
            for pattern in self.stages
            if not any(pattern.fits(image, stage) for image, stage in there)
        )


class NoTerminalError(BuildError):
    """A shell was asked for, and nobody could type into it."""

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__(
            "open a shell for --introspect-*: standard input and output are no terminal",
            hint="run it in a terminal, not in a CI job or a pipe",
        )


class UnknownPatternError(ConfigError):
    """A shell was asked for in an image that the project does not have."""

    def __init__(self, pattern: StagePattern, known: tuple[str, ...]) -> None:
        """Name the image, and what may be meant."""
        meant = nearest(pattern.image, known)
        names = f"the images are: {', '.join(known) or 'none'}"
        super().__init__(
            f'read --introspect-stage "{pattern}": no image "{pattern.image}" in the project',
            hint=f'did you mean "{replace(pattern, image=meant)}"?' if meant else names,
        )


def require_images(patterns: Iterable[StagePattern], titles: tuple[str, ...]) -> None:
    """Raise `UnknownPatternError` for the first pattern whose image is none of *titles*."""
    for pattern in patterns:
        if pattern.image != ANY and pattern.image not in titles:
            raise UnknownPatternError(pattern, titles)


def pattern_of(text: str) -> StagePattern:
    """Read ``[IMAGE/]STAGE[-NUMBER]``; ValueError, with the names of stages, for an unknown one."""
    image, _, title = text.rpartition("/")
    found = _TITLE.fullmatch(title)
    name = found["name"] if found else title
    if name not in set(StageName) or (name != title and name not in RUNS_INSTRUCTIONS):
        meant = nearest(name, StageName)
        number = f"-{found['number']}" if found and meant in RUNS_INSTRUCTIONS else ""
        advice = f'did you mean "{meant}{number}"? ' if meant and meant != name else ""
        raise ValueError(f'no stage "{title}"; {advice}stages are {", ".join(StageName)}')
    return StagePattern(image or ANY, StageName(name), int(found["number"]) if found else 0)
