"""Go's ``fmt``: Sprint, Sprintln and Sprintf. Functions that print values come here."""

from dataclasses import field, replace
from typing import Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.printer import NO_FLAGS, print_argument
from werfish.gotemplate.types import INTEGER_KINDS
from werfish.gotemplate.values import kind_of, type_name
from werfish.gotemplate.verbs import Flags

_TOO_LARGE = 1_000_000


def text_of(value: Any) -> str:
    """Return *value* as ``%v`` prints it: ``[a b]``, ``map[k:v]``, ``<nil>``, ``1e+06``."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    return print_argument(value, "v", NO_FLAGS)


def sprint(*arguments: Any) -> str:
    """Return *arguments* as ``print`` does: a space between two that are both not strings."""
    if len(arguments) == 1:
        return text_of(arguments[0])
    parts: list[str] = []
    after_string = True
    for argument in arguments:
        is_string = kind_of(argument) == "string"
        if not is_string and not after_string:
            parts.append(" ")
        parts.append(text_of(argument))
        after_string = is_string
    return "".join(parts)


def sprintln(*arguments: Any) -> str:
    """Return *arguments* as ``println`` does: a space between any two, and a newline."""
    return " ".join(text_of(each) for each in arguments) + "\n"


@dataclass(slots=True)
class _Directive:
    """Where ``printf`` is in its format and among its arguments."""

    text: str
    arguments: tuple[Any, ...]
    index: int = 0
    argument: int = 0
    good: bool = True
    after_index: bool = False
    reordered: bool = False
    parts: list[str] = field(default_factory=list)

    def at(self) -> str:
        """Return the next character, or nothing at the end."""
        return self.text[self.index : self.index + 1]


def sprintf(text: str, *arguments: Any) -> str:
    """Return *arguments* in the places that *text* has for them, as ``printf`` does.

    What does not fit is said in the result, never raised: ``%!d(string=x)``.
    """
    state = _Directive(text, arguments)
    while True:
        start = text.find("%", state.index)
        if start < 0:
            break
        state.parts.append(text[state.index : start])
        state.index = start + 1
        verb = text[start + 1 : start + 2]
        if verb in _PLAIN_VERBS and state.argument < len(arguments):
            state.index += 1
            state.parts.append(_plain(arguments[state.argument], verb))
            state.argument += 1
        else:
            state.parts.append(_directive(state))
    state.parts.append(text[state.index :])
    if not state.reordered and state.argument < len(arguments):
        extra = ", ".join(_extra(each) for each in arguments[state.argument :])
        state.parts.append(f"%!(EXTRA {extra})")
    return "".join(state.parts)


_PLAIN_VERBS = frozenset("sdvqtxX")
"""Verbs that most formats consist of, and which nearly always come without flags."""


def _plain(value: Any, verb: str) -> str:
    if (type(value) is str and verb in "sv") or (type(value) is int and verb in "dv"):
        return str(value)
    return print_argument(value, verb, NO_FLAGS)


def _extra(value: Any) -> str:
    return "<nil>" if value is None else f"{type_name(value)}={text_of(value)}"


_FLAG_NAMES = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}


def _directive(state: _Directive) -> str:
    state.good, state.after_index = True, False
    names = set()
    while (name := _FLAG_NAMES.get(state.at())) is not None:
        names.add(name)
        state.index += 1
    flags = _width(state, Flags(**dict.fromkeys(names, True)))
    flags = _precision(state, flags)
    if not state.after_index:
        _argument_number(state)
    verb = state.at()
    state.index += 1
    return _verb(state, verb, flags)


def _verb(state: _Directive, verb: str, flags: Flags) -> str:
    if not verb:
        state.index = len(state.text)
        return "%!(NOVERB)"
    if verb == "%":
        return "%"
    if not state.good:
        return f"%!{verb}(BADINDEX)"
    if state.argument >= len(state.arguments):
        return f"%!{verb}(MISSING)"
    value = state.arguments[state.argument]
    state.argument += 1
    if verb in "vw":
        flags = replace(flags, sharp_v=flags.sharp, plus_v=flags.plus, sharp=False, plus=False)
    return print_argument(value, verb, flags)


def _width(state: _Directive, flags: Flags) -> Flags:
    _argument_number(state)
    if state.at() == "*":
        state.index += 1
        width = _star(state)
        state.after_index = False
        if width is None:
            state.parts.append("%!(BADWIDTH)")
            return flags
        if width < 0:
            return replace(flags, width=-width, minus=True, zero=False)
        return replace(flags, width=width)
    number = _number(state)
    if state.after_index and number is not None:
        state.good = False
    return replace(flags, width=number)


def _precision(state: _Directive, flags: Flags) -> Flags:
    if state.at() != "." or state.index + 1 >= len(state.text):
        return flags
    state.index += 1
    if state.after_index:
        state.good = False
    _argument_number(state)
    if state.at() == "*":
        state.index += 1
        number = _star(state)
        state.after_index = False
        if number is None or number < 0:
            state.parts.append("%!(BADPREC)")
            return flags
        return replace(flags, precision=number)
    return replace(flags, precision=_number(state) or 0)


def _number(state: _Directive) -> int | None:
    """Return the number that stands here, if one does; one too large swallows the rest."""
    start = state.index
    while state.at() in "0123456789" and state.at():
        state.index += 1
    if start == state.index:
        return None
    number = int(state.text[start : min(state.index, start + 9)])
    if number > _TOO_LARGE * 10:
        state.index = len(state.text)
        return None
    return number


def _star(state: _Directive) -> int | None:
    if state.argument >= len(state.arguments):
        return None
    value = state.arguments[state.argument]
    state.argument += 1
    is_number = kind_of(value) in INTEGER_KINDS
    return int(value) if is_number and abs(int(value)) <= _TOO_LARGE else None


def _argument_number(state: _Directive) -> None:
    """Read ``[2]``, which says which argument comes next."""
    state.after_index = False
    if state.at() != "[":
        return
    state.reordered = True
    end = state.text.find("]", state.index)
    digits = state.text[state.index + 1 : end]
    if end < 0 or not digits.isascii() or not digits.isdigit() or len(digits) > 7:
        state.good = False
        state.index = end + 1 if end >= 0 else state.index + 1
        return
    state.index = end + 1
    state.after_index = True
    if 0 < int(digits) <= len(state.arguments):
        state.argument = int(digits) - 1
    else:
        state.good = False
