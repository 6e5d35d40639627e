"""The host's store of layers: compressed once, found by the digest of their uncompressed bytes.

Compressed bytes depend on the compressor, so nothing is derived from them: a record beside each
blob says their digest, and the first blob of a layer stays. Layers that are known in a registry
but not stored here have a record of where they are.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from stages.light_dataclass import dataclass
from werfish import __version__
from werfish.containers.atomic_file import nameless, unfinished, write_whole
from werfish.containers.backend import Layer
from werfish.containers.fact_store import FactStore

if TYPE_CHECKING:
    from werfish.oci.layer import LayerEntry
    from werfish.oci.layer_writer import ReadContents
    from werfish.storage.compression import Compressed


@dataclass(frozen=True, slots=True)
class KnownBlob:
    """A layer's blob in a registry: its own *digest* and *size*, and the *repository* it is in."""

    digest: str
    size: int
    repository: str


class BlobStore:
    """A folder of compressed layers; every method may be called by several processes at once."""

    def __init__(self, folder: Path, facts: FactStore) -> None:
        """Use *folder*, made with the first blob; what layers hold is told to *facts*."""
        self._folder = folder
        self._facts = facts
        self._guard = threading.Lock()
        self._writing: dict[str, threading.Lock] = {}

    def write_objects(self, entries: "Sequence[LayerEntry]", read: "ReadContents") -> Layer:
        """Write *entries*, whose sources are ids of git objects; equal ones are written once.

        Of images that bring the same files at once one writes them, the others wait for it. What
        an earlier run wrote is taken too, so that other files below it cost no new layer.
        """
        key = _key_of(entries)
        with self._guard:
            writing = self._writing.setdefault(key, threading.Lock())
        with writing:
            diff_id = str(_read(self._same(key)).get("diff_id", ""))
            known = self.find(diff_id) if diff_id else None
            if known is not None and self._facts.layer(diff_id) is not None and _is_whole(known):
                return known
            layer = self.write(entries, read)
            write_whole(self._same(key), json.dumps({"diff_id": layer.diff_id}).encode())
            return layer

    def write(self, entries: "Sequence[LayerEntry]", read: "ReadContents") -> Layer:
        """Write *entries* as a layer and keep it; *read* as for `write_layer`."""
        from werfish.oci.layer_writer import write_layer
        from werfish.oci.layered_facts import written_layer
        from werfish.storage.compression import Compressed

        with unfinished(self._folder) as (file, temporary):
            compressed = Compressed(file.write)
            diff_id = write_layer(entries, read, compressed.write)
            compressed.finish()
            file.flush()
            known = self.find(diff_id)
            is_whole = known is not None and _is_whole(known)
            layer = known if known and is_whole else self._keep(diff_id, temporary, compressed)
        self._facts.keep_layer(diff_id, written_layer(entries))
        return layer

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """Open a file for content on its way into a layer; it is gone afterwards, come what may."""
        return nameless(self._folder)

    def find(self, diff_id: str) -> Layer | None:
        """Return the layer *diff_id* if it is here, and as long as when it was written."""
        record = _read(self._record(diff_id))
        path = self._blob(diff_id)
        try:
            layer = Layer(diff_id, path, str(record["digest"]), int(record["size"]))
            return layer if path.stat().st_size == layer.size else None
        except (KeyError, TypeError, ValueError, OSError):
            return None

    def remember(self, diff_id: str, digest: str, size: int, repository: str) -> None:
        """Remember that *repository* has layer *diff_id* as blob *digest*."""
        blob = KnownBlob(digest, size, repository)
        known = self.known(diff_id)
        if blob not in known:
            others = (other for other in known if other.repository != repository)
            document = [asdict(one) for one in (*others, blob)]
            write_whole(self._known(diff_id), json.dumps(document).encode())

    def known(self, diff_id: str) -> Sequence[KnownBlob]:
        """Return where blobs of layer *diff_id* have been seen; they may be gone by now."""
        try:
            document = json.loads(self._known(diff_id).read_bytes())
            return tuple(
                KnownBlob(str(one["digest"]), int(one["size"]), str(one["repository"]))
                for one in document
            )
        except (OSError, ValueError, TypeError, KeyError):
            return ()

    def _keep(self, diff_id: str, temporary: Path, compressed: "Compressed") -> Layer:
        path = self._blob(diff_id)
        layer = Layer(diff_id, path, compressed.digest, compressed.size)
        temporary.replace(path)
        record = {"digest": layer.digest, "size": layer.size}
        write_whole(self._record(diff_id), json.dumps(record).encode())
        return layer

    def _blob(self, diff_id: str) -> Path:
        return self._folder / f"{diff_id.removeprefix('sha256:')}.tar.gz"

    def _record(self, diff_id: str) -> Path:
        return self._folder / f"{diff_id.removeprefix('sha256:')}.json"

    def _same(self, key: str) -> Path:
        return self._folder / "same" / f"{key}.json"

    def _known(self, diff_id: str) -> Path:
        return self._folder / "known" / f"{diff_id.removeprefix('sha256:')}.json"


def _key_of(entries: "Sequence[LayerEntry]") -> str:
    """Return a digest of *entries*, and of the program: another one may write other bytes."""
    from werfish.oci.layer import ordered_entries

    hasher = sha256(__version__.encode())
    for entry in ordered_entries(entries):
        # Twice as quick as the entry's own representation, of which there may be 50,000.
        fields = (entry.path, entry.kind.value, entry.mode, entry.uid, entry.gid, entry.mtime)
        hasher.update(repr((*fields, entry.source, entry.link, entry.attributes)).encode())
    return hasher.hexdigest()


def _is_whole(layer: Layer) -> bool:
    with layer.path.open("rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}" == layer.digest


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
