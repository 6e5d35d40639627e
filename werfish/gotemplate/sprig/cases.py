"""Letters in another case: ``upper``, ``title``, ``swapcase``, and what works byte by byte."""

from collections.abc import Callable

from werfish.gotemplate.sprig.letters import (
    is_lower,
    is_space,
    is_title,
    is_upper,
    letters_of,
    mapped,
    to_lower,
    to_title,
    to_upper,
)
from werfish.gotemplate.values import to_bytes


def upper(text: str) -> str:
    """Return *text* in upper case."""
    return text.upper() if text.isascii() else mapped(to_upper, text)


def lower(text: str) -> str:
    """Return *text* in lower case."""
    return text.lower() if text.isascii() else mapped(to_lower, text)


def title(text: str) -> str:
    """Make the first letter of every word a capital; behind an apostrophe begins a word, too."""
    return _by_word(text, to_title, _separates)


def untitle(text: str) -> str:
    """Make the first letter of every word a small one; only spaces part words."""
    return _by_word(text, to_lower, is_space)


def _by_word(text: str, change: Callable[[str], str], separates: Callable[[str], bool]) -> str:
    changed: list[str] = []
    begins = True
    for letter in letters_of(text):
        separator = separates(letter)
        changed.append(change(letter) if begins and not separator else letter)
        begins = separator
    return "".join(changed)


def _separates(letter: str) -> bool:
    if letter.isascii():
        return not (letter.isalnum() or letter == "_")
    return not letter.isalpha() and not letter.isdecimal() and is_space(letter)


def swapcase(text: str) -> str:
    """Swap capitals and small letters; a small letter that begins a word gets its title case."""
    changed: list[str] = []
    begins = True
    for letter in letters_of(text):
        if is_upper(letter) or is_title(letter):
            changed.append(to_lower(letter))
            begins = False
        elif is_lower(letter):
            changed.append(to_title(letter) if begins else to_upper(letter))
            begins = False
        else:
            changed.append(letter)
            begins = is_space(letter)
    return "".join(changed)


def initials(text: str) -> str:
    """Return the first byte of every word, as a letter: only ASCII gives what one expects."""
    return "".join(word[0] for word in _byte_words(text) if word)


def nospace(text: str) -> str:
    """Remove white space, byte by byte: with a space in it, a text of other letters is spoilt."""
    removed = "".join(_byte_words(text))
    return text if len(removed) == len(to_bytes(text)) else removed


def _byte_words(text: str) -> list[str]:
    letters = to_bytes(text).decode("latin-1")
    return "".join(" " if is_space(letter) else letter for letter in letters).split(" ")
