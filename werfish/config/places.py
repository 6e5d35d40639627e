"""Which folder bounds each file of a configuration.

That is the project's folder. What the user names outside of it has a boundary of its own: the
folder that the file is in, or the folder of templates itself.
"""

from pathlib import Path

from werfish.config.files import ConfigFiles
from werfish.config.source import ConfigSource, Reading


class Places:
    """The files of the project in *directory*, and of other folders as they are named."""

    def __init__(self, directory: Path, source: ConfigSource) -> None:
        """Read from *source*."""
        self.directory = directory
        self._source = source
        self._home = directory.resolve()
        self._files: dict[Path, ConfigFiles] = {}

    @property
    def project(self) -> ConfigFiles:
        """The files of the project's folder."""
        return self._at(self._home, Path())

    @property
    def reading(self) -> Reading:
        """Everything that was seen so far."""
        return Reading(
            frozenset().union(*(files.seen for files in self._files.values())),
            frozenset().union(*(files.differing for files in self._files.values())),
        )

    def file(self, path: Path) -> tuple[ConfigFiles, str]:
        """Return what bounds the file that the user named *path*, and its path there."""
        folder = path.parent.resolve()
        if folder.is_relative_to(self._home):
            return self.project, (folder.relative_to(self._home) / path.name).as_posix()
        return self._at(folder, path.parent), path.name

    def folder(self, path: Path) -> tuple[ConfigFiles, str]:
        """Return what bounds the folder that the user named *path*, and its path there."""
        real = path.resolve()
        if real.is_relative_to(self._home):
            return self.project, real.relative_to(self._home).as_posix()
        return self._at(real, path), ""

    def _at(self, root: Path, shown: Path) -> ConfigFiles:
        if root not in self._files:
            beside = self._source.beside(root) if self._source.beside else None
            tree = self._source.tree_of(root)
            self._files[root] = ConfigFiles(root, tree, beside=beside, shown=shown)
        return self._files[root]
