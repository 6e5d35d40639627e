"""Where the parser is, and what can be named there."""

from collections.abc import Collection

from werfish.gotemplate.errors import ParseError
from werfish.gotemplate.lexer import Token

UNDEFINED = -1
"""The slot of a variable that has a name, but never got a value."""


class Cursor:
    """A place among the tokens of a text, and what can be named there."""

    def __init__(
        self, source: str, text: str, tokens: list[Token], functions: Collection[str]
    ) -> None:
        """Stand before the first of *tokens*; *functions* are the names that may be called."""
        self.source, self.text, self.functions = source, text, functions
        self.tokens = [*tokens, tokens[-1], tokens[-1]]
        self.index = 0
        self.depth = 0
        self.action = 0
        self.scope: list[tuple[str, int]] = [("$", 0)]
        self.slots = 1

    def peek(self) -> Token:
        """Return the next token; after the last one, the last again."""
        return self.tokens[self.index]

    def next(self) -> Token:
        """Return the next token and go past it."""
        self.index += 1
        return self.tokens[self.index - 1]

    def expect(self, kind: str, context: str) -> Token:
        """Return the next token, which must be of *kind*."""
        token = self.next()
        if token.kind != kind:
            raise self.unexpected(token, context)
        return token

    def declare(self, name: str) -> int:
        """Return the slot of a new variable."""
        self.scope.append((name, self.slots))
        self.slots += 1
        return self.slots - 1

    def leave(self, outside: int) -> None:
        """Leave the variables after the first *outside*: what an ``else`` sees is around them.

        Go's parser knows their names there all the same; only when it runs they have no value.
        """
        inside = dict.fromkeys(name for name, _ in self.scope[outside:])
        del self.scope[outside:]
        self.scope += [(name, UNDEFINED) for name in inside if self.slot_of(name) is None]

    def slot_of(self, name: str) -> int | None:
        """Return the slot of the variable that *name* means here."""
        return next((slot for known, slot in reversed(self.scope) if known == name), None)

    def line_of(self, token: Token) -> int:
        """Return the line on which *token* begins."""
        return 1 + self.text.count("\n", 0, token.position)

    def error(self, message: str) -> ParseError:
        """Return an error at the token that was read last."""
        last = self.tokens[max(self.index - 1, 0)]
        return ParseError(self.source, self.line_of(last), message, offset=last.position)

    def unexpected(self, token: Token, context: str) -> ParseError:
        """Return the error that *token* has no place in *context*."""
        if token.kind != "error":
            return self.error(f"unexpected {token} in {context}")
        return self.error(f"{token}{self._started(token)}")

    def _started(self, token: Token) -> str:
        """Return where the action began, if that is on another line than its mistake."""
        after = self.tokens[self.action : self.index - 1]
        if not after or after[0].kind != "left" or any(one.kind == "right" for one in after):
            return ""
        begun = self.line_of(after[0])
        if begun == self.line_of(token):
            return ""
        if self.tokens[self.index - 2].kind in {"right", "text"}:  # a comment: that one has ended
            return ""
        started = f" in action started at {self.source}:{begun}"
        return started.removeprefix(" in action") if token.text.endswith(" action") else started
