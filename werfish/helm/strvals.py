"""The language of ``--set``: ``a.b=1,list[0].name=x,words={a,b}``, exactly as Helm reads it.

Pure but for *read*, which ``--set-file`` gives. Source: helm.sh/helm/v3/pkg/strvals/parser.go,
whose quirks are kept: ``a=`` sets an empty string, ``null`` sets a null (which removes a chart's
default), numbers that begin with a zero stay strings.
"""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from werfish.errors import HelmError
from werfish.helm.merged import merged

MAX_INDEX = 65536
MAX_DEPTH = 30

Value = Callable[[str], Any]
"""What the text after ``=`` becomes."""


_SET = ("--set", 'escape commas, dots, brackets and braces that are meant as they are with "\\"')


class SetValueError(HelmError):
    """A ``--set`` or ``--set-json`` cannot be understood."""

    def __init__(self, text: str, problem: str, *, is_json: bool = False) -> None:
        """Name the part before ``=`` only: the value may be a secret."""
        flag, hint = ("--set-json", "write NAME=JSON; a text is in quotes") if is_json else _SET
        super().__init__(f'read {flag} "{text.partition("=")[0]}": {problem}', hint=hint)


class _Problem(Exception):
    """What is wrong, before the whole text is known; with the *name* of what is wrong so."""

    def __init__(self, problem: str, name: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.name = name

    def told(self, *, is_first: bool) -> str:
        """Return the problem; a name after a comma is not told, since it may be of the value."""
        named = f'"{self.name}" ' if is_first and self.name else ""
        return named + self.problem if is_first else f"after a comma: {self.problem}"


class _End(Exception):
    """The text ended, which for most of the grammar is as good as a comma."""


def typed(text: str) -> Any:
    """Return *text* as ``--set`` does: true, false, null and whole numbers are not strings."""
    word = text.lower()
    if word in {"true", "false", "null", "0"}:
        return {"true": True, "false": False, "null": None, "0": 0}[word]
    if _is_integer(text):
        return int(text)
    return text


def parse_into(values: Mapping[str, Any], text: str, value: Value = typed) -> dict[str, Any]:
    """Return *values* with what *text* sets; *value* is `typed`, `str`, or a reader of files."""
    changed = copy.deepcopy(dict(values))
    parser, is_first = _Parser(text, value), True
    try:
        while True:
            parser.key(changed, 0)
            is_first = False
    except _End:
        return changed
    except _Problem as problem:
        told = problem.told(is_first=is_first)
        raise SetValueError(text, told, is_json=value is _as_json) from problem


def parse_json_into(values: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return *values* with what *text* sets, as ``--set-json`` has it: what follows ``=`` is JSON.

    A text that is one JSON object is merged as a whole.
    """
    if not text.lstrip().startswith("{"):
        return parse_into(values, text, _as_json)
    try:
        whole: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise SetValueError("{...}", f"it is not JSON: {error}", is_json=True) from error
    return merged(values, whole)


def _as_json(text: str) -> Any:
    """Mark values as JSON; their end is found by reading them."""
    raise _Problem("what follows = is not JSON")


def _is_integer(text: str) -> bool:
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if text.startswith("0") or not (digits.isascii() and digits.isdigit()):
        return False
    return -(2**63) <= int(text) < 2**63


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str, value: Value) -> None:
        self._text = text
        self._at = 0
        self._value = value

    def key(self, data: dict[str, Any], depth: int) -> None:
        """Read one ``key=value`` into *data*; `_End` where the text ended with it."""
        name, stop = self._until("=[,.")
        if stop == "":
            raise _Problem("has no value", name) if name else _End
        if stop == "[":
            self._list_key(data, name, depth)
        elif stop == "=":
            self._assign(data, name)
        elif stop == ",":
            raise _Problem("has no value (cannot end with ,)", name)
        else:
            self._map_key(data, name, depth + 1)

    def _list_key(self, data: dict[str, Any], name: str, depth: int) -> None:
        index = self._index()
        items, ended = self._item(_list(data.get(name), name), index, depth)
        _set(data, name, items)
        if ended:
            raise _End

    def _assign(self, data: dict[str, Any], name: str) -> None:
        value, ended = self._right_side()
        _set(data, name, value)
        if ended:
            raise _End

    def _map_key(self, data: dict[str, Any], name: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _Problem(f"more than {MAX_DEPTH} nested names")
        inner = data.get(name, {})
        if not isinstance(inner, dict):
            raise _Problem("is not a map", name)
        try:
            self.key(inner, depth)
        except _End:
            if inner:
                _set(data, name, inner)
            raise
        if not inner:
            raise _Problem("is a map without a value", name)
        _set(data, name, inner)

    def _item(self, items: list[Any], index: int, depth: int) -> tuple[list[Any], bool]:
        """Read what follows ``]`` and set it at *index*; tell also whether the text ended."""
        name, stop = self._until("[.=")
        if name:
            raise _Problem("unexpected data at end of array index")
        if stop == "":
            return items, True
        if stop == "=":
            value, ended = self._right_side()
            return _at(items, index, value), ended
        current = items[index] if index < len(items) else None
        if stop == "[":
            nested, ended = self._item(_list(current, ""), self._index(), depth)
            return _at(items, index, nested), ended
        inner = current if isinstance(current, dict) else {}
        try:
            self.key(inner, depth)
        except _End:
            return _at(items, index, inner), True
        return _at(items, index, inner), False

    def _right_side(self) -> tuple[Any, bool]:
        """Read the value after ``=``; tell also whether the text ended with it."""
        if self._value is _as_json:
            return self._json()
        if self._at >= len(self._text):
            return "", True
        if self._text[self._at] == "{":
            self._at += 1
            return self._words(), False
        return self._value(self._until(",")[0]), False

    def _json(self) -> tuple[Any, bool]:
        """Read a JSON value, which may hold commas; nothing is null."""
        if self._skipped_to_next():
            return None, self._at >= len(self._text)
        try:
            value, self._at = json.JSONDecoder().raw_decode(self._text, self._at)
        except ValueError as error:
            raise _Problem("what follows = is not JSON") from error
        if not self._skipped_to_next():
            raise _Problem("a comma is missing after a JSON value")
        return value, self._at >= len(self._text)

    def _skipped_to_next(self) -> bool:
        """Skip blanks and one comma; tell whether a value ends here."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        if self._text[self._at : self._at + 1] == ",":
            self._at += 1
            return True
        return self._at >= len(self._text)

    def _words(self) -> list[Any]:
        words = []
        while True:
            text, stop = self._until(",}")
            if stop == "":
                raise _Problem("list must terminate with '}'")
            words.append(self._value(text))
            if stop == "}":
                if self._text[self._at : self._at + 1] == ",":
                    self._at += 1
                return words

    def _index(self) -> int:
        text, stop = self._until("]")
        if stop == "":
            raise _Problem("error parsing index: it has no end")
        if not text.lstrip("+-").isdigit():
            raise _Problem("error parsing index: it is not a number")
        if int(text) < 0:
            raise _Problem(f"negative {int(text)} index not allowed")
        if int(text) > MAX_INDEX:
            raise _Problem(f"index of {text} is greater than maximum supported index")
        return int(text)

    def _until(self, stops: str) -> tuple[str, str]:
        """Read up to one of *stops*; the second part is empty where the text ends first."""
        read: list[str] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char in stops:
                return "".join(read), char
            if char == "\\":
                char = self._text[self._at : self._at + 1]
                self._at += 1
            read.append(char)
        return "".join(read), ""


def _set(data: dict[str, Any], name: str, value: Any) -> None:
    if name:
        data[name] = value


def _at(items: list[Any], index: int, value: Any) -> list[Any]:
    padded = items + [None] * (index + 1 - len(items))
    padded[index] = value
    return padded


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Problem("is not a list", name)
    return value
