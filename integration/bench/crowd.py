"""What fills a namespace beside the release that is measured: objects and records of others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

OBJECTS, RELEASES = 5000, 200
OWNED = 5
"""So many objects has each of the other releases; those besides have no marks of Helm."""


def objects_of_others() -> Iterator[Mapping[str, Any]]:
    """Yield 5,000 objects: what 200 releases have, and what nobody released."""
    for number in range(OBJECTS):
        metadata: dict[str, Any] = {"name": f"foreign-{number}"}
        if number < RELEASES * OWNED:
            metadata["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
            metadata["annotations"] = {"meta.helm.sh/release-name": _name(number // OWNED)}
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": {"text": f"setting-one={number}\nsetting-two=of no importance\n"},
        }


def records_of_others(record: str) -> Iterator[Mapping[str, Any]]:
    """Yield a record of each of 200 releases, with the content of *record*, a Secret as JSON."""
    data = json.loads(record)["data"]
    for number in range(RELEASES):
        labels = {"name": _name(number), "owner": "helm", "status": "deployed", "version": "1"}
        yield {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "helm.sh/release.v1",
            "metadata": {"name": f"sh.helm.release.v1.{_name(number)}.v1", "labels": labels},
            "data": data,
        }


def _name(number: int) -> str:
    return f"other-{number}"
