"""How facts of layers are written down, and read: with the first layer that is looked into."""

import base64
from dataclasses import dataclass, field
from typing import Any

from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind
from werfish.oci.layered_facts import KnownLayer, RunLayer, WrittenLayer

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


def layer_document(layer: KnownLayer) -> dict[str, Any]:
    """Return *layer* as it is written."""
    if isinstance(layer, RunLayer):
        return {"touched": sorted(layer.touched), "removed": sorted(layer.removed)}
    return {"facts": {path: _fact_document(fact) for path, fact in layer.facts.items()}}


def layer_of(document: dict[str, Any]) -> KnownLayer:
    """Return the layer of a document."""
    if "facts" in document:
        return WrittenLayer({path: _fact(fact) for path, fact in document["facts"].items()})
    return RunLayer(frozenset(document["touched"]), frozenset(document["removed"]))


def answers_document(answers: Answers) -> dict[str, Any]:
    """Return *answers* as they are written."""
    contents = {
        path: None if content is None else base64.b64encode(content).decode()
        for path, content in answers.contents.items()
    }
    facts = {path: _fact_document(fact) for path, fact in answers.facts.items()}
    return {"facts": facts, "contents": contents}


def answers_of(document: dict[str, Any]) -> Answers:
    """Return the answers of a document."""
    contents = {
        path: None if content is None else base64.b64decode(content)
        for path, content in document["contents"].items()
    }
    return Answers({path: _fact(fact) for path, fact in document["facts"].items()}, contents)
