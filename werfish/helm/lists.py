"""Lists of objects in one document (``kind: List``, ``ConfigMapList``): what is in them. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any


def items_of(manifest: Any) -> Iterator[Any]:
    """Yield what is in *manifest* if it is a list, however deep; else *manifest* itself.

    What a list tells Helm by annotations (``helm.sh/hook``) each item tells then, unless it says
    otherwise: Helm takes the list as a whole for a hook.
    """
    kind, items = _list_of(manifest)
    if items is None:
        yield manifest
        return
    # what the items of a typed list leave out, the list says (ConfigMapList: ConfigMap)
    typed = {"apiVersion": manifest.get("apiVersion"), "kind": kind.removesuffix("List")}
    own = _helm_annotations(manifest)
    for item in items:
        if isinstance(item, dict):
            yield from items_of(_annotated(item if kind == "List" else typed | item, own))
        else:
            yield item


def _list_of(manifest: Any) -> tuple[str, list[Any] | None]:
    if not isinstance(manifest, dict):
        return "", None
    kind, items = str(manifest.get("kind") or ""), manifest.get("items")
    if kind == "List" and items is None:
        return kind, []
    return kind, items if kind.endswith("List") and isinstance(items, list) else None


def _helm_annotations(manifest: Mapping[str, Any]) -> dict[str, Any]:
    annotations = _map(_map(manifest.get("metadata")).get("annotations"))
    return {name: text for name, text in annotations.items() if str(name).startswith("helm.sh/")}


def _annotated(item: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    if not own:
        return item
    metadata = _map(item.get("metadata"))
    annotations = {**own, **_map(metadata.get("annotations"))}
    return {**item, "metadata": {**metadata, "annotations": annotations}}


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
