"""Pipelines and their operands: the part of the parser that works inside an action."""

from werfish.gotemplate.cursor import UNDEFINED, Cursor
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.lexer import Token
from werfish.gotemplate.literals import character_of, number_of
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
from werfish.gotemplate.quoting import quote, unquote

_OPERANDS = frozenset(
    ("bool", "char", "dot", "field", "identifier", "number", "nil", "raw", "string", "variable")
) | {"open"}
_CONSTANTS = (Bool, Dot, Nil, NumberNode, StringNode)
_MAXIMUM_DEPTH = 250


def parse_pipeline(cursor: Cursor, context: str, end: str = "right") -> Pipeline:
    """Return the pipeline up to *end* and go past that. *context* is named in errors."""
    start = cursor.peek().position
    names, assigns = _parse_names(cursor, context)
    for name in names:
        if cursor.slot_of(name.text) is None:
            # Known from here on; Go finds out only when it runs that it has no value yet.
            cursor.scope.append((name.text, UNDEFINED))
    commands: list[Command] = []
    while (token := cursor.peek()).kind != end:
        if token.kind not in _OPERANDS:
            cursor.next()
            raise cursor.unexpected(token, context)
        commands.append(_parse_command(cursor))
    cursor.next()
    _check(cursor, commands, context)
    variables = tuple(_variable(cursor, each, assigns) for each in names)
    return Pipeline(start, tuple(commands), variables, assigns)


def _variable(cursor: Cursor, token: Token, assigns: bool) -> Variable:
    slot = cursor.slot_of(token.text) if assigns else cursor.declare(token.text)
    return Variable(token.position, token.text, UNDEFINED if slot is None else slot)


def _check(cursor: Cursor, commands: list[Command], context: str) -> None:
    if not commands:
        raise cursor.error(f"missing value for {context}")
    for stage, command in enumerate(commands[1:], 2):
        if isinstance(command.arguments[0], _CONSTANTS):
            raise cursor.error(f"non executable command in pipeline stage {stage}")


def _parse_names(cursor: Cursor, context: str) -> tuple[list[Token], bool]:
    found: list[Token] = []
    while cursor.peek().kind == "variable":
        start = cursor.index
        token = cursor.next()
        after = cursor.peek()
        if after.kind in {"declare", "assign"}:
            cursor.next()
            found.append(token)
            break
        if after.text != "," or after.kind != "symbol":
            cursor.index = start
            break
        cursor.next()
        found.append(token)
        if context != "range" or len(found) > 1:
            raise cursor.error(f"too many declarations in {context}")
        if cursor.peek().kind not in {"variable", "right", "close"}:
            raise cursor.error("range can only initialize variables")
    assigns = bool(found) and cursor.tokens[cursor.index - 1].kind == "assign"
    return found, assigns


def _parse_command(cursor: Cursor) -> Command:
    start = cursor.peek().position
    operands = [_parse_operand(cursor)]
    while (token := cursor.peek()).spaced and token.kind in _OPERANDS:
        operands.append(_parse_operand(cursor))
    if token.kind not in {"right", "close"}:
        cursor.next()
        if token.kind != "pipe":
            raise cursor.unexpected(token, "operand")
    return Command(start, tuple(operands))


def _parse_operand(cursor: Cursor) -> Operand:
    node = _parse_term(cursor)
    if cursor.peek().kind != "field" or cursor.peek().spaced:
        return node
    position = cursor.peek().position
    names: list[str] = []
    while cursor.peek().kind == "field" and not cursor.peek().spaced:
        names.append(cursor.next().text[1:])
    if isinstance(node, Field):
        return Field(position, (*node.names, *names))
    if isinstance(node, Variable):
        return Variable(position, node.name, node.slot, tuple(names))
    if isinstance(node, _CONSTANTS):
        raise cursor.error(f"unexpected . after term {quote(str(node))}")
    return Chain(position, node, tuple(names))


def _parse_term(cursor: Cursor) -> Operand:
    token = cursor.next()
    try:
        return _term(cursor, token)
    except GoError as error:
        raise cursor.error(str(error)) from error


def _term(cursor: Cursor, token: Token) -> Operand:
    position, text = token.position, token.text
    match token.kind:
        case "dot" | "nil":
            return Dot(position) if token.kind == "dot" else Nil(position)
        case "bool":
            return Bool(position, text == "true")
        case "field":
            return Field(position, (text[1:],))
        case "string" | "raw":
            return StringNode(position, text, unquote(text))
        case "number" | "char":
            read = number_of if token.kind == "number" else character_of
            return NumberNode(position, text, read(text))
        case _:
            return _name_or_group(cursor, token)


def _name_or_group(cursor: Cursor, token: Token) -> Operand:
    if token.kind == "identifier":
        if token.text not in cursor.functions:
            raise cursor.error(f"function {quote(token.text)} not defined")
        return Identifier(token.position, token.text)
    if token.kind == "variable":
        slot = cursor.slot_of(token.text)
        if slot is None:
            raise cursor.error(f"undefined variable {quote(token.text)}")
        return Variable(token.position, token.text, slot)
    return _parse_group(cursor)


def _parse_group(cursor: Cursor) -> Pipeline:
    if cursor.depth >= _MAXIMUM_DEPTH:
        raise cursor.error("max expression depth exceeded")
    cursor.depth += 1
    group = parse_pipeline(cursor, "parenthesized pipeline", "close")
    cursor.depth -= 1
    return group
