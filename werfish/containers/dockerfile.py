"""What a backend is asked to build from a Dockerfile, and how that fails.

A seam: whoever builds gets all that it needs in one request and gives one untagged image back.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from stages.instruction import Instruction
from stages.light_dataclass import dataclass
from werfish.containers.context import BuildContext
from werfish.containers.ending import container_ending
from werfish.errors import BuildError

TAIL_LINES = 20


@dataclass(frozen=True, slots=True)
class DockerfileRequest:
    """A Dockerfile to build, with its context.

    *text* is the Dockerfile's, *path* how people know it, *instructions* and *syntax* what it says;
    *stages* are the places of the build stages that the target is made from, *bases* the images
    that these need from outside. *args* are values for ARG, *secrets* are by their ids. *image* is
    the name for people; *output* receives each line that the builder prints, *origin* says of which
    image and stage. *platform* is empty for the machine's own.
    """

    image: str
    origin: str
    path: str
    text: bytes
    instructions: tuple[Instruction, ...]
    context: BuildContext
    output: Callable[[str], None] = field(compare=False)
    stages: frozenset[int] = frozenset({0})
    syntax: str = ""
    bases: tuple[str, ...] = ()
    target: str = ""
    args: tuple[tuple[str, str], ...] = ()
    add_hosts: tuple[str, ...] = ()
    network: str = ""
    ssh: str = ""
    secrets: Mapping[str, bytes] = field(default_factory=dict, repr=False, hash=False)
    platform: str = ""


_REFUSED = re.compile(r"dockerfile parse error (?:on )?line (?P<line>\d+): (?P<problem>.+)")
_UNKNOWN = "unknown instruction: "
_NOT_IN_CONTEXT = re.compile(
    r"failed to (?:compute cache key|calculate checksum)[^\n]*: (?P<path>\"?/[^\n]*?) ?:? not found"
    r"|failed to walk [^\n]*no such file or directory"
)


class DockerfileFailedError(BuildError):
    """The builder could not build it.

    ``line`` is that of the instruction that failed, ``code`` the exit code of what it ran; both 0
    where they are unknown. ``tail`` are the last lines of its output.
    """

    def __init__(
        self,
        request: DockerfileRequest,
        problem: str,
        *,
        instruction: Instruction | None = None,
        code: int = 0,
        tail: Sequence[str] = (),
    ) -> None:
        """Say which instruction failed, how, and what it printed last."""
        said_last = "\n".join((problem, *tail))
        self.line = instruction.line if instruction else 0
        refused = None if instruction else _REFUSED.search(said_last)
        if refused:
            self.line, problem, tail = int(refused["line"]), refused["problem"], ()
        missing = _NOT_IN_CONTEXT.search(said_last)
        if missing and not code:
            what = missing["path"] or "what it takes"
            problem, tail = f"{what} is not in the context", ()
        self.problem, self.code, self.tail = problem, code, tuple(tail)
        place = f"{request.path}:{self.line}" if self.line else request.path
        said = container_ending(code) if code else problem
        lines = [f'build image "{request.image}": stage "dockerfile": {place}: {said}']
        if instruction:
            lines.append(f"  {instruction.text}")
        if self.tail:
            lines += ["  the last lines of its output:", *(f"    {line}" for line in self.tail)]
        super().__init__(
            "\n".join(lines),
            hint=f"nothing was kept of this image; {_advice(request, said_last, code)}",
        )

    def hide(self, masked: Callable[[str], str]) -> None:
        """Replace secrets in all that this says: a builder's output is a part of it."""
        self.problem, self.tail = masked(self.problem), tuple(map(masked, self.tail))
        self.args = (masked(str(self)),)


def _advice(request: DockerfileRequest, said: str, code: int) -> str:
    """Return what to do about what a builder *said* last, if no command ended with a *code*."""
    if code:
        return "mend the instruction and build again"
    if _UNKNOWN in said and any(one.heredocs for one in request.instructions):
        known = 'put "# syntax=docker/dockerfile:1" on top of the Dockerfile'
        return f"this builder knows no here-documents: {known}, or name a buildkitd"
    if _NOT_IN_CONTEXT.search(said):
        ignoring = ".dockerignore may leave it out"
        return f"the context is what is committed, and {ignoring}: commit it, or correct the path"
    return "mend the instruction and build again"


class NeedsBuildKitError(BuildError):
    """The Dockerfile needs what only BuildKit can do, and there is none; *needs* says what."""

    def __init__(self, request: DockerfileRequest, needs: Sequence[str]) -> None:
        """Name everything, with its place."""
        shown = "".join(f"\n  {need}" for need in needs)
        super().__init__(
            f'build image "{request.image}": "{request.path}": the classic builder of Docker'
            f" cannot do this:{shown}",
            hint='install BuildKit: a "docker" with buildx on PATH (without DOCKER_BUILDKIT=0),'
            " or a buildkitd that BUILDKIT_HOST names",
        )
        self.needs = tuple(needs)
