"""What one host knows of images: facts by layer and by stack of layers, and exact configurations.

Everything here can be found out again and is named by content, so a file that is missing or broken
is only work, and a file is never wrong because something else changed. Files are replaced whole.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from werfish.containers.atomic_file import write_whole
from werfish.oci.config import ImageConfig, decode_config
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind
from werfish.oci.layered_facts import KnownLayer, RunLayer, WrittenLayer

_T = TypeVar("_T")
_FIELDS = 6
_KINDS = {kind.value: kind for kind in EntryKind}


@dataclass(slots=True)
class Answers:
    """What a stack of layers answered: facts by path, and the contents of small files."""

    facts: dict[str, Fact | None] = field(default_factory=dict)
    contents: dict[str, bytes | None] = field(default_factory=dict)


class FactStore:
    """A folder of facts; every method may be called by several processes at once."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, which is made with the first fact."""
        self._folder = folder

    def layer(self, diff_id: str) -> KnownLayer | None:
        """Return what is known of a layer."""
        return self._read("layers", diff_id, decode_layer)

    def keep_layer(self, diff_id: str, layer: KnownLayer) -> None:
        """Remember a layer."""
        self._write("layers", diff_id, encode_layer(layer))

    def answers(self, chain: str) -> Answers:
        """Return what the stack of layers *chain* (see `chain_id`) answered so far."""
        return self._read("chains", chain, lambda data: _answers(json.loads(data))) or Answers()

    def keep_answers(self, chain: str, answers: Answers) -> None:
        """Remember *answers* beside what others remembered meanwhile."""
        known = self.answers(chain)
        known.facts.update(answers.facts)
        known.contents.update(answers.contents)
        self._write("chains", chain, _dump(_answers_document(known)))

    def config(self, image_id: str) -> ImageConfig | None:
        """Return the exact configuration of an image that werfish assembled on this host."""
        return self._read("configs", image_id, lambda data: _config(data, image_id))

    def keep_config(self, config: ImageConfig) -> None:
        """Remember *config* under the id that it gives its image."""
        self._write("configs", config.id, config.encode())

    def _read(self, kind: str, digest: str, decode: Callable[[bytes], _T]) -> _T | None:
        try:
            return decode(self._path(kind, digest).read_bytes())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def _write(self, kind: str, digest: str, data: bytes) -> None:
        write_whole(self._path(kind, digest), data)

    def _path(self, kind: str, digest: str) -> Path:
        return self._folder / kind / f"{digest.removeprefix('sha256:')}.json"


def encode_layer(layer: KnownLayer) -> bytes:
    """Write what is known of a layer."""
    return _dump(_layer_document(layer))


def decode_layer(data: bytes) -> KnownLayer:
    """Read what `encode_layer` wrote; ValueError, KeyError or TypeError for what it did not."""
    return _layer(json.loads(data))


def _dump(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _fact_document(fact: Fact | None) -> list[Any] | None:
    if fact is None:
        return None
    return [fact.kind.value, fact.mode, fact.uid, fact.gid, fact.mtime, fact.link]


def _fact(document: list[Any] | None) -> Fact | None:
    if document is None:
        return None
    kind, mode, uid, gid, mtime, link = document
    return Fact(_KINDS[kind], int(mode), int(uid), int(gid), int(mtime), str(link))


def _layer_document(layer: KnownLayer) -> dict[str, Any]:
    if isinstance(layer, RunLayer):
        return {"touched": sorted(layer.touched), "removed": sorted(layer.removed)}
    facts = {path: _fact_document(fact) for path, fact in layer.facts.items()}
    document: dict[str, Any] = {"facts": facts}
    if layer.opaque:
        document["opaque"] = sorted(layer.opaque)
    if layer.contents:
        document["contents"] = _encoded(layer.contents)
    return document


def _layer(document: dict[str, Any]) -> KnownLayer:
    if "facts" in document:
        facts = _LazyFacts(document["facts"])
        contents = _decoded(document.get("contents", {}))
        known = {path: content for path, content in contents.items() if content is not None}
        return WrittenLayer(facts, frozenset(document.get("opaque", ())), known)
    return RunLayer(frozenset(document["touched"]), frozenset(document["removed"]))


class _LazyFacts(Mapping[str, Fact | None]):
    """Facts of a document, made when they are asked for: mostly few of many are."""

    def __init__(self, document: Mapping[str, list[Any] | None]) -> None:
        if any(fact is not None and len(fact) != _FIELDS for fact in document.values()):
            raise ValueError("not facts")
        self._document = document

    def __getitem__(self, path: str) -> Fact | None:
        return _fact(self._document[path])

    def __contains__(self, path: object) -> bool:
        return path in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)


def _answers_document(answers: Answers) -> dict[str, Any]:
    facts = {path: _fact_document(fact) for path, fact in answers.facts.items()}
    return {"facts": facts, "contents": _encoded(answers.contents)}


def _answers(document: dict[str, Any]) -> Answers:
    facts = {path: _fact(fact) for path, fact in document["facts"].items()}
    return Answers(facts, _decoded(document["contents"]))


def _encoded(contents: Mapping[str, bytes | None]) -> dict[str, str | None]:
    return {
        path: None if content is None else base64.b64encode(content).decode()
        for path, content in contents.items()
    }


def _decoded(document: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {
        path: None if text is None else base64.b64decode(text) for path, text in document.items()
    }


def _config(data: bytes, image_id: str) -> ImageConfig:
    if f"sha256:{sha256(data).hexdigest()}" != image_id:
        raise ValueError("not what its name says")
    return decode_config(data)
