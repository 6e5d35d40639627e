"""Go's quoted strings and characters, both ways: ``strconv.Quote`` and ``strconv.Unquote``."""

import re

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.values import from_bytes, to_bytes

_SHORT = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34}
_NAMES = {code: letter for letter, code in _SHORT.items() if letter.isalpha()}
_ESCAPE = re.compile(
    r"\\(?:(?P<short>[abfnrtv\\'\"])|x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-7]{3})"
    r"|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8}))"
)
_SAFE = re.compile(r"[ !#-\[\]-~]*")


def unquote(text: str) -> str:
    """Return the string that the literal *text* writes, quotes included.

    >>> unquote(r'"a\\tb"') == "a" + chr(9) + "b"
    True
    """
    inner = text[1:-1]
    if text[0] == "`":
        return inner.replace("\r", "")
    if "\\" not in inner:
        return inner
    parts: list[bytes] = []
    while inner:
        start = inner.find("\\")
        if start != 0:
            plain = inner if start < 0 else inner[:start]
            parts.append(to_bytes(plain))
            inner = inner[len(plain) :]
        else:
            rune, inner = unquote_character(inner, '"')
            parts.append(to_bytes(rune))
    return from_bytes(b"".join(parts))


def unquote_character(text: str, delimiter: str) -> tuple[str, str]:
    r"""Return the first character that *text* writes, and what follows it.

    A byte that is written as such (``\xff``) comes back as Go strings keep it here.
    """
    if not text or text[0] == delimiter:
        raise GoError("invalid syntax")
    if text[0] != "\\":
        return text[0], text[1:]
    found = _ESCAPE.match(text)
    if found is None or (found["short"] in {"'", '"'} and found["short"] != delimiter):
        raise GoError("invalid syntax")
    return _character(found), text[found.end() :]


def _character(found: re.Match[str]) -> str:
    if found["short"]:
        return chr(_SHORT[found["short"]])
    if found["hex"] or found["octal"]:
        code = int(found["hex"], 16) if found["hex"] else int(found["octal"], 8)
        if code > 0xFF:
            raise GoError("invalid syntax")
        return chr(code) if code < 0x80 else chr(0xDC00 + code)
    code = int(found["four"] or found["eight"], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise GoError("invalid syntax")
    return chr(code)


def quote(text: str, *, ascii_only: bool = False, delimiter: str = '"') -> str:
    r"""Return *text* as a Go string literal, what cannot be printed escaped.

    >>> quote('say "hi"\n')
    '"say \\"hi\\"\\n"'
    """
    if delimiter == '"' and _SAFE.fullmatch(text):
        return f'"{text}"'
    inner = "".join(_escaped(each, ascii_only, delimiter) for each in text)
    return f"{delimiter}{inner}{delimiter}"


def _escaped(character: str, ascii_only: bool, delimiter: str) -> str:
    code = ord(character)
    if character in {delimiter, "\\"}:
        return "\\" + character
    if code in _NAMES:
        return "\\" + _NAMES[code]
    if character.isprintable() and (code < 0x80 or not ascii_only):
        return character
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def can_backquote(text: str) -> bool:
    """Return whether *text* can stand between back quotes on one line."""
    return not re.search("[\x00-\x08\x0a-\x1f\x7f`\ufeff\udc80-\udcff]", text)
