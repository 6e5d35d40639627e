"""Schemas answer for every path, and say nothing where nothing is declared."""

from pathlib import Path
from typing import Any

import pytest

from werfish.kube.errors import ForbiddenError
from werfish.kube.openapi import OpenApi
from werfish.kube.resource import Gvk
from werfish.kube.schema import UNKNOWN, schema_of

THING = {"group": "example.com", "version": "v1", "kind": "Thing"}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "get": {},
            "patch": {
                "x-kubernetes-group-version-kind": THING,
                "requestBody": {"content": {"application/strategic-merge-patch+json": {}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "x-kubernetes-group-version-kind": [THING],
                "properties": {"spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}]}},
            },
            "Spec": {
                "type": "object",
                "properties": {
                    "parts": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Part"},
                        "x-kubernetes-patch-strategy": "merge,retainKeys",
                        "x-kubernetes-patch-merge-key": "name",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name", "kind"],
                    },
                    "tags": {
                        "type": "array",
                        "items": {"type": "string"},
                        "x-kubernetes-patch-strategy": "merge",
                    },
                    "words": {"type": "array", "items": {"type": "string"}},
                    "labels": {
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                    },
                    "whole": {"type": "object", "x-kubernetes-map-type": "atomic"},
                },
            },
            "Part": {"type": "object", "properties": {"name": {"type": "string"}}},
        }
    },
}
SPEC = schema_of(DOCUMENT, "example.com", "v1", "Thing").field("spec")


def test_lists_of_maps_have_keys() -> None:
    parts = SPEC.field("parts")
    assert (parts.merge_keys, parts.list_map_keys) == (("name",), ("name", "kind"))
    assert (parts.is_atomic, parts.is_set, parts.retains_keys) == (False, False, True)
    assert parts.items.field("name").type == "string"


def test_lists_of_scalars_are_sets_or_atomic() -> None:
    assert (SPEC.field("tags").is_set, SPEC.field("tags").is_atomic) == (True, False)
    assert (SPEC.field("words").is_set, SPEC.field("words").is_atomic) == (False, True)


def test_free_maps_have_one_schema_for_all_keys() -> None:
    assert SPEC.field("labels").field("anything").type == "string"
    assert not SPEC.field("labels").is_atomic
    assert SPEC.field("whole").is_atomic


def test_what_is_not_declared_is_unknown_all_the_way_down() -> None:
    assert SPEC.field("nothing") is UNKNOWN
    assert SPEC.field("nothing").items.field("x").merge_keys == ()
    assert schema_of(DOCUMENT, "", "v1", "Thing") is UNKNOWN


def test_strategic_patches_are_for_kinds_that_take_them() -> None:
    assert SPEC.field("parts").items.is_strategic
    assert not UNKNOWN.is_strategic


@pytest.fixture
def index() -> dict[str, Any]:
    url = "/openapi/v3/apis/example.com/v1?hash=0123456789ABCDEF"
    return {"paths": {"apis/example.com/v1": {"serverRelativeURL": url}}}


def test_documents_are_fetched_once_for_each_hash(tmp_path: Path, index: dict[str, Any]) -> None:
    asked: list[str] = []

    def fetch(path: str, query: object) -> Any:
        asked.append(path)
        return index if path == "/openapi/v3" else DOCUMENT

    gvk = Gvk("example.com", "v1", "Thing")
    for _ in range(2):
        assert OpenApi(fetch, tmp_path).schema(gvk).field("spec").is_known
    assert asked == ["/openapi/v3", "/openapi/v3/apis/example.com/v1", "/openapi/v3"]


def test_a_broken_cache_is_no_loss(tmp_path: Path, index: dict[str, Any]) -> None:
    def fetch(path: str, query: object) -> Any:
        return index if path == "/openapi/v3" else DOCUMENT

    gvk = Gvk("example.com", "v1", "Thing")
    OpenApi(fetch, tmp_path).schema(gvk)
    for file in tmp_path.rglob("*.json"):
        file.write_text("{cut")
    assert OpenApi(fetch, tmp_path).schema(gvk).is_known


def test_a_role_that_may_not_read_schemas_has_none() -> None:
    def fetch(path: str, query: object) -> Any:
        raise ForbiddenError("ask for schemas", "no", status=403)

    assert OpenApi(fetch, None).schema(Gvk("apps", "v1", "Deployment")) is UNKNOWN
