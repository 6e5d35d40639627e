"""Tokens to trees: the control structures of a template, and the templates that it defines."""

from collections.abc import Collection

from werfish.gotemplate.cursor import Cursor
from werfish.gotemplate.deep import deep_recursion
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.expressions import parse_pipeline
from werfish.gotemplate.lexer import Token, tokens_of
from werfish.gotemplate.nodes import Action, Branch, Call, Jump, Pipeline, Statement, Text, Tree
from werfish.gotemplate.quoting import quote, unquote


def parse(
    name: str,
    text: str,
    functions: Collection[str],
    *,
    left: str = "{{",
    right: str = "}}",
) -> dict[str, Tree]:
    """Return the trees that *text* makes, by name: its own, and those of ``define`` and ``block``.

    *functions* are the names that may be called. A mistake is a `ParseError`.
    """
    parser = _Parser(name, text, Cursor(name, text, tokens_of(text, left, right), functions))
    with deep_recursion():
        try:
            return parser.parse()
        except RecursionError:
            raise parser.cursor.error("nested too deeply") from None


class _Parser:
    """The cursor, and the trees that were made so far."""

    def __init__(self, name: str, text: str, cursor: Cursor) -> None:
        self.name, self.text, self.cursor = name, text, cursor
        self.loops = 0
        self.trees: dict[str, Tree] = {}

    def parse(self) -> dict[str, Tree]:
        """Return the trees of the whole text."""
        body: list[Statement] = []
        while self.cursor.peek().kind != "end of file":
            if self._at_definition():
                self._parse_definition()
                continue
            node = self._parse_statement()
            if isinstance(node, Token):
                raise self.cursor.error(f"unexpected {{{{{node.kind}}}}}")
            body.append(node)
        self._add(self.name, tuple(body))
        return self.trees

    def _at_definition(self) -> bool:
        """Go past the beginning of a ``define``, if one begins here."""
        tokens, index = self.cursor.tokens, self.cursor.index
        if tokens[index].kind != "left" or tokens[index + 1].kind != "define":
            return False
        self.cursor.index += 2
        return True

    def _add(self, name: str, body: tuple[Statement, ...]) -> None:
        tree = Tree(name, self.name, self.text, body, self.cursor.slots)
        known = self.trees.get(name)
        if known is None or known.is_empty:
            self.trees[name] = tree
        elif not tree.is_empty:
            raise self.cursor.error(f"template: multiple definition of template {quote(name)}")

    def _parse_definition(self) -> None:
        name = self._parse_name("define clause", self.cursor.next())
        self.cursor.expect("right", "define clause")
        self._parse_apart(name, "define clause")

    def _parse_apart(self, name: str, context: str) -> None:
        """Parse up to ``end`` with variables of its own, and add that as template *name*."""
        cursor = self.cursor
        outer = cursor.scope, cursor.slots, self.loops
        cursor.scope, cursor.slots, self.loops = [("$", 0)], 1, 0
        body, end = self._parse_list()
        if end.kind != "end":
            raise cursor.error(f"unexpected {{{{{end.kind}}}}} in {context}")
        self._add(name, body)
        cursor.scope, cursor.slots, self.loops = outer

    def _parse_name(self, context: str, token: Token) -> str:
        if token.kind not in {"string", "raw"}:
            raise self.cursor.unexpected(token, context)
        try:
            return unquote(token.text)
        except GoError as error:
            raise self.cursor.error(str(error)) from error

    def _parse_list(self) -> tuple[tuple[Statement, ...], Token]:
        """Return the statements up to ``end`` or ``else``, and that token."""
        body: list[Statement] = []
        while self.cursor.peek().kind != "end of file":
            node = self._parse_statement()
            if isinstance(node, Token):
                return tuple(body), node
            body.append(node)
        raise self.cursor.error("unexpected EOF")

    def _parse_statement(self) -> Statement | Token:
        token = self.cursor.next()
        if token.kind == "text":
            return Text(token.position, token.text)
        if token.kind != "left":
            raise self.cursor.unexpected(token, "input")
        self.cursor.action = self.cursor.index - 1
        return self._parse_action()

    def _parse_action(self) -> Statement | Token:
        token = self.cursor.peek()
        match token.kind:
            case "if" | "with" | "range":
                self.cursor.next()
                return self._parse_branch(token)
            case "break" | "continue":
                self.cursor.next()
                return self._parse_jump(token)
            case "template" | "block":
                self.cursor.next()
                return self._parse_call(token.kind)
            case "end" | "else":
                self.cursor.next()
                return self._parse_end(token)
            case _:
                return Action(token.position, parse_pipeline(self.cursor, "command"))

    def _parse_end(self, token: Token) -> Token:
        if token.kind == "else" and self.cursor.peek().kind in {"if", "with"}:
            return token
        self.cursor.expect("right", token.kind)
        return token

    def _parse_jump(self, token: Token) -> Jump:
        self.cursor.expect("right", f"{{{{{token.kind}}}}}")
        if not self.loops:
            raise self.cursor.error(f"{{{{{token.kind}}}}} outside {{{{range}}}}")
        return Jump(token.position, token.kind)

    def _parse_branch(self, token: Token) -> Branch:
        known = len(self.cursor.scope)
        pipeline = parse_pipeline(self.cursor, token.kind)
        outside = len(self.cursor.scope)
        self.loops += token.kind == "range"
        body, end = self._parse_list()
        self.loops -= token.kind == "range"
        self.cursor.leave(outside)
        otherwise = self._parse_else(token.kind) if end.kind == "else" else None
        del self.cursor.scope[known:]
        return Branch(pipeline.position, token.kind, pipeline, body, otherwise)

    def _parse_else(self, kind: str) -> tuple[Statement, ...]:
        if kind in {"if", "with"} and self.cursor.peek().kind == kind:
            return (self._parse_branch(self.cursor.next()),)
        body, end = self._parse_list()
        if end.kind != "end":
            raise self.cursor.error(f"expected end; found {{{{{end.kind}}}}}")
        return body

    def _parse_call(self, kind: str) -> Call:
        context = f"{kind} clause"
        token = self.cursor.next()
        name = self._parse_name(context, token)
        pipeline: Pipeline | None = None
        if kind == "block":
            pipeline = parse_pipeline(self.cursor, context)
            self._parse_apart(name, context)
        elif self.cursor.peek().kind != "right":
            pipeline = parse_pipeline(self.cursor, context)
        else:
            self.cursor.next()
        return Call(token.position, name, pipeline)
