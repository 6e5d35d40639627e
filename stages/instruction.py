"""What a Dockerfile says and what its context holds, as whoever read them tells the stages."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from stages.dockerfile import DockerfileSpec
from stages.errors import StageError
from stages.light_dataclass import dataclass


class Expand(Protocol):
    """Turns a word of an instruction, and variables, into the word with their values."""

    def __call__(self, word: str, variables: Mapping[str, str], *, has_all: bool = False) -> str:
        """Return *word* without its quotes; ValueError if malformed.

        A variable that is not given stays as it is written, unless the variables *has_all*: then
        it is not set, and a default that the word has for that counts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. *name* is in capitals, *text* the whole of it on one line, as written.

    *args* are its words (of ENV and LABEL: name, value, sign); *heredocs* the texts that follow
    it, each with its name. *line* and *last_line* are where it stands. *triggers* of ONBUILD is
    what stages and images upon this one begin with.
    """

    name: str
    text: str
    flags: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    heredocs: tuple[tuple[str, str], ...] = ()
    line: int = 0
    last_line: int = 0
    is_json: bool = False
    triggers: "tuple[Instruction, ...]" = ()

    def flag(self, name: str) -> str:
        """Return the value of ``--name=VALUE``, empty where it is not given."""
        return next(iter(self.flag_values(name)), "")

    def flag_values(self, name: str) -> tuple[str, ...]:
        """Return the values of every ``--name=VALUE``."""
        start = f"--{name}="
        return tuple(one.removeprefix(start) for one in self.flags if one.startswith(start))


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A file of the context that the builder gets. *content* identifies what is in it.

    *path* is relative to the context; *mode* is as git's.
    """

    path: str
    mode: int
    content: str


@dataclass(frozen=True, slots=True)
class DockerfileFacts:
    """A Dockerfile that was read: its *instructions*, how its words are expanded, its *context*.

    The context is sorted, and without what ``.dockerignore`` names.
    """

    instructions: tuple[Instruction, ...]
    expand: Expand = field(compare=False)
    context: tuple[ContextFile, ...] = ()


class Dockerfiles(Protocol):
    """The Dockerfiles of the commit that is being built."""

    def facts(self, image: DockerfileSpec) -> DockerfileFacts:
        """Return what *image* is built from."""
        ...


class NoDockerfiles:
    """No image has one."""

    def facts(self, image: DockerfileSpec) -> DockerfileFacts:
        """Refuse: nobody may ask."""
        raise KeyError(image.name)


class DockerfileError(StageError):
    """A Dockerfile does not say what an image needs of it; *key* is that of the image, if known."""

    key = ""

    def __init__(self, image: str, path: str, problem: str, line: int = 0) -> None:
        """Name the *image*, and the *path* and *line* of what is wrong."""
        place = f"{path}:{line}" if line else path
        super().__init__(f'image "{image}": {place}: {problem}')
        self.image, self.path, self.line, self.problem = image, path, line, problem


class UnknownTargetError(DockerfileError):
    """The ``target`` of an image is no stage of its Dockerfile."""

    key = "target"
