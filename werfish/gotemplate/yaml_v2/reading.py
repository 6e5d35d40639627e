"""YAML text to values: what ``fromYaml`` gives."""

import base64
import binascii
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.printer import print_argument
from werfish.gotemplate.types import ANY_MAP, STRING_ANY_MAP
from werfish.gotemplate.values import Map, any_key, nil_of, to_bytes
from werfish.gotemplate.verbs import Flags
from werfish.gotemplate.yaml_v2.composing import Node, root_of
from werfish.gotemplate.yaml_v2.resolving import BINARY, MERGE, TIMESTAMP, resolve


def map_of(text: str) -> dict[str, Any] | Map:
    """Return the first document of *text*, which must be a map with keys of text.

    Nothing at all is an empty map, ``null`` a nil one. `GoError` says what is wrong, and where.
    """
    root = root_of(text)
    if root is None:
        return {}
    decoder = _Decoder()
    return decoder.root(root)


class _Decoder:
    """Nodes to values; mistakes of type are collected, as all of a document are said at once."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.open: set[int] = set()
        self.decoded = self.by_alias = 0

    def root(self, node: Node) -> dict[str, Any] | Map:
        """Return the map that *node* must be."""
        result: dict[str, Any] = {}
        while node.kind == "alias":
            node = node.children[0]
        if node.is_null:
            return nil_of(STRING_ANY_MAP)  # type: ignore[return-value]
        if node.kind == "map":
            self._fill(node, result)
        else:
            self._mistake(node, STRING_ANY_MAP.name)
        if self.mistakes:
            raise GoError("yaml: unmarshal errors:\n  " + "\n  ".join(self.mistakes))
        return result

    def _mistake(self, node: Node, wanted: str) -> None:
        default = {"list": "!!seq", "map": "!!map"}.get(node.kind)
        shown = "" if default else f" `{node.value}`"
        if not default and len(to_bytes(node.value)) > 10:
            shown = f" `{node.value[:7]}...`"
        tag = node.tag or default or resolve("", node.value)[0]
        self.mistakes.append(f"line {node.line}: cannot unmarshal {tag}{shown} into {wanted}")

    def value(self, node: Node) -> Any:
        """Return what *node* is where any type will do."""
        self.decoded += 1
        self.by_alias += bool(self.open)
        if self.by_alias > 100 and self.decoded > 1000 and self.by_alias > 0.99 * self.decoded:
            raise GoError("yaml: document contains excessive aliasing")
        match node.kind:
            case "alias":
                return self._alias(node)
            case "list":
                return [self.value(each) for each in node.children]
            case "map":
                result = Map(ANY_MAP)
                self._fill(node, result)
                return result
            case _:
                return _scalar(node)

    def _alias(self, node: Node) -> Any:
        target = node.children[0]
        if id(target) in self.open:
            raise GoError(f"yaml: anchor '{node.value}' value contains itself")
        self.open.add(id(target))
        found = self.value(target)
        self.open.discard(id(target))
        return found

    def _fill(self, node: Node, result: dict[Any, Any]) -> None:
        """Put the pairs of *node* into *result*, in their order: the last of a key wins."""
        pairs = iter(node.children)
        for key, value in zip(pairs, pairs, strict=True):
            if _is_merge(key):
                self._merge(value, result)
                continue
            found = self._key(key, isinstance(result, Map))
            if found is not None:
                result[found[0]] = self.value(value)

    def _key(self, node: Node, of_any: bool) -> tuple[Any] | None:
        if not of_any:
            return self._text_key(node)
        key = self.value(node)
        if isinstance(key, (list, dict)):
            shown = print_argument(key, "v", _SHARP)
            raise GoError(f"yaml: invalid map key: {shown}")
        return (any_key(key),)

    def _text_key(self, node: Node) -> tuple[Any] | None:
        while node.kind == "alias":
            node = node.children[0]
        if node.kind != "scalar":
            self._mistake(node, "string")
            return None
        value = _scalar(node)
        if value is None:
            return ("",)
        return (value if isinstance(value, str) else node.value,)

    def _merge(self, node: Node, result: dict[Any, Any]) -> None:
        sources = [node]
        if node.kind == "list":
            sources = node.children[::-1]
        for each in sources:
            target = each.children[0] if each.kind == "alias" else each
            if target.kind != "map":
                raise GoError("yaml: map merge requires map or sequence of maps as the value")
            if id(target) in self.open:
                raise GoError(f"yaml: anchor '{each.value}' value contains itself")
            self.open.add(id(target))
            self._fill(target, result)
            self.open.discard(id(target))


_SHARP = Flags(sharp_v=True)


def _is_merge(node: Node) -> bool:
    return node.kind == "scalar" and node.value == "<<" and (node.plain or node.tag == MERGE)


def _scalar(node: Node) -> Any:
    if not node.tag and not node.plain:
        return node.value
    tag, value = resolve(node.tag, node.value)
    if tag == TIMESTAMP:
        return node.value
    if tag == BINARY:
        return _binary(node.value)
    return value


def _binary(text: str) -> str:
    try:
        data = base64.b64decode("".join(text.split("\n")), validate=True)
    except (binascii.Error, ValueError):
        raise GoError("yaml: !!binary value contains invalid base64 data") from None
    return data.decode("utf-8", "surrogateescape")
