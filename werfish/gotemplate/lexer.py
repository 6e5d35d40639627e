"""Template text to tokens, as Go's ``text/template/parse`` cuts it.

A mistake becomes a last token of kind ``error``: the parser reports it when it gets there, so that
an earlier mistake of another kind is reported first, as Go does.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template")
) | {"with"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a template: what it is, its text, where it begins, and on which line."""

    kind: str
    text: str
    position: int
    line: int

    def __str__(self) -> str:
        """Return what errors call it."""
        if self.kind == "end of file":
            return "EOF"
        if self.kind in KEYWORDS or self.kind == "dot":
            return f"<{self.text}>"
        if self.kind == "error":
            return self.text
        return f'"{self.text[:10]}"...' if len(self.text) > 10 else f'"{self.text}"'


_NUMBER = r"""(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?
  |0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?
  |[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"""

_ACTION = rf"""
  (?P<right>(?:[ \t\r\n]-)?END)
| (?P<space>[ \t\r\n]+(?!-END))
| (?P<field>\.(?![0-9])\w+) (?P<field_end>(?=[ \t\r\n.,|:()]|$|END))?
| (?P<dot>\.(?=[ \t\r\n.,|:()]|$|END))
| (?P<variable>\$\w*) (?P<variable_end>(?=[ \t\r\n.,|:()]|$|END))?
| (?P<number>(?=[0-9+-]|\.[0-9])[+-]?{_NUMBER}(?:[+-]{_NUMBER})?) (?P<number_end>(?!\w))?
| (?P<word>\w+) (?P<word_end>(?=[ \t\r\n.,|:()]|$|END))?
| (?P<string>"(?:[^"\\\n]|\\[^\n])*")
| (?P<raw>`[^`]*`)
| (?P<char>'(?:[^'\\\n]|\\[^\n])*')
| (?P<declare>:=)
| (?P<assign>=)
| (?P<pipe>\|)
| (?P<open>\()
| (?P<close>\))
| (?P<symbol>[!-~])
"""
_UNTERMINATED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
}
_SPACE = " \t\r\n"


@lru_cache(maxsize=8)
def _action_pattern(right: str) -> re.Pattern[str]:
    return re.compile(_ACTION.replace("END", re.escape(right)), re.VERBOSE)


class _Lexer:
    """A cursor over the text, and the tokens found so far."""

    def __init__(self, text: str, left: str, right: str) -> None:
        self.text, self.left, self.right = text, left, right
        self.position, self.line = 0, 1
        self.tokens: list[Token] = []

    def emit(self, kind: str, end: int) -> None:
        """Add the token that ends at *end*, and go there."""
        text = self.text[self.position : end]
        self.tokens.append(Token(kind, text, self.position, self.line))
        self.skip_to(end)

    def fail(self, message: str) -> bool:
        """Add an error as the last token."""
        self.tokens.append(Token("error", message, self.position, self.line))
        return False

    def skip_to(self, end: int) -> None:
        """Go to *end*, counting lines."""
        self.line += self.text.count("\n", self.position, end)
        self.position = end

    def skip_space(self) -> None:
        """Go past white space, as a trim marker asks."""
        rest = self.position
        while rest < len(self.text) and self.text[rest] in _SPACE:
            rest += 1
        self.skip_to(rest)

    def trims_at(self, position: int) -> bool:
        """Return whether the left delimiter that ends at *position* trims what is before it."""
        marker = self.text[position : position + 2]
        return len(marker) == 2 and marker[0] == "-" and marker[1] in _SPACE


def tokens_of(text: str, left: str = "{{", right: str = "}}") -> list[Token]:
    """Return the tokens of *text*; the last is ``end of file`` or ``error``."""
    lexer = _Lexer(text, left, right)
    while True:
        start = text.find(left, lexer.position)
        if start < 0:
            break
        _lex_text(lexer, start)
        if not _lex_action(lexer):
            return lexer.tokens
    if lexer.position < len(text):
        lexer.emit("text", len(text))
    lexer.emit("end of file", len(text))
    return lexer.tokens


def _lex_text(lexer: _Lexer, start: int) -> None:
    end = start
    if lexer.trims_at(start + len(lexer.left)):
        while end > lexer.position and lexer.text[end - 1] in _SPACE:
            end -= 1
    if end > lexer.position:
        lexer.emit("text", end)
    lexer.skip_to(start)


def _lex_action(lexer: _Lexer) -> bool:
    inside = lexer.position + len(lexer.left)
    if lexer.trims_at(inside):
        inside += 2
    if lexer.text.startswith("/*", inside):
        lexer.skip_to(inside)
        return _lex_comment(lexer)
    lexer.emit("left", inside)
    return _lex_inside(lexer)


def _lex_comment(lexer: _Lexer) -> bool:
    end = lexer.text.find("*/", lexer.position + 2)
    if end < 0:
        return lexer.fail("unclosed comment")
    found = _action_pattern(lexer.right).match(lexer.text, end + 2)
    if found is None or found.lastgroup != "right":
        return lexer.fail("comment ends before closing delimiter")
    lexer.skip_to(found.end())
    if len(found.group()) > len(lexer.right):
        lexer.skip_space()
    return True


def _lex_inside(lexer: _Lexer) -> bool:
    depth, match = 0, _action_pattern(lexer.right).match
    while True:
        found = match(lexer.text, lexer.position)
        if found is None:
            return lexer.fail(_mistake(lexer))
        kind = str(found.lastgroup).removesuffix("_end")
        if kind == "right":
            return lexer.fail("unclosed left paren") if depth else _lex_right(lexer, found)
        if f"{kind}_end" in found.re.groupindex and found.lastgroup == kind:
            return lexer.fail(_bad_end(lexer, kind, found))
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return lexer.fail("unexpected right paren")
        if kind == "symbol" and found.group() in _UNTERMINATED:
            return lexer.fail(_UNTERMINATED[found.group()])
        lexer.emit(_word_kind(found.group()) if kind == "word" else kind, found.end())


def _lex_right(lexer: _Lexer, found: re.Match[str]) -> bool:
    lexer.emit("right", found.end())
    if len(found.group()) > len(lexer.right):
        lexer.skip_space()
    return True


def _word_kind(word: str) -> str:
    if word in KEYWORDS:
        return word
    return "bool" if word in {"true", "false"} else "identifier"


def _mistake(lexer: _Lexer) -> str:
    if lexer.position >= len(lexer.text):
        return "unclosed action"
    return f"unrecognized character in action: {_code_point(lexer.text[lexer.position])}"


def _bad_end(lexer: _Lexer, kind: str, found: re.Match[str]) -> str:
    if kind == "number":
        bad = lexer.text[found.start() : found.end() + 1]
        return f'bad number syntax: "{bad}"'
    return f"bad character {_code_point(lexer.text[found.end()])}"


def _code_point(character: str) -> str:
    shown = f" '{character}'" if character.isprintable() else ""
    return f"U+{ord(character):04X}{shown}"
