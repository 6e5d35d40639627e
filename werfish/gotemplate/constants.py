"""Constants to closures: only they take the type of the parameter that they are given to."""

from __future__ import annotations

from typing import Any

from werfish.gotemplate.calls import Argument
from werfish.gotemplate.frame import Body, Frame
from werfish.gotemplate.nodes import Bool, Nil, NumberNode, StringNode
from werfish.gotemplate.types import ANY, FLOAT_KINDS, SIGNED_KINDS, UNSIGNED_KINDS, VALUE, GoType
from werfish.gotemplate.values import MISSING, number_as, zero_of

Constant = Bool | NumberNode | StringNode


def constant_body(node: Constant) -> Body:
    """Return what evaluates *node* where any type will do."""
    value = node.number.ideal if isinstance(node, NumberNode) else node.value

    def run(frame: Frame, _dot: Any) -> Any:
        frame.node = node
        if value is MISSING:
            raise frame.error(f"{node} overflows int")
        return value

    return run


def nil_argument(node: Nil) -> Argument:
    """Return what ``nil`` is as an argument."""

    def run(frame: Frame, _dot: Any, wanted: GoType) -> Any:
        frame.node = node
        if wanted is VALUE:
            return MISSING
        if wanted.can_be_nil:
            return zero_of(wanted)
        raise frame.error(f"cannot assign nil to {wanted}")

    return run


def constant_argument(node: Constant) -> Argument:
    """Return what *node* is as an argument."""
    ideal = node.number.ideal if isinstance(node, NumberNode) else node.value

    def run(frame: Frame, _dot: Any, wanted: GoType) -> Any:
        frame.node = node
        if wanted is not VALUE and wanted is not ANY:
            return _constant_as(frame, node, wanted)
        if ideal is MISSING:
            raise frame.error(f"{node} overflows int")
        return ideal

    return run


def _constant_as(frame: Frame, node: Constant, wanted: GoType) -> Any:
    """Return the constant as *wanted*: only constants take the type of their parameter."""
    family = _family(wanted)
    if family is None:
        raise frame.error(f"can't handle {node} for arg of type {wanted}")
    found: Any = MISSING
    if isinstance(node, NumberNode):
        found = node.number.of_family(family)
    elif family == ("bool" if isinstance(node, Bool) else "string"):
        return node.value
    if found is MISSING:
        raise frame.error(f"expected {family}; found {node}")
    return number_as(wanted, found)


def _family(wanted: GoType) -> str | None:
    """Return what Go calls the constants that a parameter of type *wanted* takes."""
    kind = wanted.kind
    if kind in SIGNED_KINDS:
        return "integer"
    if kind in UNSIGNED_KINDS:
        return "unsigned integer"
    if kind in FLOAT_KINDS:
        return "float"
    return kind if kind in {"bool", "string"} else None
