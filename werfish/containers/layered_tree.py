"""The files of an image, answered by what is known of its layers, and by the image itself last.

Asking an image costs a container (made, never started); the layers that werfish wrote, and what a
stack of layers has answered before, cost a file of this host.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from werfish.containers.fact_documents import Answers
from werfish.oci.facts import Fact, folders_above, resolve
from werfish.oci.image_files import ImageFile
from werfish.oci.layer import EntryKind
from werfish.oci.layered_facts import Answer, KnownLayer, RunLayer, WrittenLayer, answer, chain_id

_ROOT = Fact(EntryKind.DIRECTORY, 0o755, 0, 0, 0)
_REMEMBERED_SIZE = 1 << 20


class Facts(Protocol):
    """What is known of layers, and of what stacks of them have answered."""

    def layer(self, diff_id: str) -> KnownLayer | None:
        """Return what is known of a layer."""
        ...

    def answers(self, chain: str) -> Answers:
        """Return what the stack of layers *chain* answered so far."""
        ...

    def keep_answers(self, chain: str, answers: Answers) -> None:
        """Remember *answers* beside what others remembered meanwhile."""
        ...


class ImageReader(Protocol):
    """What can be asked of an image itself; paths as in `ImageTree`."""

    def stat(self, path: str) -> Fact | None:
        """Return what is at *path*."""
        ...

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below folder *path*."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, which holds no links; ``None`` if none."""
        ...

    def stream(self, path: str) -> Iterable[ImageFile]:
        """Yield what is at *path* and below, as `ImageFiles` does."""
        ...


class LayeredTree:
    """The `ImageFiles` of an image by its *diff_ids*; *reader* is asked for what is not known."""

    def __init__(self, diff_ids: tuple[str, ...], store: Facts, reader: ImageReader) -> None:
        """Nothing is read yet."""
        self._diff_ids = diff_ids
        self._store = store
        self._reader = reader
        self._layers: dict[int, KnownLayer | None] = {}
        self._answers: dict[str, Answers] = {}
        self._new: dict[str, Answers] = {}
        self._facts: dict[str, Fact | None] = {"": _ROOT}

    def lookup(self, path: str) -> Fact | None:
        """Return what is at *path*, or ``None``; below what is no folder nothing is asked."""
        if path not in self._facts:
            inside = _is_folder(self.lookup(path.rpartition("/")[0]))
            self._facts[path] = self._found(path) if inside else None
        return self._facts[path]

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below folder *path*, sorted."""
        if not _is_folder(self.lookup(path)):
            return ()
        written = self._written_above(path)
        if written is None:
            return sorted(self._reader.names_below(path))
        return sorted(_names_below(path, written))

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, links followed; ``None`` where it is not."""
        resolved = resolve(path, self)
        fact = self.lookup(resolved)
        if fact is None or fact.kind is not EntryKind.FILE:
            return None
        _, chain = self._decided(resolved)
        known = self._known(chain).contents
        if resolved not in known:
            content = self._reader.read(resolved)
            if content is not None and len(content) > _REMEMBERED_SIZE:
                return content
            known[resolved] = self._fresh(chain).contents[resolved] = content
        return known[resolved]

    def stream(self, path: str) -> Iterable[ImageFile]:
        """Yield what is at *path* and below: contents are the image's own to tell."""
        return self._reader.stream(path)

    def close(self) -> None:
        """Remember on this host what was asked."""
        for chain, answers in self._new.items():
            self._store.keep_answers(chain, answers)
        self._new.clear()

    def _found(self, path: str) -> Fact | None:
        decided, chain = self._decided(path)
        return self._asked(path, chain) if isinstance(decided, Answer) else decided

    def _decided(self, path: str) -> tuple[Fact | Answer | None, str]:
        """Return what the topmost layer that knows *path* says, and the stack it stands on."""
        for height in range(len(self._diff_ids), 0, -1):
            layer = self._layer(height)
            if layer is None:
                return Answer.ASK, chain_id(self._diff_ids[:height])
            chain = chain_id(self._diff_ids[:height])
            found = answer(path, layer)
            if found is Answer.BELOW and isinstance(layer, RunLayer):
                found = self._through(path, layer, chain)
            if found is not Answer.BELOW:
                return found, chain
        return None, chain_id(())

    def _through(self, path: str, layer: RunLayer, chain: str) -> Answer | None:
        """Whether what is below *layer* counts: not if it made a file of a folder above *path*.

        Where no layer above has that folder, it was asked for before *path*.
        """
        known = self._known(chain).facts
        for folder in folders_above(path):
            if folder in layer.touched and folder not in known:
                return Answer.ASK
            if folder in layer.touched and not _is_folder(known[folder]):
                return None
        return Answer.BELOW

    def _asked(self, path: str, chain: str) -> Fact | None:
        known = self._known(chain).facts
        if any(not _is_folder(known.get(folder, _ROOT)) for folder in folders_above(path)):
            return None
        if path not in known:
            known[path] = self._fresh(chain).facts[path] = self._reader.stat(path)
        return known[path]

    def _written_above(self, path: str) -> list[WrittenLayer] | None:
        """Return all written layers, lowest first, if only they have anything below *path*."""
        written: list[WrittenLayer] = []
        for height in range(len(self._diff_ids), 0, -1):
            layer = self._layer(height)
            if layer is None:
                known = self._known(chain_id(self._diff_ids[:height])).facts
                return written[::-1] if _is_absent(path, known) else None
            if isinstance(layer, WrittenLayer):
                written.append(layer)
            elif _touches(layer, path):
                return None
        return written[::-1]

    def _layer(self, height: int) -> KnownLayer | None:
        if height not in self._layers:
            self._layers[height] = self._store.layer(self._diff_ids[height - 1])
        return self._layers[height]

    def _known(self, chain: str) -> Answers:
        if chain not in self._answers:
            self._answers[chain] = self._store.answers(chain)
        return self._answers[chain]

    def _fresh(self, chain: str) -> Answers:
        return self._new.setdefault(chain, Answers())


def _is_absent(path: str, known: Mapping[str, Fact | None]) -> bool:
    """Whether *path*, or a folder above it, is known not to be there."""
    return any(known.get(above, _ROOT) is None for above in (*folders_above(path), path))


def _touches(layer: RunLayer, path: str) -> bool:
    """Whether *layer* may have changed anything in folder *path*."""
    changed = layer.touched | layer.removed
    if layer.holds(path) or not changed.isdisjoint(folders_above(path)):
        return True
    return any(other.startswith(f"{path}/") for other in changed)


def _names_below(folder: str, layers: Iterable[WrittenLayer]) -> set[str]:
    names: set[str] = set()
    start = f"{folder}/" if folder else ""
    for layer in layers:
        closed = {path for path, fact in layer.facts.items() if not _is_folder(fact)}
        if not layer.opaque.isdisjoint((*folders_above(folder), folder)):
            names.clear()
        names = {name for name in names if layer.opaque.isdisjoint(folders_above(name))}
        names = {name for name in names if closed.isdisjoint((*folders_above(name), name))}
        present = (path for path, fact in layer.facts.items() if fact is not None)
        names.update(path for path in present if path.startswith(start))
    return names


def _is_folder(fact: Fact | None) -> bool:
    return fact is not None and fact.kind is EntryKind.DIRECTORY
