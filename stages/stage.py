"""A stage, its name and place in the order, and the chain of an image."""

from collections.abc import Mapping
from enum import StrEnum

from stages.digest import Digest, Part
from stages.light_dataclass import dataclass


class StageName(StrEnum):
    """The stages of a Stapel image in build order, in werf's words; last that of a Dockerfile."""

    FROM = "from"
    BEFORE_INSTALL = "beforeInstall"
    IMPORTS_BEFORE_INSTALL = "importsBeforeInstall"
    GIT_ARCHIVE = "gitArchive"
    INSTALL = "install"
    IMPORTS_AFTER_INSTALL = "importsAfterInstall"
    BEFORE_SETUP = "beforeSetup"
    IMPORTS_BEFORE_SETUP = "importsBeforeSetup"
    SETUP = "setup"
    IMPORTS_AFTER_SETUP = "importsAfterSetup"
    GIT_CACHE = "gitCache"
    GIT_LATEST_PATCH = "gitLatestPatch"
    DOCKER_INSTRUCTIONS = "dockerInstructions"
    DOCKERFILE = "dockerfile"
    IMAGE_SPEC = "imageSpec"


RUNS_INSTRUCTIONS = frozenset(
    {StageName.BEFORE_INSTALL, StageName.INSTALL, StageName.BEFORE_SETUP, StageName.SETUP}
)
"""The stages that run a user's own instructions."""

SETS = frozenset({StageName.DOCKER_INSTRUCTIONS, StageName.IMAGE_SPEC})
"""The stages that bring no file, only settings of the image."""

IMPORTS = frozenset(
    {
        StageName.IMPORTS_BEFORE_INSTALL,
        StageName.IMPORTS_AFTER_INSTALL,
        StageName.IMPORTS_BEFORE_SETUP,
        StageName.IMPORTS_AFTER_SETUP,
    }
)
"""The stages that bring files of other images."""

BRINGS_GIT = frozenset(
    {
        StageName.GIT_ARCHIVE,
        StageName.INSTALL,
        StageName.BEFORE_SETUP,
        StageName.SETUP,
        StageName.GIT_CACHE,
        StageName.GIT_LATEST_PATCH,
    }
)
"""The stages after which the content of the git mappings is that of the commit being built.

Only those of them count as found whose commits are ancestors of the current one.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Which instruction of a stage a layer of its own is for, the *number*-th of *count*.

    With zeros it is the whole stage (which is all there is but with ``asLayers``).
    """

    number: int = 0
    count: int = 0

    @property
    def is_last(self) -> bool:
        """Whether the stage is complete after it."""
        return self.number == self.count


WHOLE = Step()
"""All of a stage."""

Commits = Mapping[str, str]
"""For each repository of an image's git mappings (empty name: the project's own), a commit."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as it must be: its digest, and the parts that the digest is made of.

    *commits* are those that the image holds after this stage if it is built now; empty before
    git content came in. *step* is what of the stage it is.
    """

    name: StageName
    digest: Digest
    parts: tuple[Part, ...]
    commits: tuple[tuple[str, str], ...] = ()
    step: Step = WHOLE

    @property
    def title(self) -> str:
        """The name for people: with the number of the instruction where it is only for one."""
        return title_of(self.name, self.step)


@dataclass(frozen=True, slots=True)
class Selected:
    """The stage that stands in the chain: found in a storage, or just built.

    *commits* are those that its image really holds, which may be older than the current ones.
    """

    name: StageName
    digest: Digest
    commits: tuple[tuple[str, str], ...] = ()
    step: Step = WHOLE

    @property
    def title(self) -> str:
        """The name for people, as that of the `Stage`."""
        return title_of(self.name, self.step)


def title_of(name: StageName, step: Step) -> str:
    """Return ``install``, or ``install-2`` for the second instruction alone."""
    return f"{name}-{step.number}" if step.number else str(name)


@dataclass(frozen=True, slots=True)
class Chain:
    """The stages of one image, in order, without the empty ones."""

    image: str
    stages: tuple[Stage, ...]
