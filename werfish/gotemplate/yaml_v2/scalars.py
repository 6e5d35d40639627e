"""How a scalar is written: plain where it can be, else in quotes or as a block."""

from itertools import pairwise

from stages.light_dataclass import dataclass

_BREAKS = "\r\n\x85\u2028\u2029"
_FIRST_INDICATORS = "#,[]{}&*!|>'\"%@`"
_ESCAPES = {
    0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 27: "e", 34: '"',
    92: "\\", 0x85: "N", 0xA0: "_", 0x2028: "L", 0x2029: "P",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Analysis:
    """In which styles a text can be written."""

    multiline: bool
    plain: bool
    single: bool
    block: bool


def is_printable(character: str) -> bool:
    """Return whether *character* may stand as it is; those above U+FFFF may not."""
    code = ord(character)
    if character == "\n" or 0x20 <= code <= 0x7E:
        return True
    return 0xA0 <= code <= 0xD7FF or (0xE000 <= code <= 0xFFFD and code != 0xFEFF)


def analysis_of(text: str) -> Analysis:
    """Return in which styles *text* can be written."""
    if not text:
        return Analysis(multiline=False, plain=True, single=True, block=False)
    breaks = any(each in _BREAKS for each in text)
    space_before_break = _has_pair(text, " ", _BREAKS)
    special = space_before_break or not all(map(is_printable, text))
    space_after_break = _has_pair(text, _BREAKS, " ")
    edges = " " + _BREAKS
    plain = not (
        breaks or special or text[0] in edges or text[-1] in edges or _has_block_indicator(text)
    )
    return Analysis(
        multiline=breaks,
        plain=plain,
        single=not (special or space_after_break),
        block=not (special or text[-1] == " "),
    )


def _has_pair(text: str, first: str, second: str) -> bool:
    return any(a in first and b in second for a, b in pairwise(text))


def _has_block_indicator(text: str) -> bool:
    if text.startswith(("---", "...")) or text[0] in _FIRST_INDICATORS:
        return True
    padded = text + " "
    if text[0] in "?:-" and padded[1] in " \t":
        return True
    inner = zip(text, padded[1:], padded[2:] + " ", strict=False)
    return any(
        (each == ":" and after in " \t") or (each == "#" and before in " \t\0" + _BREAKS)
        for before, each, after in inner
    )


def escaped(character: str) -> str:
    """Return *character* as it is written between double quotes, where it cannot be itself."""
    code = ord(character)
    if code in _ESCAPES:
        return "\\" + _ESCAPES[code]
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def block_hints(text: str) -> str:
    """Return what follows the ``|`` of a block: where it begins, and how it ends."""
    hints = "2" if text[:1] and text[0] in " " + _BREAKS else ""
    if text[-1:] not in tuple(_BREAKS):
        return hints + "-"
    if len(text) == 1 or text[-2] in _BREAKS:
        return hints + "+"
    return hints


def is_break(character: str) -> bool:
    """Return whether *character* ends a line."""
    return character in _BREAKS
