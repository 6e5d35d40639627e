"""How facts of layers are written down, and read: with the first layer that is looked into."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind
from werfish.oci.layered_facts import KnownLayer, RunLayer, WrittenLayer

_FIELDS = 6
_KINDS = {kind.value: kind for kind in EntryKind}


@dataclass(slots=True)
class Answers:
    """What a stack of layers answered: facts by path, and the contents of small files."""

    facts: dict[str, Fact | None] = field(default_factory=dict)
    contents: dict[str, bytes | None] = field(default_factory=dict)


def _fact_document(fact: Fact | None) -> list[Any] | None:
    if fact is None:
        return None
    return [fact.kind.value, fact.mode, fact.uid, fact.gid, fact.mtime, fact.link]


def _fact(document: list[Any] | None) -> Fact | None:
    if document is None:
        return None
    kind, mode, uid, gid, mtime, link = document
    return Fact(_KINDS[kind], int(mode), int(uid), int(gid), int(mtime), str(link))


def encode_layer(layer: KnownLayer) -> bytes:
    """Write what is known of a layer."""
    return json.dumps(_layer_document(layer), separators=(",", ":")).encode()


def decode_layer(data: bytes) -> KnownLayer:
    """Read what `encode_layer` wrote; ValueError, KeyError or TypeError for what it did not."""
    return _layer(json.loads(data))


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


def answers_document(answers: Answers) -> dict[str, Any]:
    """Return *answers* as they are written."""
    facts = {path: _fact_document(fact) for path, fact in answers.facts.items()}
    return {"facts": facts, "contents": _encoded(answers.contents)}


def answers_of(document: dict[str, Any]) -> Answers:
    """Return the answers of a document."""
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
