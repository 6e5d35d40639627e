"""Write values as JSON, as Go's ``encoding/json`` does.

Keys are sorted, numbers are in Go's notation, bytes that are not UTF-8 become U+FFFD, and what
JSON has no word for (a map with keys of any type, a function) is an error.
"""

import math
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.floats import format_float
from werfish.gotemplate.sprig.times.layout import RFC3339_NANO
from werfish.gotemplate.sprig.times.moment import Time
from werfish.gotemplate.sprig.versions import VersionValue
from werfish.gotemplate.types import ANY
from werfish.gotemplate.values import is_nil, to_bytes, type_name, type_of

_ALWAYS = re.compile('["\\\\\x00-\x1f\u2028\u2029\udc80-\udcff]')
_FOR_HTML = re.compile('["\\\\\x00-\x1f\u2028\u2029\udc80-\udcff<>&]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n"}
_SHORT |= {"\r": "\\r", "\t": "\\t"}


def json_of(value: Any, *, html: bool = True, indent: str = "") -> str:
    """Write *value*; with *html*, ``< > &`` are escaped. GoError where JSON cannot say it."""
    return _Writer(_FOR_HTML if html else _ALWAYS, indent).write(value, "\n")


class _Writer:
    """How everything in one text is written."""

    __slots__ = ("begun", "indent", "unsafe")

    def __init__(self, unsafe: re.Pattern[str], indent: str) -> None:
        self.unsafe, self.indent = unsafe, indent
        self.begun: set[int] = set()

    def write(self, value: Any, line: str) -> str:
        """Write one value; *line* begins a new line at its depth."""
        if is_nil(value):
            return "null"
        if isinstance(value, str):
            return self.quoted(value)
        if isinstance(value, (bool, int, float)):
            return _number(value)
        if id(value) in self.begun:
            cycle = f"encountered a cycle via {type_name(value)}"
            raise GoError(f"json: unsupported value: {cycle}")
        self.begun.add(id(value))
        written = self.container(value, line)
        self.begun.remove(id(value))
        return written

    def container(self, value: Any, line: str) -> str:
        """Write what may hold other values."""
        if isinstance(value, dict):
            return self.map(value, line)
        if isinstance(value, list):
            items = (self.write(item, line + self.indent) for item in value)
            return self.wrapped("[", items, "]", line)
        return self.other(value, line)

    def other(self, value: Any, line: str) -> str:
        """Write what is neither a number, a text nor a plain container."""
        if isinstance(value, bytes):
            return f'"{b64encode(value).decode()}"'
        if isinstance(value, Time):
            return self.quoted(value.format(RFC3339_NANO))
        if isinstance(value, VersionValue):
            return self.quoted(value.go_string())
        fields = getattr(value, "go_fields", None)
        if fields is None:
            raise GoError(f"json: unsupported type: {type_name(value)}")
        items = (self.member(name, item, line) for name, item in fields().items())
        return self.wrapped("{", items, "}", line)

    def map(self, value: dict[Any, Any], line: str) -> str:
        """Write a map; its keys must be text."""
        go_type = type_of(value)
        if go_type is not None and go_type.key == ANY:
            raise GoError(f"json: unsupported type: {go_type.name}")
        keys = sorted(value, key=to_bytes)
        items = (self.member(key, value[key], line) for key in keys)
        return self.wrapped("{", items, "}", line)

    def member(self, name: str, value: Any, line: str) -> str:
        """Write one key with its value."""
        space = " " if self.indent else ""
        return f"{self.quoted(name)}:{space}{self.write(value, line + self.indent)}"

    def wrapped(self, start: str, items: Iterable[str], end: str, line: str) -> str:
        """Put *items* between brackets, on lines of their own where there is an indent."""
        written = list(items)
        if not self.indent or not written:
            return start + ",".join(written) + end
        inner = line + self.indent
        return f"{start}{inner}{f',{inner}'.join(written)}{line}{end}"

    def quoted(self, text: str) -> str:
        """Write *text* as a JSON string."""
        return f'"{self.unsafe.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    if "\udc80" <= found[0] <= "\udcff":
        return "\\ufffd"
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if not math.isfinite(value):
        raise GoError(f"json: unsupported value: {format_float(value, 'g', -1)}")
    if value != 0 and not 1e-6 <= abs(value) < 1e21:
        return re.sub(r"e-0(\d)$", r"e-\1", format_float(value, "e", -1))
    return format_float(value, "f", -1)
