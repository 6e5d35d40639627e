"""The host's store of layers: compressed once, found by the digest of their uncompressed bytes.

Compressed bytes depend on the compressor, so nothing is derived from them: a record beside each
blob says their digest, and the first blob of a layer stays. Layers that are known in a registry
but not stored here have a record of where they are.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from stages.light_dataclass import dataclass
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
            is_whole = known is not None and _digest_of(known.path) == known.digest
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

    def _known(self, diff_id: str) -> Path:
        return self._folder / "known" / f"{diff_id.removeprefix('sha256:')}.json"


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}"


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
