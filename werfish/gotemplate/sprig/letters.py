"""Letters as Go sees them: one code point becomes one code point, and its own idea of space.

Python's case methods may give several letters (``ß`` to ``SS``) and its `str.isspace` counts the
ASCII separators 28 to 31; Go does neither.
"""

import unicodedata
from collections.abc import Callable

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space of ``unicode.IsSpace``."""

REPLACEMENT = "\ufffd"
"""What a byte that is not UTF-8 becomes when Go takes a string apart into letters."""


def is_space(letter: str) -> bool:
    """Say whether *letter* is white space."""
    return letter in SPACES


def to_upper(letter: str) -> str:
    """Return the upper case of one letter."""
    return _one(letter, letter.upper(), letter.title())


def to_title(letter: str) -> str:
    """Return the title case of one letter."""
    return _one(letter, letter.title(), letter)


def to_lower(letter: str) -> str:
    """Return the lower case of one letter."""
    return "i" if letter == "\u0130" else _one(letter, letter.lower(), letter)


def _one(letter: str, mapped: str, otherwise: str) -> str:
    if len(mapped) == 1:
        return mapped
    return otherwise if len(otherwise) == 1 else letter


def is_upper(letter: str) -> bool:
    """Say whether *letter* is a capital; ``Ⅳ`` is a number."""
    return unicodedata.category(letter) == "Lu"


def is_lower(letter: str) -> bool:
    """Say whether *letter* is a small letter."""
    return unicodedata.category(letter) == "Ll"


def is_title(letter: str) -> bool:
    """Say whether *letter* is a title-case digraph such as ``ǅ``."""
    return unicodedata.category(letter) == "Lt"


def is_number(letter: str) -> bool:
    """Say whether *letter* is a digit, a Roman number, a fraction."""
    return unicodedata.category(letter)[0] == "N"


def is_punctuation(letter: str) -> bool:
    """Say whether *letter* is a punctuation mark; ``$`` and ``+`` are symbols."""
    return unicodedata.category(letter)[0] == "P"


def letters_of(text: str) -> list[str]:
    """Take *text* apart into letters; bytes that are not UTF-8 are `REPLACEMENT` each."""
    return [REPLACEMENT if "\udc80" <= letter <= "\udcff" else letter for letter in text]


def mapped(change: Callable[[str], str], text: str) -> str:
    """Change every letter of *text*."""
    return "".join(change(letter) for letter in letters_of(text))
