"""The schemas of all built-in kinds, as a real API server declares them.

``golden/built_in.json.gz`` holds what of Kubernetes' own OpenAPI documents says how fields are
merged. It is made anew by ``python -m tests.kube.built_in FOLDER`` from the folder
``api/openapi-spec/v3`` of Kubernetes' source.
"""

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from werfish.kube.resource import Gvk
from werfish.kube.schema import Schema

FIXTURE = Path(__file__).parent / "golden" / "built_in.json.gz"
_KEPT = {"type", "format", "properties", "items", "additionalProperties", "$ref", "allOf",
         "default", "required", "enum", "oneOf"}  # fmt: skip


@cache
def built_in() -> Mapping[Gvk, Schema]:
    """Return the schema of every built-in kind that can be patched, by kind."""
    document = json.loads(gzip.decompress(FIXTURE.read_bytes()))
    definitions = document["definitions"]
    return {
        Gvk(group, version, kind): Schema(definitions[name], definitions, is_strategic=strategic)
        for group, version, kind, name, strategic in document["kinds"]
    }


def reduced(folder: Path) -> dict[str, Any]:
    """Return what is needed of the documents in *folder*: stable versions only."""
    definitions: dict[str, Any] = {}
    kinds: list[list[Any]] = []
    for path in sorted(folder.glob("api*_openapi.json")):
        if not path.name.removesuffix("_openapi.json").endswith(("__v1", "__v2")):
            continue
        document = json.loads(path.read_text())
        schemas = document["components"]["schemas"]
        definitions |= {name: _reduced(schema) for name, schema in schemas.items()}
        kinds += [entry for entry in _kinds(document) if entry not in kinds]
    return {"kinds": kinds, "definitions": definitions}


def _kinds(document: Mapping[str, Any]) -> Iterator[list[Any]]:
    names = {
        (one["group"], one["version"], one["kind"]): name
        for name, schema in document["components"]["schemas"].items()
        for one in schema.get("x-kubernetes-group-version-kind", ())
        if len(schema["x-kubernetes-group-version-kind"]) == 1
    }
    for path, item in document["paths"].items():
        patch = item.get("patch") or {}
        gvk = patch.get("x-kubernetes-group-version-kind")
        if gvk and path.endswith("/{name}"):
            strategic = "application/strategic-merge-patch+json" in patch["requestBody"]["content"]
            identity = (gvk["group"], gvk["version"], gvk["kind"])
            yield [*identity, names[identity], strategic]


def _reduced(node: Any) -> Any:
    """Return *node* without what is said to people."""
    if not isinstance(node, Mapping):
        return [_reduced(item) for item in node] if isinstance(node, list) else node
    return {
        key: {name: _reduced(child) for name, child in value.items()}
        if key == "properties"
        else _reduced(value)
        for key, value in node.items()
        if key in _KEPT or key.startswith("x-kubernetes-")
    }


if __name__ == "__main__":
    text = json.dumps(reduced(Path(sys.argv[1])), sort_keys=True, separators=(",", ":"))
    FIXTURE.write_bytes(gzip.compress(text.encode(), mtime=0))
