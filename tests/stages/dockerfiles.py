"""Images from Dockerfiles for tests: a text, a context, and the parts and digest that they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stages.chain import Sources, chain_of
from stages.dockerfile import DockerfileSpec
from stages.instruction import ContextFile, DockerfileFacts
from stages.sources import FILE, SYMLINK
from stages.stage import Stage
from tests.fakes.repository import FakeRepository
from werfish.dockerfile.ignore import ignored_by
from werfish.dockerfile.parse import expander, parse_dockerfile

IMAGE = DockerfileSpec("app", "Dockerfile")


class Others:
    """Other images; what each holds is its name."""

    place = ""

    def identity(self, image: str, stage: str = "") -> str:
        return f"identity of {image}"


@dataclass(frozen=True)
class Written:
    """A Dockerfile with its context: content by path, ``-> TARGET`` for a symbolic link."""

    text: str
    files: Mapping[str, str] = field(default_factory=dict)
    ignore: str = ""

    def facts(self, image: DockerfileSpec) -> DockerfileFacts:
        read = parse_dockerfile(self.text)
        is_ignored = ignored_by(self.ignore)
        files = [
            ContextFile(path, SYMLINK if text.startswith("-> ") else FILE, text)
            for path, text in sorted(self.files.items())
            if not is_ignored(path)
        ]
        return DockerfileFacts(read.instructions, expander(read.escape), tuple(files))

    def stage(self, **keys: object) -> Stage:
        """Return the stage of an image with *keys*."""
        image = replace(IMAGE, **keys)  # type: ignore[arg-type]
        sources = Sources(FakeRepository(), images=Others(), dockerfiles=self)
        (stage,) = chain_of(image, sources, lambda _: None).stages
        return stage

    def copied(self, **keys: object) -> list[str]:
        """Return the files that count."""
        return [part.name for part in self.stage(**keys).parts if part.kind == "file"]
