"""What a cluster declares about the fields of a kind, as merging needs to know it.

Pure: a walk through one OpenAPI v3 document. Its law: an extension on the property itself counts
before the one on what it refers to; whatever is not declared is `UNKNOWN`, never an error.
Source: Kubernetes' "x-kubernetes-*" extensions and strategicpatch/meta.go of apimachinery.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass

Node = Mapping[str, Any]
_REFERENCE = "#/components/schemas/"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_SELECTOR = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"


@dataclass(frozen=True, slots=True)
class Schema:
    """One field (or a whole kind): *node* as it is written where it is used.

    *definitions* are the named schemas of the document. *is_strategic*: the API takes strategic
    merge patches for this kind (built-in kinds), else JSON merge patches only.
    """

    node: Node = field(default_factory=dict, hash=False, repr=False)
    definitions: Node = field(default_factory=dict, compare=False, repr=False)
    is_strategic: bool = False

    def field(self, name: str) -> "Schema":
        """Return the schema of the field *name* of an object (or of any key of a free map)."""
        properties = self.resolved.get("properties") or {}
        additional = self.resolved.get("additionalProperties")
        child = properties.get(name)
        if child is None and isinstance(additional, Mapping):
            child = additional
        return self._child(child)

    @property
    def items(self) -> "Schema":
        """What the elements of a list are."""
        return self._child(self.resolved.get("items"))

    @property
    def is_known(self) -> bool:
        """Whether the cluster declares anything about this field."""
        return bool(self.node)

    @property
    def type(self) -> str:
        """JSON type: ``object``, ``array``, ``string``…, empty where undeclared."""
        return str(self.resolved.get("type") or "")

    @property
    def patch_strategies(self) -> tuple[str, ...]:
        """How strategic merge treats the field: any of ``merge``, ``replace``, ``retainKeys``."""
        return tuple(filter(None, str(self._extension("patch-strategy") or "").split(",")))

    @property
    def merge_keys(self) -> tuple[str, ...]:
        """Keys that identify elements of this list in a strategic merge; empty if none.

        A list of scalars with the strategy ``merge`` has none and `is_set`.
        """
        key = self._extension("patch-merge-key")
        return (str(key),) if key and "merge" in self.patch_strategies else ()

    @property
    def list_type(self) -> str:
        """``atomic``, ``set`` or ``map`` as server-side apply reads it, empty where undeclared."""
        return str(self._extension("list-type") or "")

    @property
    def list_map_keys(self) -> tuple[str, ...]:
        """Keys that identify elements in server-side apply; more of them than `merge_keys`."""
        return tuple(self._extension("list-map-keys") or ())

    @property
    def map_type(self) -> str:
        """``granular`` or ``atomic``, empty where undeclared."""
        return str(self._extension("map-type") or "")

    @property
    def is_set(self) -> bool:
        """Whether this is a list of scalars that strategic merge treats as a set."""
        return "merge" in self.patch_strategies and not self.merge_keys and self.type == "array"

    @property
    def is_atomic(self) -> bool:
        """Whether a strategic merge replaces this list or map whole."""
        if self.type == "array":
            return "merge" not in self.patch_strategies
        return "replace" in self.patch_strategies or self.map_type == "atomic"

    @property
    def retains_keys(self) -> bool:
        """Whether a strategic patch must list the keys that stay (``$retainKeys``)."""
        return "retainKeys" in self.patch_strategies

    @property
    def is_int_or_string(self) -> bool:
        """Whether ``80`` and ``"80"`` are both allowed, and different."""
        return bool(self._extension("int-or-string")) or self.resolved.get("format") == (
            "int-or-string"
        )

    @property
    def is_quantity(self) -> bool:
        """Whether the field is a quantity: ``0.1`` equals ``100m``."""
        return _target(self.node).endswith(_QUANTITY)

    @property
    def is_selector(self) -> bool:
        """Whether the field selects by labels: an empty one, all of them, is not an absent one."""
        return _target(self.node).endswith(_SELECTOR)

    @property
    def preserves_unknown(self) -> bool:
        """Whether fields that are not declared are kept by the server."""
        return bool(self._extension("preserve-unknown-fields"))

    @property
    def resolved(self) -> Node:
        """What is declared of the field itself, where it refers to a named schema of that."""
        target = _target(self.node)
        if not target:
            return self.node
        named = self.definitions.get(target)
        return named if isinstance(named, Mapping) else {}

    def _extension(self, name: str) -> Any:
        key = f"x-kubernetes-{name}"
        return self.node[key] if key in self.node else self.resolved.get(key)

    def _child(self, node: object) -> "Schema":
        if not isinstance(node, Mapping) or not node:
            return UNKNOWN
        return Schema(node, self.definitions, self.is_strategic)


UNKNOWN = Schema()
"""The schema of what the cluster declares nothing about."""


def schema_of(document: Node, group: str, version: str, kind: str) -> Schema:
    """Return the schema of a kind in the OpenAPI v3 *document* of its group and version."""
    definitions = (document.get("components") or {}).get("schemas") or {}
    identity = {"group": group, "version": version, "kind": kind}
    for definition in definitions.values():
        if identity in (definition.get("x-kubernetes-group-version-kind") or ()):
            return Schema(definition, definitions, _takes_strategic(document, identity))
    return UNKNOWN


def _takes_strategic(document: Node, identity: Node) -> bool:
    for path in (document.get("paths") or {}).values():
        patch = path.get("patch") or {}
        if patch.get("x-kubernetes-group-version-kind") == identity:
            content = (patch.get("requestBody") or {}).get("content") or {}
            return "application/strategic-merge-patch+json" in content
    return False


def _target(node: Node) -> str:
    """Return the name of the schema that *node* refers to: ``$ref``, or the only ``allOf``."""
    reference = node.get("$ref")
    if reference is None and node.get("allOf"):
        reference = node["allOf"][0].get("$ref")
    return str(reference).removeprefix(_REFERENCE) if reference else ""
