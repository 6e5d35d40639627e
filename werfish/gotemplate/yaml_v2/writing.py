"""Values to YAML text: what ``toYaml`` gives, byte for byte as ``yaml.v2`` writes it."""

import base64
import re
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.floats import format_float
from werfish.gotemplate.types import FLOAT_KINDS, INTEGER_KINDS
from werfish.gotemplate.values import from_bytes, key_value, kind_of, to_bytes, type_name
from werfish.gotemplate.yaml_v2.ordering import ordered_keys
from werfish.gotemplate.yaml_v2.resolving import STRING, resolve
from werfish.gotemplate.yaml_v2.scalars import (
    analysis_of,
    block_hints,
    escaped,
    is_break,
    is_printable,
)

_WIDTH = 80
_LONGEST_KEY = 128
_RFC3339 = "2006-01-02T15:04:05.999999999Z07:00"
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


def yaml_of(value: Any) -> str:
    """Return *value* as a YAML document, with its last newline."""
    writer = _Writer()
    writer.node(value, -1)
    writer.start_line(0)
    return from_bytes(to_bytes("".join(writer.parts)))


class _Writer:
    """The text so far, and where its end is: in which column, after white space or not."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.column = 0
        self.after_space = self.at_indent = True

    def put(self, text: str) -> None:
        """Add *text*, which has no line breaks."""
        self.parts.append(text)
        self.column += len(text)

    def put_break(self, text: str = "\n") -> None:
        """Add a line break."""
        self.parts.append(text)
        self.column = 0

    def start_line(self, indent: int) -> None:
        """Go to column *indent* of this line where that is free, else of the next."""
        indent = max(indent, 0)
        used = self.column == indent and not self.after_space
        if not self.at_indent or self.column > indent or used:
            self.put_break()
        self.put(" " * (indent - self.column))
        self.after_space = self.at_indent = True

    def indicator(
        self, text: str, *, spaced: bool, space: bool = False, indents: bool = False
    ) -> None:
        """Add punctuation: *spaced* has a space before it, *space* counts as one itself."""
        if spaced and not self.after_space:
            self.put(" ")
        self.put(text)
        self.after_space = space
        self.at_indent = self.at_indent and indents

    def node(self, value: Any, indent: int, *, in_map: bool = False) -> None:
        """Add *value*, inside something that is at *indent*."""
        kind = kind_of(value)
        if kind == "map" and value:
            self._map(value, _deeper(indent))
        elif kind == "slice" and value:
            indentless = in_map and not self.at_indent
            self._list(value, indent if indentless else _deeper(indent))
        elif kind in {"map", "slice"}:
            self.indicator("{" if kind == "map" else "[", spaced=True, space=True)
            self.indicator("}" if kind == "map" else "]", spaced=False)
        elif hasattr(value, "go_fields") and not hasattr(value, "go_string"):
            fields = value.go_fields()
            self.node({name.lower(): each for name, each in fields.items()}, indent, in_map=in_map)
        else:
            self.scalar(value, indent + 2 if indent >= 0 else 2)

    def _list(self, value: Any, indent: int) -> None:
        for each in value:
            self.start_line(indent)
            self.indicator("-", spaced=True, indents=True)
            self.node(each, indent)

    def _map(self, value: Any, indent: int) -> None:
        for key in ordered_keys(value):
            self.start_line(indent)
            plain_key = key_value(key)
            if self._is_simple(plain_key):
                self.scalar(plain_key, indent + 2, is_key=True)
                self.indicator(":", spaced=False)
            else:
                self.indicator("?", spaced=True, indents=True)
                self.node(plain_key, indent, in_map=True)
                self.start_line(indent)
                self.indicator(":", spaced=True, indents=True)
            self.node(value[key], indent, in_map=True)

    def _is_simple(self, key: Any) -> bool:
        text, _ = _scalar_of(key)
        return len(to_bytes(text)) <= _LONGEST_KEY and not analysis_of(text).multiline

    def scalar(self, value: Any, indent: int, *, is_key: bool = False) -> None:
        """Add the scalar *value*; its further lines are at *indent*."""
        text, style = _scalar_of(value)
        style = _possible_style(text, style, is_key)
        if not text.isascii() and _is_binary(text):
            text = _base64_of(text)
            self.indicator("!!binary", spaced=True)
            style = _possible_style(text, "literal" if "\n" in text else "plain", is_key)
        match style:
            case "plain":
                self._plain(text, indent, is_key)
            case "single":
                self._single(text, indent, is_key)
            case "literal":
                self._literal(text, indent)
            case _:
                self._double(text, indent, is_key)

    def _plain(self, text: str, indent: int, is_key: bool) -> None:
        if not self.after_space:
            self.put(" ")
        self._fold(text, indent, is_key, 0, len(text))
        self.after_space = self.at_indent = False

    def _single(self, text: str, indent: int, is_key: bool) -> None:
        self.indicator("'", spaced=True)
        self._fold(text.replace("'", "''"), indent, is_key, 1, len(text.replace("'", "''")) - 1)
        self.indicator("'", spaced=False)
        self.after_space = self.at_indent = False

    def _fold(self, text: str, indent: int, is_key: bool, first: int, last: int) -> None:
        """Add *text*, broken at single spaces between *first* and *last* where lines get long."""
        after_space = in_break = False
        for place, each in enumerate(text):
            if each == " ":
                alone = not after_space and text[place + 1 : place + 2] != " "
                if not is_key and alone and self.column > _WIDTH and first <= place < last:
                    self.start_line(indent)
                else:
                    self.put(each)
                after_space = True
                continue
            if is_break(each):
                if not in_break and each == "\n":
                    self.put_break()
                self.put_break(each)
                self.at_indent = in_break = True
                continue
            if in_break:
                self.start_line(indent)
            self.put(each)
            self.at_indent = after_space = in_break = False

    def _double(self, text: str, indent: int, is_key: bool) -> None:
        self.indicator('"', spaced=True)
        every = text.startswith("\ufeff")
        after_space = False
        for place, each in enumerate(text):
            if every or not is_printable(each) or is_break(each) or each in '"\\':
                self.put(escaped(each))
                after_space = False
                continue
            folds = not is_key and not after_space and self.column > _WIDTH
            if each == " " and folds and 0 < place < len(text) - 1:
                self.start_line(indent)
                if text[place + 1] == " ":
                    self.put("\\")
            else:
                self.put(each)
            after_space = each == " "
        self.indicator('"', spaced=False)
        self.after_space = self.at_indent = False

    def _literal(self, text: str, indent: int) -> None:
        self.indicator("|" + block_hints(text), spaced=True)
        self.put_break()
        self.at_indent = self.after_space = in_break = True
        for each in text:
            if is_break(each):
                self.put_break(each)
                self.at_indent = in_break = True
                continue
            if in_break:
                self.start_line(indent)
            self.put(each)
            self.at_indent = in_break = False


def _deeper(indent: int) -> int:
    return indent + 2 if indent >= 0 else 0


def _scalar_of(value: Any) -> tuple[str, str]:
    """Return the text of a scalar and the style that it is best written in."""
    if type_name(value) == "time.Time":
        return value.member("Format").call(_RFC3339), "plain"
    own = getattr(value, "go_string", None)
    text = own() if own is not None else value
    return _text_style(text) if kind_of(text) == "string" else (_number(text), "plain")


def _text_style(text: str) -> tuple[str, str]:
    if "\n" in text:
        return text, "literal"
    is_plain = resolve("", text)[0] == STRING and not _BASE_60.fullmatch(text)
    return text, "plain" if is_plain else "double"


def _number(value: Any) -> str:
    kind = kind_of(value)
    if kind == "invalid":
        return "null"
    if kind == "bool":
        return "true" if value else "false"
    if kind in INTEGER_KINDS:
        return str(int(value))
    if kind in FLOAT_KINDS:
        return _float(value)
    raise GoError(f"cannot marshal type: {type_name(value)}")


def _float(value: float) -> str:
    text = format_float(value, "g", -1)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _possible_style(text: str, style: str, is_key: bool) -> str:
    analysis = analysis_of(text)
    if is_key and analysis.multiline:
        return "double"
    if style == "literal":
        return "literal" if analysis.block and not is_key else "double"
    if style == "plain" and (not analysis.plain or (not text and is_key)):
        style = "single"
    return "double" if style == "single" and not analysis.single else style


def _is_binary(text: str) -> bool:
    return any("\udc80" <= each <= "\udcff" for each in text)


def _base64_of(text: str) -> str:
    encoded = base64.b64encode(to_bytes(text)).decode()
    if len(encoded) < 70:
        return encoded
    lines = (encoded[at : at + 70] for at in range(0, len(encoded), 70))
    return "".join(f"{each}\n" for each in lines)
