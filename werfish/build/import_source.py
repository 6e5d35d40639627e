"""What imports take from their sources: read from the image, filtered, its contents set aside.

An image is read once for an import, as a stream, and nothing of it runs.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from stages.image import ImageSpec
from stages.imports import Import
from stages.kinds.imports import import_name
from stages.light_dataclass import dataclass
from werfish.build.import_layer import Taken, TakenFile
from werfish.build.scratch import Scratch
from werfish.errors import PlacedError
from werfish.oci.facts import Fact, resolve
from werfish.oci.image_files import ImageFile, ImageFiles
from werfish.oci.layer import EntryKind


class MissingImportError(PlacedError):
    """The source of an import has nothing at the path that is imported.

    ``line`` is where the import stands in the configuration, 0 where that is unknown.
    """

    def __init__(self, image: ImageSpec, one: Import) -> None:
        """Name the image that imports, the source and the path."""
        source = f'image "{one.image}"' if one.image else f'"{one.reference}"'
        super().__init__(
            f'image "{image.title}": import "{import_name(one)}": {source} has no "{one.add}"',
            hint="correct import.add, or have an earlier stage of the source make the path",
        )
        self.line = one.line


def _top(path: str, tree: ImageFiles) -> str:
    """Return what *path* stands for, as for rsync: only a link to a folder is followed."""
    resolved = resolve(path, tree)
    fact = tree.lookup(resolved)
    if fact is not None and fact.kind is EntryKind.DIRECTORY:
        return resolved
    folder, name = posixpath.split(path.strip("/"))
    return posixpath.join(resolve(folder, tree), name)


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes files for imports of *image*: contents go to *scratch*, remarks to *warn*."""

    image: ImageSpec
    scratch: Scratch
    warn: Callable[[str], object]

    def take(self, one: Import, tree: ImageFiles) -> Taken:
        """Return what *one* brings from *tree*; where nothing is, a `MissingImportError`."""
        top = _top(one.add, tree)
        files = tuple(self._files(one, top, tree)) if tree.lookup(top) is not None else ()
        if not files or files[0].path:
            raise MissingImportError(self.image, one)
        if len(files) == 1 and one.include_paths and files[0].fact.kind is EntryKind.DIRECTORY:
            self._remark(one, "no file matches includePaths")
        return Taken(one, files)

    def _files(self, one: Import, top: str, tree: ImageFiles) -> Iterator[TakenFile]:
        """Yield the files that *one* selects, and the folders above them that it does not."""
        first: dict[str, TakenFile] = {}
        late: list[ImageFile] = []
        above: list[TakenFile] = []
        for file in tree.stream(top):
            while above and not file.path.startswith(f"{above[-1].path}/"):
                above.pop()
            if file.fact is None:
                self._leave_out(one, file.path)
            elif not one.selects(file.path):
                if file.fact.kind is EntryKind.DIRECTORY:
                    above.append(self._taken(file, file.fact))
            else:
                yield from above
                above.clear()
                if file.same_as and file.same_as not in first:
                    late.append(file)
                else:
                    yield self._named(file, file.fact, first)
        yield from self._late(late, top, tree, first)

    def _named(self, file: ImageFile, fact: Fact, first: dict[str, TakenFile]) -> TakenFile:
        """Return *file*, kept among the *first* names, or as a further name of one of these."""
        if file.same_as:
            return replace(first[file.same_as], path=file.path)
        taken = self._taken(file, fact)
        if fact.kind is not EntryKind.DIRECTORY:
            first[file.path] = taken
        return taken

    def _late(
        self, files: Iterable[ImageFile], top: str, tree: ImageFiles, first: dict[str, TakenFile]
    ) -> Iterator[TakenFile]:
        """Yield *files* whose content came under a name that is not selected: it is read again."""
        for file in files:
            if file.same_as not in first:
                for other in tree.stream(posixpath.join(top, file.same_as)):
                    if other.fact is not None:
                        first[file.same_as] = self._taken(other, other.fact)
            if file.same_as in first:
                yield replace(first[file.same_as], path=file.path)

    def _taken(self, file: ImageFile, fact: Fact) -> TakenFile:
        is_file = fact.kind is EntryKind.FILE
        source = self.scratch.add(file.content) if is_file else ""
        return TakenFile(file.path, fact, source, file.attributes)

    def _leave_out(self, one: Import, path: str) -> None:
        if one.selects(path):
            self._remark(one, f'"{path}" is a device, a pipe or a socket: left out')

    def _remark(self, one: Import, text: str) -> None:
        self.warn(f'image "{self.image.title}": import "{import_name(one)}": {text}')
