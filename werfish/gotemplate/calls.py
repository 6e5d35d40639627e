"""Calls of functions and methods: arguments are counted, evaluated and checked as Go does."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.frame import Frame
from werfish.gotemplate.signatures import Function
from werfish.gotemplate.types import ANY, VALUE, GoType
from werfish.gotemplate.values import MISSING, truth, type_name, type_of, zero_of

ABSENT: Final = object()
"""No value comes from the command before: the final argument is only what is written."""

Argument = Callable[[Frame, Any, GoType], Any]
"""A compiled argument: it gets the frame, the cursor and the type that is wanted."""


def checked(frame: Frame, value: Any, wanted: GoType) -> Any:
    """Return *value* as an argument of type *wanted*, or raise: nothing is converted."""
    if wanted is VALUE:
        return value
    if value is MISSING:
        if wanted.can_be_nil:
            return zero_of(wanted)
        raise frame.error(f"invalid value; expected {wanted}")
    if wanted is ANY:
        return value
    known = type_of(value)
    if known is wanted or wanted in (known, ANY):
        return value
    got = "interface {}" if value is None else type_name(value)
    raise frame.error(f"wrong type for value; expected {wanted}; got {got}")


class Caller:
    """A call as it is written: its name, the node that errors show, and its arguments."""

    __slots__ = ("arguments", "name", "node")

    def __init__(self, node: Any, name: str, arguments: Sequence[Argument] = ()) -> None:
        """Call what *name* turns out to be with *arguments*."""
        self.node, self.name, self.arguments = node, name, arguments

    def call(self, frame: Frame, dot: Any, function: Function, final: Any) -> Any:
        """Return what *function* returns; *final* is its last argument unless it is `ABSENT`."""
        parameters, variadic = function.parameters, function.variadic
        fixed = len(parameters)
        if len(self.arguments) + (final is not ABSENT) != fixed:
            self._check_count(frame, function, final)
        values = []
        for place, argument in enumerate(self.arguments):
            wanted = parameters[place] if place < fixed else variadic
            values.append(argument(frame, dot, wanted or ANY))
        if final is not ABSENT:
            wanted = parameters[len(values)] if len(values) < fixed else variadic
            values.append(checked(frame, final, wanted or ANY))
        try:
            return function.call(*values)
        except (GoError, TemplateError) as error:
            frame.node = self.node
            raise frame.error(f"error calling {self.name}: {error}") from error

    def _check_count(self, frame: Frame, function: Function, final: Any) -> None:
        given, fixed = len(self.arguments), len(function.parameters)
        total = given + (final is not ABSENT)
        if function.variadic is None:
            raise frame.error(f"wrong number of args for {self.name}: want {fixed} got {total}")
        if total < fixed:
            raise frame.error(
                f"wrong number of args for {self.name}: want at least {fixed} got {given}"
            )

    @property
    def callee(self) -> str:
        """What ``call`` says that it calls: its first argument as it is written."""
        written: tuple[Any, ...] = getattr(self.node, "arguments", ())
        return str(written[1]) if len(written) > 1 else self.name

    def decide(self, frame: Frame, dot: Any, final: Any, stop: bool) -> Any:
        """Return what ``and`` (*stop* false) or ``or`` (true) returns: no more is evaluated."""
        value: Any = MISSING
        if not self.arguments and final is ABSENT:
            raise frame.error(f"wrong number of args for {self.name}: want at least 1 got 0")
        for argument in self.arguments:
            value = argument(frame, dot, VALUE)
            if truth(value) == stop:
                return value
        return value if final is ABSENT else final
