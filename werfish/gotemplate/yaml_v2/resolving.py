"""What a scalar without quotes means: a bool, a number, nothing, or text."""

import re
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.values import Uint64

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WHOLE = re.compile(
    r"([+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)"
    r"|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(?:[.,]\d+)?"
_DATE = re.compile(
    r"[0-9]{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])"
    rf"(?:[Tt]{_CLOCK}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})| +{_CLOCK})?"
)

STRING, BOOL, INTEGER, REAL = "!!str", "!!bool", "!!int", "!!float"
NULL, TIMESTAMP, BINARY, MERGE = "!!null", "!!timestamp", "!!binary", "!!merge"
_RESOLVABLE = {"", STRING, BOOL, INTEGER, REAL, NULL, TIMESTAMP}


def short_tag(tag: str | None) -> str:
    """Return *tag* as it is written: ``!!int`` for ``tag:yaml.org,2002:int``."""
    tag = tag or ""
    prefix = "tag:yaml.org,2002:"
    return "!!" + tag.removeprefix(prefix) if tag.startswith(prefix) else tag


def resolve(tag: str, text: str) -> tuple[str, Any]:
    """Return the tag and the value of the scalar *text*; *tag* is what was written before it."""
    if tag not in _RESOLVABLE:
        return tag, text
    found, value = (STRING, text) if tag == STRING else _guess(tag, text)
    if tag in {"", found, STRING}:
        return found, value
    if tag == REAL and found == INTEGER:
        return REAL, float(value)
    raise GoError(f"yaml: cannot decode {found} `{text}` as a {tag}")


def _guess(tag: str, text: str) -> tuple[str, Any]:
    if text in _WORDS:
        return _tag_of_word(_WORDS[text]), _WORDS[text]
    if text[:1] == ".":
        return (REAL, float(text)) if _is_go_float(text) else (STRING, text)
    if not text[:1] or text[0] not in "+-0123456789":
        return STRING, text
    if tag in {"", TIMESTAMP} and _DATE.fullmatch(text):
        return TIMESTAMP, text
    return _number(text.replace("_", ""), text)


def _tag_of_word(value: Any) -> str:
    if value is None:
        return NULL
    return BOOL if isinstance(value, bool) else REAL


def _is_go_float(text: str) -> bool:
    return re.fullmatch(r"\.[0-9]+([eE][-+]?[0-9]+)?", text) is not None


def _number(plain: str, text: str) -> tuple[str, Any]:
    whole = _whole(plain)
    if whole is not None:
        return INTEGER, whole
    if _FLOAT.fullmatch(plain):
        value = float(plain)
        if value not in {float("inf"), float("-inf")}:
            return REAL, value
    return STRING, text


def _whole(plain: str) -> Any:
    """Return the integer that *plain* writes: an int, or a uint64 where it only fits there."""
    found = _WHOLE.fullmatch(plain)
    if found is None:
        return None
    name = str(found.lastgroup)
    value = int(found[name], _BASES[name])
    value = -value if found[1] == "-" else value
    if -(2**63) <= value < 2**63:
        return value
    return Uint64(value) if 0 <= value < 2**64 and not found[1] else None
