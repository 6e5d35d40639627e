"""The language in which the keys of a configuration are described.

The tables written in it are all that `check` needs to find what is wrong, that the JSON Schema for
editors is made of (`json_schema`), and that the manual's list of keys shows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.config.nodes import Node, Table

Rule = Callable[[str], str]
"""Says what is wrong with a text, empty where nothing is."""


class Shape(StrEnum):
    """What the value of a key looks like, in words for the user."""

    TEXT = "a text"
    NUMBER = "a whole number"
    FLAG = "true or false"
    TEXTS = "a text or a list of texts"
    PAIRS = "a section of names with texts"
    SECTION = "a section"
    SECTIONS = "a list of sections"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge of a section found: *text* says what is wrong at *node*, below *path*.

    *first* is as in `werfish.config.errors.Problem`.
    """

    node: Node
    path: str
    text: str
    first: int = 0


Judge = Callable[[Table], Iterable[Finding]]
"""Finds what is wrong between the keys of a table whose keys are right one by one."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section; *summary* says what it is for.

    *rule* judges each text of its value, or each name of pairs; *values* are all that there are.
    *default* is what holds where it is left out, for people. An *old* key still works, with a
    warning that says what took its place. The value of an *optional* one may be nothing though it
    is required (the name of the nameless image).
    """

    name: str
    shape: Shape = Shape.TEXT
    section: "Section | None" = None
    rule: Rule | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    default: str = ""
    old: str = ""
    optional: bool = False
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Keys of which one excludes the others; where it is *required*, one must be there.

    *wanted* are the keys that people are told of where none is there, if not all of them.
    """

    names: tuple[str, ...]
    required: bool = False
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The keys that may stand together, and what holds between them.

    *elsewhere* says of keys that are not among them where they belong, and *renamed* which of the
    keys people mean by them. *needs* has pairs of a key
    and another that it makes no sense without. The *judge* is asked where all of the section is
    right or, if it *is_judged_in_part*, gets what of it is right. An *is_open* section may have
    any other keys.
    """

    keys: tuple[Key, ...]
    elsewhere: Mapping[str, str] = field(default_factory=dict, hash=False)
    choices: tuple[Choice, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    judge: Judge | None = None
    is_judged_in_part: bool = False
    is_open: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict, hash=False)

    def key(self, name: str) -> Key | None:
        """Return the key called *name*."""
        return next((key for key in self.keys if key.name == name), None)
