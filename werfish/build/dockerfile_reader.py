"""Dockerfiles of the commit, each read once a build; what reads them is imported with the first."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from stages.dockerfile import DockerfileSpec
from stages.instruction import DockerfileFacts
from werfish.build.adapters import SourceRepository

if TYPE_CHECKING:
    from werfish.build.read_dockerfile import DockerfileFolder, ReadDockerfile


class DockerfileReader:
    """Reads each Dockerfile once a build; *work_tree* has what git does not know. For threads."""

    def __init__(
        self, repository: SourceRepository, work_tree: Path, warn: Callable[[str], None]
    ) -> None:
        """Read nothing yet; *warn* is told what is left out and what has no effect."""
        self._repository = repository
        self._work_tree = work_tree
        self._warn = warn
        self._lock = threading.RLock()
        self._read: dict[tuple[str, str, tuple[str, ...]], ReadDockerfile] = {}
        self._folder: DockerfileFolder | None = None
        self._warned: set[str] = set()

    def facts(self, image: DockerfileSpec) -> DockerfileFacts:
        """Return what the digest of *image* depends on."""
        return self.read(image).facts

    def read(self, image: DockerfileSpec) -> "ReadDockerfile":
        """Return the Dockerfile of *image* and its context; `BuildError` where they are wrong."""
        key = (image.dockerfile, image.context, image.context_add_files)
        with self._lock:
            if key not in self._read:
                self._read[key] = self._opened().read(image)
            found = self._read[key]
            if image.title not in self._warned:
                self._warned.add(image.title)
                unused = [*found.undeclared(image)]
                if unused:
                    said = f"no ARG of {found.path} has these names, so they have no effect"
                    self._warn(f'image "{image.title}": args {", ".join(unused)}: {said}')
            return found

    def _opened(self) -> "DockerfileFolder":
        from werfish.build.read_dockerfile import DockerfileFolder

        if self._folder is None:
            self._folder = DockerfileFolder(self._repository, self._work_tree, self._warn)
        return self._folder
