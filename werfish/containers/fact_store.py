"""What one host knows of images: facts by layer and by stack of layers, and exact configurations.

Everything here can be found out again and is named by content, so a file that is missing or broken
is only work, and a file is never wrong because something else changed. Files are replaced whole.
"""

import json
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from werfish.containers.atomic_file import write_whole
from werfish.oci.config import ImageConfig, decode_config

if TYPE_CHECKING:
    from werfish.containers.fact_documents import Answers
    from werfish.oci.layered_facts import KnownLayer

_T = TypeVar("_T")
_HANDED_OVER = "handed-over"
_MOST_HANDED_OVER = 1000
_MOST_RECENT = 8
"""Layers that stay in memory: images of one project often share the layer of their files."""


class FactStore:
    """A folder of facts; every method may be called by several processes at once."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, which is made with the first fact."""
        self._folder = folder
        self._lock = threading.Lock()
        self._recent: dict[str, KnownLayer] = {}

    def layer(self, diff_id: str) -> "KnownLayer | None":
        """Return what is known of a layer; images that ask at once wait for one reading of it."""
        from werfish.containers.fact_documents import decode_layer

        with self._lock:
            found = self._recent.get(diff_id) or self._read("layers", diff_id, decode_layer)
            if found is not None:
                self._keep_in_memory(diff_id, found)
            return found

    def keep_layer(self, diff_id: str, layer: "KnownLayer") -> None:
        """Remember a layer."""
        from werfish.containers.fact_documents import encode_layer

        data = encode_layer(layer)
        with self._lock:
            self._write("layers", diff_id, data)
            self._keep_in_memory(diff_id, layer)

    def _keep_in_memory(self, diff_id: str, layer: "KnownLayer") -> None:
        self._recent.pop(diff_id, None)
        self._recent[diff_id] = layer
        while len(self._recent) > _MOST_RECENT:
            del self._recent[next(iter(self._recent))]

    def answers(self, chain: str) -> "Answers":
        """Return what the stack of layers *chain* (see `chain_id`) answered so far."""
        from werfish.containers.fact_documents import Answers, answers_of

        return self._read("chains", chain, lambda data: answers_of(json.loads(data))) or Answers()

    def keep_answers(self, chain: str, answers: "Answers") -> None:
        """Remember *answers* beside what others remembered meanwhile."""
        from werfish.containers.fact_documents import answers_document

        known = self.answers(chain)
        known.facts.update(answers.facts)
        known.contents.update(answers.contents)
        self._write("chains", chain, _dump(answers_document(known)))

    def config(self, image_id: str) -> ImageConfig | None:
        """Return the exact configuration of an image that werfish assembled on this host."""
        return self._read("configs", image_id, lambda data: _config(data, image_id))

    def keep_config(self, config: ImageConfig) -> None:
        """Remember *config* under the id that it gives its image."""
        self._write("configs", config.id, config.encode())

    def handed_over(self) -> tuple[str, ...]:
        """Return the digests of layers that BuildKit handed over and the daemon got, oldest first.

        The daemon may have lost them since.
        """
        return self._read("buildkit", _HANDED_OVER, lambda data: _texts(json.loads(data))) or ()

    def keep_handed_over(self, digests: Sequence[str]) -> None:
        """Remember *digests*, the latest of all."""
        older = [one for one in self.handed_over() if one not in digests]
        self._write("buildkit", _HANDED_OVER, _dump([*older, *digests][-_MOST_HANDED_OVER:]))

    def forget_handed_over(self) -> None:
        """Forget all of them: the daemon lacks one."""
        self._write("buildkit", _HANDED_OVER, _dump([]))

    def _read(self, kind: str, digest: str, decode: Callable[[bytes], _T]) -> _T | None:
        try:
            return decode(self._path(kind, digest).read_bytes())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def _write(self, kind: str, digest: str, data: bytes) -> None:
        write_whole(self._path(kind, digest), data)

    def _path(self, kind: str, digest: str) -> Path:
        return self._folder / kind / f"{digest.removeprefix('sha256:')}.json"


def _dump(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _texts(document: list[Any]) -> tuple[str, ...]:
    return tuple(str(text) for text in document)


def _config(data: bytes, image_id: str) -> ImageConfig:
    if f"sha256:{sha256(data).hexdigest()}" != image_id:
        raise ValueError("not what its name says")
    return decode_config(data)
