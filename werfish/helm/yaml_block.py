"""Plain data as YAML in Helm's form, for what most objects are made of. Pure.

A library does the same for any data, but takes a large part of a deploy's time for it.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./=-]|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9/]))*")
_LONGEST_KEY = 100


class UnusualError(Exception):
    """Something that others have to write."""


class BlockWriter:
    """Writes maps; *is_word* tells which plain texts would be read as something else."""

    def __init__(self, is_word: Callable[[str], bool]) -> None:
        """Quote what *is_word*."""
        self._is_word = is_word
        self._text = lru_cache(4096)(self._written)

    def document(self, data: dict[str, Any]) -> str:
        """Return *data* as a document; `UnusualError` for what is not written here."""
        lines: list[str] = []
        self._map(data, "", lines)
        return "\n".join((*lines, ""))

    def _map(self, data: dict[str, Any], indent: str, lines: list[str]) -> None:
        for key, value in data.items():
            if type(key) is not str or len(key) > _LONGEST_KEY:
                raise UnusualError
            self._value(f"{indent}{self._text(key)}:", value, indent + "  ", indent, lines)

    def _list(self, data: list[Any], indent: str, lines: list[str]) -> None:
        inner = indent + "  "
        for item in data:
            if item and type(item) in (dict, list):
                first = len(lines)
                (self._map if type(item) is dict else self._list)(item, inner, lines)
                lines[first] = f"{indent}- {lines[first][len(inner) :]}"
            else:
                self._value(f"{indent}-", item, inner, inner, lines)

    def _value(self, head: str, value: Any, inner: str, list_indent: str, lines: list[str]) -> None:
        kind = type(value)
        if kind is str and "\n" in value:
            mark, content = _literal(value)
            lines.append(f"{head} {mark}")
            lines.extend(inner + line if line else "" for line in content)
        elif kind is str:
            lines.append(f"{head} {self._text(value)}")
        elif kind is dict and value:
            lines.append(head)
            self._map(value, inner, lines)
        elif kind is list and value:
            lines.append(head)
            self._list(value, list_indent, lines)
        else:
            lines.append(f"{head} {_atom(value)}")

    def _written(self, text: str) -> str:
        if _PLAIN.fullmatch(text) and not self._is_word(text):
            return text
        if text.isascii() and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        raise UnusualError


def _literal(text: str) -> tuple[str, list[str]]:
    """Return how a text of several lines begins, and its lines."""
    ends = text.endswith("\n")
    lines = (text[:-1] if ends else text).split("\n")
    is_plain = text.isascii() and all(line.replace("\t", "").isprintable() for line in lines)
    if not is_plain or lines[0][:1] in ("", " ", "\t") or not lines[-1].strip():
        raise UnusualError
    return ("|" if ends else "|-"), lines


def _atom(value: Any) -> str:
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind in (dict, list):
        return "{}" if kind is dict else "[]"
    raise UnusualError
