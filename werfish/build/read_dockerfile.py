"""Dockerfiles of the commit, with their contexts: what is sent, and what the digest depends on.

The Dockerfile is looked for from the project's folder, then from the context. Everything is read
from the commit, but for the files that ``contextAddFiles`` names, which git does not know.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from posixpath import dirname, normpath

from stages.dockerfile import DockerfileSpec
from stages.instruction import ContextFile, DockerfileFacts
from stages.light_dataclass import dataclass
from stages.sources import SUBMODULE, SYMLINK, TreeEntry
from werfish.build.adapters import SourceRepository
from werfish.build.added_files import added_entries
from werfish.containers.context import BuildContext, ContextEntry
from werfish.dockerfile.ignore import ignored_by
from werfish.dockerfile.parse import (
    Dockerfile,
    DockerfileSyntaxError,
    expander,
    parse_dockerfile,
)
from werfish.errors import BuildError, PlacedError

_MOST_LINKS = 40
_OF_BUILDERS = re.compile(
    r"(?i:(HTTPS?|FTP|NO|ALL)_PROXY)|BUILDKIT_\w+|SOURCE_DATE_EPOCH"
    r"|(BUILD|TARGET)(PLATFORM|OS|ARCH|VARIANT)|TARGETSTAGE"
)
"""Arguments of builders' own, which mean something to them without ARG."""


class NoDockerfileError(PlacedError):
    """The commit has no such Dockerfile, or no such context."""

    def __init__(self, image: DockerfileSpec, what: str, commit: str, submodule: str = "") -> None:
        """Name the image, *what* is not there, and the commit.

        It would be in *submodule*, where that is not checked out.
        """
        hint = "images are built from the commit: commit it, or correct the path"
        if submodule:
            hint = f'submodule "{submodule}" is not checked out; run git submodule update --init'
        super().__init__(
            f'read the Dockerfile of image "{image.title}": {what} is not in commit {commit[:12]}',
            hint=hint,
        )
        self.key = "context" if what.startswith("context") else "dockerfile"


@dataclass(frozen=True, slots=True)
class ReadDockerfile:
    """A Dockerfile at *path* of the project, what its *text* says, and its context."""

    path: str
    text: bytes
    dockerfile: Dockerfile
    context: BuildContext = field(repr=False)

    def undeclared(self, image: DockerfileSpec) -> Sequence[str]:
        """Return the ``args`` of *image* that have no effect: misspelt, or no longer an ARG."""
        declared = {
            word.partition("=")[0]
            for one in self.dockerfile.instructions
            if one.name == "ARG"
            for word in one.args
        }
        names = [name for name, _ in image.args if not _OF_BUILDERS.fullmatch(name)]
        return [name for name in names if name not in declared]

    @property
    def facts(self) -> DockerfileFacts:
        """What the digest depends on."""
        files = tuple(
            ContextFile(one.path, one.mode, _identity(one)) for one in self.context.entries
        )
        return DockerfileFacts(
            self.dockerfile.instructions, expander(self.dockerfile.escape), files
        )


class DockerfileFolder:
    """The commit and the work tree that Dockerfiles are read from."""

    def __init__(
        self, repository: SourceRepository, work_tree: Path, warn: Callable[[str], None]
    ) -> None:
        """List the commit; *warn* is told what is left out."""
        self._repository = repository
        self._work_tree = work_tree
        self._warn = warn
        entries = repository.entries(repository.commit)
        self._entries: Mapping[str, TreeEntry] = {entry.path: entry for entry in entries}

    def read(self, image: DockerfileSpec) -> ReadDockerfile:
        """Return the Dockerfile of *image* and its context; `BuildError` where they are wrong."""
        path = self._found(image)
        text = self._text(path)
        try:
            dockerfile = parse_dockerfile(text.decode("utf-8", "surrogateescape"))
        except DockerfileSyntaxError as error:
            place = f"{path}:{error.line}" if error.line else path
            problem = f'read the Dockerfile of image "{image.title}": {place}: {error.problem}'
            raise BuildError(problem) from error
        return ReadDockerfile(path, text, dockerfile, self._context(image, path))

    def _found(self, image: DockerfileSpec) -> str:
        places = dict.fromkeys((image.dockerfile, _joined(image.context, image.dockerfile)))
        for place in places:
            if self._followed(place) in self._entries:
                return place
        below = "" if image.context == "." else f"{image.context}/"
        if not any(path.startswith(below) for path in self._entries):
            raise self._missing(image, f'context "{image.context}"', [image.context])
        named = " or ".join(f'"{place}"' for place in places)
        raise self._missing(image, named, list(places))

    def _missing(
        self, image: DockerfileSpec, what: str, places: Sequence[str]
    ) -> NoDockerfileError:
        """Return the error of *what* is at none of *places*; a submodule there may be empty."""
        empty = (one.path for one in self._entries.values() if one.mode == SUBMODULE)
        paths = [f"{self._followed(place) or place}/" for place in places]
        found = (path for path in empty if any(one.startswith(f"{path}/") for one in paths))
        return NoDockerfileError(image, what, self._repository.commit, next(found, ""))

    def _followed(self, path: str) -> str:
        """Return where the symbolic links at *path* lead in the end."""
        for _ in range(_MOST_LINKS):
            entry = self._entries.get(path)
            if entry is None or entry.mode != SYMLINK:
                return path
            path = normpath(f"{dirname(path)}/{self._blob(entry).decode()}").lstrip("/")
        return ""

    def _text(self, path: str) -> bytes:
        return self._blob(self._entries[self._followed(path)])

    def _blob(self, entry: TreeEntry) -> bytes:
        return b"".join(
            piece for _, pieces in self._repository.read_blobs([entry.oid]) for piece in pieces
        )

    def _context(self, image: DockerfileSpec, dockerfile: str) -> BuildContext:
        is_ignored = self._ignored(image, dockerfile)
        found = {one.path: one for one in self._of_the_commit(image)}
        found |= {one.path: one for one in added_entries(image, self._work_tree)}
        if not found:
            raise self._missing(image, f'context "{image.context}"', [image.context])
        entries = tuple(found[path] for path in sorted(found) if not is_ignored(path))
        repository = self._repository
        return BuildContext(entries, repository.read_blobs, repository.commit_time)

    def _of_the_commit(self, image: DockerfileSpec) -> Iterator[ContextEntry]:
        start = "" if image.context == "." else f"{image.context}/"
        for path, entry in self._entries.items():
            if not path.startswith(start):
                continue
            if entry.mode == SUBMODULE:
                said = f'image "{image.title}": submodule "{path}" is left out of the context'
                self._warn(said)
                continue
            yield ContextEntry(path[len(start) :], entry.mode, 0, entry.oid)

    def _ignored(self, image: DockerfileSpec, dockerfile: str) -> Callable[[str], bool]:
        for path in (f"{dockerfile}.dockerignore", _joined(image.context, ".dockerignore")):
            if self._followed(path) in self._entries:
                try:
                    return ignored_by(self._text(path).decode("utf-8", "surrogateescape"))
                except ValueError as error:
                    raise BuildError(f'read "{path}": {error}') from error
        return lambda _: False


def _joined(context: str, path: str) -> str:
    return normpath(f"{context}/{path}")


def _identity(entry: ContextEntry) -> str:
    return f"sha256:{entry.digest}" if entry.digest else str(entry.source)
