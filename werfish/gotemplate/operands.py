"""Pipelines, commands and operands to closures; the closures mark the node that they are at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werfish.gotemplate.builtins import AND, CALL, OR, call_named
from werfish.gotemplate.calls import ABSENT, Argument, Caller, checked
from werfish.gotemplate.constants import constant_argument, constant_body, nil_argument
from werfish.gotemplate.cursor import UNDEFINED
from werfish.gotemplate.errors import ExecutionError
from werfish.gotemplate.fields import Path
from werfish.gotemplate.frame import Body, Frame
from werfish.gotemplate.nodes import (
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Nil,
    NumberNode,
    Operand,
    Pipeline,
    StringNode,
    Variable,
)
from werfish.gotemplate.signatures import Function
from werfish.gotemplate.values import MISSING

Functions = Mapping[str, Function]
_Command = Callable[[Frame, Any, Any], Any]


def compile_pipeline(node: Pipeline, functions: Functions) -> Body:
    """Return what evaluates *node*: its value goes into its variables and comes back."""
    commands = [_compile_command(each, functions) for each in node.commands]
    body = _simple(node, commands[0]) if len(commands) == 1 else _chained(node, commands)
    return _declaring(node, body) if node.variables else body


def _simple(node: Pipeline, command: _Command) -> Body:
    def run(frame: Frame, dot: Any) -> Any:
        frame.node = node
        value = command(frame, dot, ABSENT)
        return MISSING if value is None else value

    return run


def _chained(node: Pipeline, commands: list[_Command]) -> Body:
    def run(frame: Frame, dot: Any) -> Any:
        frame.node = node
        value = ABSENT
        for command in commands:
            value = command(frame, dot, value)
            if value is None:
                value = MISSING
        return value

    return run


def _declaring(node: Pipeline, body: Body) -> Body:
    def run(frame: Frame, dot: Any) -> Any:
        value = body(frame, dot)
        for variable in node.variables:
            if variable.slot == UNDEFINED:
                raise frame.error(f"undefined variable: {variable.name}")
            frame.variables[variable.slot] = value
        return value

    return run


def _compile_command(node: Command, functions: Functions) -> _Command:
    first = node.arguments[0]
    match first:
        case Identifier():
            arguments = [compile_argument(each, functions) for each in node.arguments[1:]]
            return _function_call(first, Caller(node, first.name, arguments), functions)
        case Field() | Chain():
            return _path(first, node.arguments[1:], functions)
        case Variable() if first.names:
            return _path(first, node.arguments[1:], functions)
        case _:
            return _plain(first, len(node.arguments) > 1, functions)


def _function_call(node: Identifier, caller: Caller, functions: Functions) -> _Command:
    function = functions[node.name]
    if function is CALL:
        function = call_named(caller.callee)
    if function is AND or function is OR:
        stop = function is OR

        def decide(frame: Frame, dot: Any, final: Any) -> Any:
            frame.node = node
            return caller.decide(frame, dot, final, stop)

        return decide

    def call(frame: Frame, dot: Any, final: Any) -> Any:
        frame.node = node
        return caller.call(frame, dot, function, final)

    return call


def _path(
    node: Field | Chain | Variable, written: tuple[Operand, ...], functions: Functions
) -> _Command:
    arguments = [compile_argument(each, functions) for each in written]
    follow = Path(node.names, Caller(node, node.names[-1], arguments)).follow
    start = _start_of(node, functions)
    if start is None:

        def from_dot(frame: Frame, dot: Any, final: Any) -> Any:
            frame.node = node
            return follow(frame, dot, dot, final)

        return from_dot
    begin = start

    def from_start(frame: Frame, dot: Any, final: Any) -> Any:
        frame.node = node
        return follow(frame, dot, begin(frame, dot), final)

    return from_start


def _start_of(node: Field | Chain | Variable, functions: Functions) -> Body | None:
    """Return what gives the value that the fields of *node* begin at; none for the cursor."""
    match node:
        case Field():
            return None
        case Variable():
            return _variable_value(node)
        case Chain():
            return compile_operand(node.node, functions)


def _plain(node: Operand, has_arguments: bool, functions: Functions) -> _Command:
    """Return the command of an operand that takes no arguments."""
    evaluate = compile_operand(node, functions)

    def run(frame: Frame, dot: Any, final: Any) -> Any:
        if has_arguments or final is not ABSENT:
            raise _refused(frame, node)
        return evaluate(frame, dot)

    return run


def _refused(frame: Frame, node: Operand) -> ExecutionError:
    shown = str(node)
    if isinstance(node, Pipeline):
        shown = f"({shown})"
    else:
        frame.node = node
    return frame.error(f"can't give argument to non-function {shown}")


def compile_operand(node: Operand, functions: Functions) -> Body:
    """Return what evaluates *node* where any type will do."""
    match node:
        case Dot():
            return _at(node, lambda _frame, dot: dot)
        case Bool() | StringNode() | NumberNode():
            return constant_body(node)
        case Nil():
            return _nil_body(node)
        case Variable() if not node.names:
            return _at(node, _variable_value(node))
        case Pipeline():
            return compile_pipeline(node, functions)
        case _:
            command = _compile_command(Command(node.position, (node,)), functions)
            return lambda frame, dot: command(frame, dot, ABSENT)


def _at(node: Operand, evaluate: Body) -> Body:
    def run(frame: Frame, dot: Any) -> Any:
        frame.node = node
        return evaluate(frame, dot)

    return run


def _nil_body(node: Nil) -> Body:
    def run(frame: Frame, _dot: Any) -> Any:
        frame.node = node
        raise frame.error("nil is not a command")

    return run


def _variable_value(node: Variable) -> Body:
    slot = node.slot

    def run(frame: Frame, _dot: Any) -> Any:
        if slot == UNDEFINED:
            raise frame.error(f"undefined variable: {node.name}")
        return frame.variables[slot]

    return run


def compile_argument(node: Operand, functions: Functions) -> Argument:
    """Return what evaluates *node* as an argument of the type that it is given."""
    match node:
        case Nil():
            return nil_argument(node)
        case Bool() | NumberNode() | StringNode():
            return constant_argument(node)
        case _:
            evaluate = compile_operand(node, functions)
            return lambda frame, dot, wanted: checked(frame, evaluate(frame, dot), wanted)
