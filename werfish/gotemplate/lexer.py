"""Template text to tokens, as Go's ``text/template/parse`` cuts it.

A mistake becomes a last token of kind ``error``: the parser reports it when it gets there, so that
an earlier mistake of another kind is reported first, as Go does.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from werfish.gotemplate.quoting import quote
from werfish.gotemplate.values import to_bytes

KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template")
) | {"with"}


class Token(NamedTuple):
    """A piece of a template: what it is, its text, and where it begins.

    Space inside actions is no token: *spaced* says that there is some before this one.
    """

    kind: str
    text: str
    position: int
    spaced: bool = False

    def __str__(self) -> str:
        """Return what errors call it."""
        if self.kind == "end of file":
            return "EOF"
        if self.kind in KEYWORDS or self.kind == "dot":
            return f"<{self.text}>"
        if self.kind == "error":
            return self.text
        is_long = len(to_bytes(self.text)) > 10
        return f"{quote(self.text[:10])}..." if is_long else quote(self.text)


_DIGITS = r"""(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?
  |0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?
  |[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"""
_NUMBER = rf"(?>(?=[0-9+-]|\.[0-9])[+-]?{_DIGITS}(?:[+-]{_DIGITS})?)"
"""Atomic, since Go looks ahead only: of ``-x`` nothing is left that would be a number."""

_ACTION = rf"""
(?:[ \t\r\n]+(?!-RIGHT))?
(?: (?P<right>(?:[ \t\r\n]-)?RIGHT)
  | (?P<field>\.(?![0-9])\w+) (?=[ \t\r\n.,|:()]|\Z|RIGHT)
  | (?P<word>(?![0-9])\w+) (?=[ \t\r\n.,|:()]|\Z|RIGHT)
  | (?P<dot>\.) (?=[ \t\r\n.,|:()]|\Z|RIGHT)
  | (?P<string>"(?:[^"\\\n]|\\[^\n])*")
  | (?P<variable>\$\w*) (?=[ \t\r\n.,|:()]|\Z|RIGHT)
  | (?P<number>{_NUMBER}) (?!\w)
  | (?P<raw>`[^`]*`)
  | (?P<char>'(?:[^'\\\n]|\\[^\n])*')
  | (?P<declare>:=)
  | (?P<assign>=)
  | (?P<pipe>\|)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<symbol>[!\#%&*,/;<>?@\[\\\]^{{}}~])
)"""
_MISTAKES = rf"""
    (?P<number>{_NUMBER}\w)
  | (?P<name>[.$]?\w+(?P<bad>.))
  | (?P<mark>["`':])
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
    return re.compile(_ACTION.replace("RIGHT", re.escape(right)), re.VERBOSE)


_mistake_pattern = re.compile(_MISTAKES, re.VERBOSE | re.DOTALL)


class _Lexer:
    """A cursor over the text, and the tokens found so far."""

    def __init__(self, text: str, left: str, right: str) -> None:
        self.text, self.left, self.right = text, left, right
        self.position = 0
        self.tokens: list[Token] = []
        self.match = _action_pattern(right).match

    def emit(self, kind: str, end: int) -> None:
        """Add the token that ends at *end*, and go there."""
        self.tokens.append(Token(kind, self.text[self.position : end], self.position))
        self.position = end

    def fail(self, message: str) -> bool:
        """Add an error as the last token."""
        self.tokens.append(Token("error", message, self.position))
        return False

    def skip_space(self) -> None:
        """Go past white space."""
        while self.position < len(self.text) and self.text[self.position] in _SPACE:
            self.position += 1

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
    lexer.position = start


def _lex_action(lexer: _Lexer) -> bool:
    inside = lexer.position + len(lexer.left)
    if lexer.trims_at(inside):
        inside += 2
    if lexer.text.startswith("/*", inside):
        lexer.position = inside
        return _lex_comment(lexer)
    lexer.emit("left", inside)
    return _lex_inside(lexer)


def _lex_comment(lexer: _Lexer) -> bool:
    end = lexer.text.find("*/", lexer.position + 2)
    if end < 0:
        return lexer.fail("unclosed comment")
    found = lexer.match(lexer.text, end + 2)
    if found is None or found.lastgroup != "right" or found.start("right") != end + 2:
        return lexer.fail("comment ends before closing delimiter")
    lexer.position = found.end()
    if len(found.group()) > len(lexer.right):
        lexer.skip_space()
    return True


def _lex_inside(lexer: _Lexer) -> bool:
    depth, match, text, add = 0, lexer.match, lexer.text, lexer.tokens.append
    while (found := match(text, lexer.position)) is not None:
        kind = str(found.lastgroup)
        start, end = found.span(kind)
        if kind == "word":
            kind = _word_kind(text[start:end])
        elif kind == "right":
            return _lex_right(lexer, start, end) if not depth else _unclosed(lexer, start)
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                return lexer.fail("unexpected right paren")
        add(Token(kind, text[start:end], start, found.start() != start))
        lexer.position = end
    lexer.skip_space()
    return lexer.fail(_mistake(lexer))


def _lex_right(lexer: _Lexer, start: int, end: int) -> bool:
    # A trim marker is no part of it: after one on a line of its own stands the next line.
    lexer.position = end - len(lexer.right)
    lexer.emit("right", end)
    if end - start > len(lexer.right):
        lexer.skip_space()
    return True


def _unclosed(lexer: _Lexer, start: int) -> bool:
    lexer.position = start
    return lexer.fail("unclosed left paren")


def _word_kind(word: str) -> str:
    if word in KEYWORDS:
        return word
    return "bool" if word in {"true", "false"} else "identifier"


def _mistake(lexer: _Lexer) -> str:
    """Return what is wrong with the text at the cursor, which is no token."""
    if lexer.position >= len(lexer.text):
        return "unclosed action"
    found = _mistake_pattern.match(lexer.text, lexer.position)
    if found is None:
        here = lexer.text[lexer.position]
        if here in ".$":
            return f"bad character {_code_point(lexer.text[lexer.position + 1])}"
        return f"unrecognized character in action: {_code_point(here)}"
    if found.lastgroup == "mark":
        return _UNTERMINATED[found.group()]
    if found["bad"]:
        return f"bad character {_code_point(found['bad'])}"
    return f'bad number syntax: "{found.group()}"'


def _code_point(character: str) -> str:
    shown = f" '{character}'" if character.isprintable() else ""
    return f"U+{ord(character):04X}{shown}"
