"""Sets of code points: what a character class means, and how Python writes it.

A set is a sorted tuple of ranges that neither overlap nor touch; the ends are included.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby

from werfish.gotemplate.sprig.re2.scripts import script_spans

Spans = tuple[tuple[int, int], ...]

LAST = sys.maxunicode

DIGIT: Spans = ((48, 57),)
SPACE: Spans = ((9, 10), (12, 13), (32, 32))
WORD: Spans = ((48, 57), (65, 90), (95, 95), (97, 122))

POSIX: dict[str, Spans] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": DIGIT,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
"""What stands between ``[:`` and ``:]``: ASCII only, as in RE2."""

_ALIASES = {
    "letter": "L",
    "casedletter": "LC",
    "uppercaseletter": "Lu",
    "lowercaseletter": "Ll",
    "titlecaseletter": "Lt",
    "modifierletter": "Lm",
    "otherletter": "Lo",
    "mark": "M",
    "number": "N",
    "decimalnumber": "Nd",
    "digit": "Nd",
    "punctuation": "P",
    "punct": "P",
    "symbol": "S",
    "separator": "Z",
    "spaceseparator": "Zs",
    "other": "C",
    "control": "Cc",
    "cntrl": "Cc",
}
_CATEGORIES = re.compile("L[ultmoC]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?")


def union(sets: Iterable[Spans]) -> Spans:
    """Return the code points that are in any of *sets*."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(span for spans in sets for span in spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(spans: Spans) -> Spans:
    """Return the code points that are not in *spans*."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in spans:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


@cache
def named(name: str) -> Spans | None:
    """Return the set that ``\\p{name}`` means: a category, a script, ``Any``; None: no such name.

    Names are compared without case, spaces, underscores and hyphens (Unicode TR18), as Go does.
    """
    plain = re.sub(r"[ _-]", "", name).lower()
    if plain in ("any", "ascii"):
        return ((0, LAST),) if plain == "any" else POSIX["ascii"]
    if plain == "assigned":
        return complement(_category("Cn"))
    category = _ALIASES.get(plain) or plain[:1].upper() + plain[1:]
    category = "LC" if category == "Lc" else category
    return (
        _category(category) if _CATEGORIES.fullmatch(category) else script_spans(plain.capitalize())
    )


@cache
def _category(name: str) -> Spans:
    """Collect the code points of a general category."""
    wanted = ("Lu", "Ll", "Lt") if name == "LC" else (name,)
    return union((span,) for category, span in _runs() if category.startswith(wanted))


@cache
def _runs() -> list[tuple[str, tuple[int, int]]]:
    """Return the code points of each category that follow one another: one pass over Unicode."""
    runs, start = [], 0
    categories = map(unicodedata.category, map(chr, range(LAST + 1)))
    for category, same in groupby(categories):
        end = start + len(list(same))
        runs.append((category, (start, end - 1)))
        start = end
    return runs


def written(spans: Spans, *, negated: bool = False) -> str:
    """Write the set as a character class of Python's ``re``."""
    if not spans:
        return r"[\s\S]" if negated else r"(?!)"
    body = "".join(_written(low, high) for low, high in spans)
    return f"[{'^' if negated else ''}{body}]"


def _written(low: int, high: int) -> str:
    return escaped(low) if low == high else f"{escaped(low)}-{escaped(high)}"


def escaped(point: int) -> str:
    """Write a code point so that it means itself, inside a class and outside of one."""
    return chr(point) if chr(point).isalnum() else f"\\U{point:08x}"
