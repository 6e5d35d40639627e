"""Trees to closures: text, actions, branches, loops, and templates that call templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any

from werfish.gotemplate.errors import ExecutionError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.frame import Body, Frame
from werfish.gotemplate.nodes import Action, Branch, Call, Jump, Probe, Statement, Text, Tree
from werfish.gotemplate.operands import Functions, compile_pipeline
from werfish.gotemplate.printer import sorted_keys
from werfish.gotemplate.types import INTEGER_KINDS
from werfish.gotemplate.values import (
    MISSING,
    Uint8,
    hides_elements,
    key_value,
    kind_of,
    truth,
    type_name,
)

MAXIMUM_DEPTH = 1000
"""How many templates may run inside one another, ``include`` and ``tpl`` counted."""


def compile_tree(tree: Tree, functions: Functions) -> Body:
    """Return what runs *tree* in a frame of its own."""
    return _compile_list(tree.body, functions)


def _compile_list(body: Iterable[Statement], functions: Functions) -> Body:
    """Return what runs *body*: it gives ``break`` or ``continue`` where the list is left early."""
    steps = [
        each.text if isinstance(each, Text) else _compile_statement(each, functions)
        for each in body
    ]

    def run(frame: Frame, dot: Any) -> Any:
        for step in steps:
            if type(step) is str:
                frame.write(step)
                continue
            jump = step(frame, dot)  # type: ignore[operator]
            if jump is not None:
                return jump
        return None

    return run


def _compile_statement(node: Action | Branch | Call | Jump | Probe, functions: Functions) -> Body:
    match node:
        case Action():
            return _compile_action(node, functions)
        case Branch() if node.kind == "range":
            return _compile_range(node, functions)
        case Branch():
            return _compile_branch(node, functions)
        case Call():
            return _compile_call(node, functions)
        case Jump():
            kind = node.kind
            return lambda _frame, _dot: kind
        case Probe():
            return node.run


def _compile_action(node: Action, functions: Functions) -> Body:
    pipeline = compile_pipeline(node.pipeline, functions)
    if node.pipeline.variables:

        def declare(frame: Frame, dot: Any) -> None:
            pipeline(frame, dot)

        return declare

    def run(frame: Frame, dot: Any) -> None:
        value = pipeline(frame, dot)
        frame.write(value if type(value) is str else _printed(frame, node, value))

    return run


def _printed(frame: Frame, node: Action, value: Any) -> str:
    if value is MISSING:
        return "<no value>"
    if kind_of(value) == "func":
        frame.node = node
        raise frame.error(f"can't print {node} of type {type_name(value)}")
    return text_of(value)


def _compile_branch(node: Branch, functions: Functions) -> Body:
    pipeline = compile_pipeline(node.pipeline, functions)
    body = _compile_list(node.body, functions)
    otherwise = _compile_list(node.otherwise or (), functions)
    moves_dot = node.kind == "with"

    def run(frame: Frame, dot: Any) -> Any:
        value = pipeline(frame, dot)
        if not truth(value):
            return otherwise(frame, dot)
        if not moves_dot:
            return body(frame, dot)
        ranged = frame.ranged
        # A pipeline's value has its own type, also where it is an element that had none.
        frame.ranged = [each for each in ranged if each is not value]
        jump = body(frame, value)
        frame.ranged = ranged
        return jump

    return run


def _compile_range(node: Branch, functions: Functions) -> Body:
    pipeline = compile_pipeline(node.pipeline, functions)
    body = _compile_list(node.body, functions)
    otherwise = _compile_list(node.otherwise or (), functions)
    bind = _binder(node)

    def run(frame: Frame, dot: Any) -> Any:
        empty = True
        value = pipeline(frame, dot)
        ranged = frame.ranged
        hidden = hides_elements(value)
        for key, element in _pairs(frame, node, value):
            empty = False
            bind(frame, key, element)
            if hidden:
                frame.ranged = [element, *ranged]
            if body(frame, element) == "break":
                break
        frame.ranged = ranged
        jump = otherwise(frame, dot) if empty else None
        # A break in the else part of a loop ends that loop, not the one around it.
        return None if jump == "break" else jump

    return run


def _binder(node: Branch) -> Callable[[Frame, Any, Any], None]:
    """Return what puts the key and the element of an iteration into the loop's variables."""
    slots = [each.slot for each in node.pipeline.variables]

    def bind(frame: Frame, key: Any, element: Any) -> None:
        if len(slots) == 1:
            frame.variables[slots[0]] = element
        elif slots:
            frame.variables[slots[0]] = key
            frame.variables[slots[1]] = element

    return bind


def _pairs(frame: Frame, node: Branch, value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the keys and elements of *value* in the order of ``range``."""
    kind = kind_of(value)
    if kind == "slice":
        elements = map(Uint8, value) if isinstance(value, bytes) else value
        return enumerate(elements)
    if kind == "map":
        return iter([(key_value(key), value[key]) for key in sorted_keys(value)])
    if kind in INTEGER_KINDS:
        if len(node.pipeline.variables) > 1:
            raise frame.error(f"can't use {value} to iterate over more than one variable")
        return zip(repeat(MISSING), map(type(value), range(int(value))), strict=False)
    if kind == "invalid":
        return iter(())
    raise frame.error(f"range can't iterate over {text_of(value)}")


def _compile_call(node: Call, functions: Functions) -> Body:
    pipeline = compile_pipeline(node.pipeline, functions) if node.pipeline else None

    def run(frame: Frame, dot: Any) -> None:
        frame.node = node
        found = frame.templates.body_of(node.name)
        if found is None:
            raise frame.error(f'template "{node.name}" not defined')
        if frame.depth >= MAXIMUM_DEPTH:
            raise too_deep(frame)
        tree, body = found
        value = pipeline(frame, dot) if pipeline is not None else MISSING
        body(Frame(tree, value, frame.write, frame.templates, frame.depth + 1), value)

    return run


def too_deep(frame: Frame) -> ExecutionError:
    """Return the error that templates call one another without an end."""
    return frame.error(f"exceeded maximum template depth ({MAXIMUM_DEPTH})")
