"""Letters as they stand in names: the 971 characters that slugs keep, and what becomes of them.

Pure. Most of the table is what Unicode's compatibility decomposition says; the rest is listed. A
character that is in neither is dropped.
"""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import string
import unicodedata
from functools import cache

_DASHES = "&({})-_[],.;:=+<>~/ \N{FULLWIDTH LOW LINE}\N{FULLWIDTH TILDE}"
_DECOMPOSED = "À-ɏ Ḁ-ỹ ₐ-ₓ ⒐-⓪ Ａ-Ｚ ａ-ｚ ²-³"
"""Ranges of characters that become the ASCII letters and digits of their decomposition."""

_LETTERLIKE = "℀℁ℂ℃℅℆℉ℊℋℌℍℎℕℙℚℛℜℝ℠℡™ℤ\N{KELVIN SIGN}\N{ANGSTROM SIGN}ℬℯ"
_DROPPED = "ẛỈỉỊị"
"""Characters of those ranges that are dropped all the same."""

_ONE_BY_ONE = {
    "a": "ȺɑᴀАа",
    "b": "ßƀƁƄƅɃᴃБб",
    "c": "ƇƈȻȼᴄ℄Цц",
    "d": "ÐĐđƉƊɗᴅᴆДд",
    "e": "ƐǝɆɇᴇ℮Ээ",
    "f": "ƑƒꜰФф",
    "g": "ƓǤǥɠɡɢГг",
    "h": "Ħħ\N{PLANCK CONSTANT OVER TWO PI}Хх",
    "i": "ƖƗИи",
    "j": "ȷɈɉᴊЙй",
    "k": "ĸƘƙᴋКк",
    "l": "İıŁłȽȾᴌЛл",
    "m": "ɱᴍМм",
    "n": "ŊŋƝƞȠᴎНн",
    "o": "ðØøƟǾǿɵᴏОо",
    "p": "Ƥƥ℗Пп",
    "q": "ƼƽɊɋ",
    "r": "ƦɌɍ℟Рр",
    "s": "ƧƨƩȿꜱСс",
    "t": "ŦŧƪƫƬƭƮТт",
    "u": "µƱƲɄУу",
    "v": "ɅВв",
    "w": "Ɯɯ",
    "x": "×",
    "y": "ɎɏЫы",
    "z": "ƵƶƷȤȥɀЗз",
    "aa": "Ꜳꜳ",
    "ae": "ÆæǢǣǼǽᴁᴂ",
    "af": "ꜺꜻꜼꜽ",
    "aj": "Ꜷꜷ",
    "ao": "Ꜵꜵ",
    "av": "Ꜹꜹ",
    "ch": "Чч",
    "cu": "℆",
    "db": "ȸ",
    "nd": "Ƌƌ",
    "oe": "Œœɶ",
    "px": "℞",
    "qp": "ȹ",
    "sh": "Шш",
    "shch": "Щщ",
    "th": "Þþ",
    "ya": "Яя",
    "ye": "Ее",
    "yo": "Ёё",
    "yu": "Юю",
    "zh": "Жж",
    "": "ЪъЬь",
}


@cache
def table() -> dict[int, str]:
    """Return what each known character becomes, by code point, as `str.translate` wants it."""
    known = {ord(char): _decomposed(char) for char in _candidates()}
    known = {point: text for point, text in known.items() if text}
    known |= {ord(char): char.lower() for char in string.ascii_letters + string.digits}
    known |= dict.fromkeys(map(ord, _DASHES), "-")
    known |= {ord(char): text for text, chars in _ONE_BY_ONE.items() for char in chars}
    return known


def _candidates() -> list[str]:
    ranges = (span.split("-") for span in _DECOMPOSED.split())
    spans = [chr(point) for low, high in ranges for point in range(ord(low), ord(high) + 1)]
    return [char for char in spans + list(_LETTERLIKE) if char not in _DROPPED]


def _decomposed(char: str) -> str:
    kept = string.ascii_letters + string.digits
    return "".join(c for c in unicodedata.normalize("NFKD", char) if c in kept).lower()
