"""Requests to build Dockerfiles, for tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stages.dockerfile import DockerfileSpec
from stages.instruction import DockerfileFacts
from stages.reached import bases_of, reached_stages
from stages.sources import EXECUTABLE, FILE, SYMLINK
from werfish.containers.context import BuildContext, ContextEntry
from werfish.containers.dockerfile import DockerfileRequest
from werfish.dockerfile.parse import expander, parse_dockerfile

TIME = 1_700_000_000


def context_of(files: Mapping[str, str]) -> BuildContext:
    """Return a context with *files*: ``-> TARGET`` is a link, ``#!`` begins a program."""

    def read(sources: Sequence[str]) -> Iterator[tuple[int, Iterator[bytes]]]:
        for path in sources:
            raw = files[path].removeprefix("-> ").encode()
            yield len(raw), iter((raw[:1], raw[1:]))

    entries = tuple(
        ContextEntry(path, _mode(text), len(text.removeprefix("-> ").encode()), path)
        for path, text in sorted(files.items())
    )
    return BuildContext(entries, read, TIME)


def _mode(text: str) -> int:
    if text.startswith("-> "):
        return SYMLINK
    return EXECUTABLE if text.startswith("#!") else FILE


@dataclass
class Asked:
    """A request for the Dockerfile *text*, and the lines that its builder prints."""

    text: str
    target: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    args: tuple[tuple[str, str], ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def request(self) -> DockerfileRequest:
        read = parse_dockerfile(self.text)
        spec = DockerfileSpec("web", "Dockerfile", target=self.target)
        facts = DockerfileFacts(read.instructions, expander(read.escape))
        reached = reached_stages(spec, facts, dict(self.args))
        return DockerfileRequest(
            image="web",
            origin="web/dockerfile",
            path="Dockerfile",
            text=self.text.encode(),
            instructions=read.instructions,
            context=context_of(self.files),
            output=self.lines.append,
            stages=frozenset(one.stage.index for one in reached),
            bases=bases_of(reached),
            syntax=read.syntax,
            target=self.target,
            args=self.args,
        )
