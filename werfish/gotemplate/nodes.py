"""What the parser makes of a template: nodes that print as the template they came from.

Errors show a node's text and the column of its position (in characters, from the beginning).
They are tuples, since a large file makes tens of thousands: a frozen dataclass takes three times
as long to make.
"""

from collections.abc import Callable
from typing import NamedTuple

from werfish.gotemplate.literals import Number
from werfish.gotemplate.quoting import quote


class Dot(NamedTuple):
    """The cursor, ``.``."""

    position: int

    def __str__(self) -> str:
        """Return its text."""
        return "."


class Nil(NamedTuple):
    """The constant ``nil``."""

    position: int

    def __str__(self) -> str:
        """Return its text."""
        return "nil"


class Bool(NamedTuple):
    """The constants ``true`` and ``false``."""

    position: int
    value: bool

    def __str__(self) -> str:
        """Return its text."""
        return "true" if self.value else "false"


class NumberNode(NamedTuple):
    """A number or character literal."""

    position: int
    text: str
    number: Number

    def __str__(self) -> str:
        """Return its text."""
        return self.text


class StringNode(NamedTuple):
    """A string literal, *text* as it is written."""

    position: int
    text: str
    value: str

    def __str__(self) -> str:
        """Return its text."""
        return self.text


class Identifier(NamedTuple):
    """The name of a function."""

    position: int
    name: str

    def __str__(self) -> str:
        """Return its text."""
        return self.name


class Field(NamedTuple):
    """Fields of the cursor: ``.a.b``."""

    position: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return its text."""
        return "".join(f".{name}" for name in self.names)


class Variable(NamedTuple):
    """A variable, and fields of its value: ``$x.a``. *slot* is where the frame keeps it."""

    position: int
    name: str
    slot: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return its text."""
        return ".".join((self.name, *self.names))


class Chain(NamedTuple):
    """Fields of what *node* gives: ``(pipeline).a.b``."""

    position: int
    node: "Operand"
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return its text."""
        return _argument_text(self.node) + "".join(f".{name}" for name in self.names)


class Command(NamedTuple):
    """An operand alone, or a function or method and its arguments."""

    position: int
    arguments: tuple["Operand", ...]

    def __str__(self) -> str:
        """Return its text."""
        return " ".join(_argument_text(each) for each in self.arguments)


class Pipeline(NamedTuple):
    """Commands, each the last argument of the next; its value may be kept in variables."""

    position: int
    commands: tuple[Command, ...]
    variables: tuple[Variable, ...] = ()
    assigns: bool = False

    def __str__(self) -> str:
        """Return its text."""
        text = " | ".join(map(str, self.commands))
        if not self.variables:
            return text
        names = ", ".join(map(str, self.variables))
        return f"{names} {'=' if self.assigns else ':='} {text}"


Operand = (
    Dot | Nil | Bool | NumberNode | StringNode | Identifier | Field | Variable | Chain | Pipeline
)


def _argument_text(node: Operand) -> str:
    return f"({node})" if isinstance(node, Pipeline) else str(node)


class Text(NamedTuple):
    """What stands between actions."""

    position: int
    text: str


class Action(NamedTuple):
    """A pipeline whose value is printed, unless it declares variables."""

    position: int
    pipeline: Pipeline

    def __str__(self) -> str:
        """Return its text."""
        return "{{" + str(self.pipeline) + "}}"


class Branch(NamedTuple):
    """``if``, ``with`` or ``range``, as *kind* says."""

    position: int
    kind: str
    pipeline: Pipeline
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] | None

    def __str__(self) -> str:
        """Return its opening action; the whole would be a page."""
        return "{{" + f"{self.kind} {self.pipeline}" + "}}"


class Call(NamedTuple):
    """``template``, or what ``block`` leaves in its place."""

    position: int
    name: str
    pipeline: Pipeline | None

    def __str__(self) -> str:
        """Return its text."""
        argument = f" {self.pipeline}" if self.pipeline else ""
        return "{{template " + quote(self.name) + argument + "}}"


class Jump(NamedTuple):
    """``break`` or ``continue``."""

    position: int
    kind: str


Written = Text | Action | Branch | Call | Jump
"""What the parser makes."""


class Probe(NamedTuple):
    """Something to call when the place is reached, with the frame and the cursor.

    The parser makes none: `probes.probed` puts them between the statements of a tree.
    """

    run: Callable[..., None]


Statement = Written | Probe


class Tree(NamedTuple):
    """One template: what it prints, the text that its positions point into, and how many slots.

    *source* is the name of the template whose text this is: a ``define`` has its own name.
    """

    name: str
    source: str
    text: str
    body: tuple[Statement, ...]
    slots: int

    @property
    def is_empty(self) -> bool:
        """Whether it consists of white space (and definitions) only."""
        return all(isinstance(each, Text) and not each.text.strip() for each in self.body)
