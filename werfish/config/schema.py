"""The language in which the keys of a configuration are described.

The tables written in it are all that `check` needs to find what is wrong, and hold everything that
a schema for editors is made of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Rule = Callable[[str], str]
"""Says what is wrong with a text, empty where nothing is."""


class Shape(StrEnum):
    """What the value of a key looks like, in words for the user."""

    TEXT = "a text"
    FLAG = "true or false"
    TEXTS = "a text or a list of texts"
    PAIRS = "a section of names with texts"
    SECTION = "a section"
    SECTIONS = "a list of sections"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section.

    *rule* judges each text of its value, or each name of pairs. A *required* key may be left out
    where one of *instead* is there. A key that *comes_later* is one of werf's that has no effect
    yet: using it is an error, unless its value is one of *harmless*, with which it changes nothing.
    """

    name: str
    shape: Shape = Shape.TEXT
    section: "Section | None" = None
    rule: Rule | None = None
    required: bool = False
    instead: tuple[str, ...] = ()
    comes_later: bool = False
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The keys that may stand together; *elsewhere* says of others where they belong."""

    keys: tuple[Key, ...]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def key(self, name: str) -> Key | None:
        """Return the key called *name*."""
        return next((key for key in self.keys if key.name == name), None)


def later(*names: str, harmless: tuple[str, ...] = ()) -> tuple[Key, ...]:
    """Return keys of werf's that have no effect yet."""
    return tuple(Key(name, Shape.ANYTHING, comes_later=True, harmless=harmless) for name in names)
