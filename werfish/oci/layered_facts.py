"""What the topmost layers say of a path, so that the image itself need not be asked. Pure.

A layer that werfish wrote or read is known entry by entry. Of a layer of instructions only the
paths are known that it touched: what it did not touch is as below, what it touched must be asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum
from hashlib import sha256

from stages.light_dataclass import dataclass
from werfish.oci.facts import Fact, folders_above
from werfish.oci.layer import EntryKind, LayerEntry


@dataclass(frozen=True, slots=True)
class WrittenLayer:
    """A layer that is known entry by entry: what is there now, ``None`` where it is gone.

    Of the folders in *opaque* nothing is left that layers below have in them. The *contents* of a
    few files, by path, are those that layers above often need.
    """

    facts: Mapping[str, Fact | None]
    opaque: frozenset[str] = frozenset()
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunLayer:
    """A layer of instructions: the paths that were changed or added, and those that went away."""

    touched: frozenset[str]
    removed: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether *path* may be other than below: it was touched, or went with a folder."""
        if path in self.touched or path in self.removed:
            return True
        return any(folder in self.removed for folder in folders_above(path))


KnownLayer = WrittenLayer | RunLayer


class Answer(Enum):
    """What the layers say where they do not say a fact."""

    ASK = "ask the image"
    BELOW = "as the layers below have it"


def written_layer(entries: Sequence[LayerEntry]) -> WrittenLayer:
    """Return what the layer of *entries* says."""
    ordered = sorted(entries, key=lambda entry: entry.kind is not EntryKind.WHITEOUT)
    return WrittenLayer({entry.path: _fact(entry) for entry in ordered})


def answer(path: str, layer: KnownLayer) -> Fact | Answer | None:
    """Return what *layer* alone says of *path*, whose parent is known to be a folder in it."""
    if isinstance(layer, RunLayer):
        return Answer.ASK if layer.holds(path) else Answer.BELOW
    if path in layer.facts:
        return layer.facts[path]
    for folder in reversed(folders_above(path)):
        if folder in layer.opaque:
            return None
        if folder in layer.facts:
            fact = layer.facts[folder]
            is_folder = fact is not None and fact.kind is EntryKind.DIRECTORY
            return Answer.BELOW if is_folder else None
    return Answer.BELOW


def _fact(entry: LayerEntry) -> Fact | None:
    if entry.kind is EntryKind.WHITEOUT:
        return None
    if entry.kind is EntryKind.HARDLINK:
        return Fact(EntryKind.FILE, entry.mode, entry.uid, entry.gid, entry.mtime)
    mode = 0o777 if entry.kind is EntryKind.SYMLINK else entry.mode
    return Fact(entry.kind, mode, entry.uid, entry.gid, entry.mtime, entry.link)


def chain_id(diff_ids: Sequence[str]) -> str:
    """Return what names a stack of layers, as the OCI image specification computes it.

    The files of an image depend on nothing else. The stack without layers is ``sha256:`` and the
    digest of nothing.
    """
    if not diff_ids:
        return f"sha256:{sha256().hexdigest()}"
    chain = diff_ids[0]
    for diff_id in diff_ids[1:]:
        chain = f"sha256:{sha256(f'{chain} {diff_id}'.encode()).hexdigest()}"
    return chain
