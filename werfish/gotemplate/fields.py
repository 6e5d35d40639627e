"""Fields and methods: ``.a.b`` of the cursor, of a variable, of what parentheses give."""

from typing import Any

from werfish.gotemplate.calls import ABSENT, Caller
from werfish.gotemplate.errors import ExecutionError
from werfish.gotemplate.frame import Frame
from werfish.gotemplate.signatures import Function
from werfish.gotemplate.values import MISSING, hides_elements, kind_of, type_name, type_of


class Path:
    """Names to follow from a value; the last may be a method, which gets the arguments."""

    __slots__ = ("before", "caller", "last")

    def __init__(self, names: tuple[str, ...], caller: Caller) -> None:
        """Follow *names*, of which *caller* calls the last if it is a method."""
        self.before, self.last, self.caller = names[:-1], names[-1], caller

    def follow(self, frame: Frame, dot: Any, value: Any, final: Any) -> Any:
        """Return what the names lead to from *value*."""
        holder: Any = None
        for name in self.before:
            holder, value = (
                value,
                value.get(name, MISSING)
                if type(value) is dict
                else _member(frame, value, name, holder, None),
            )
        if type(value) is dict and final is ABSENT and not self.caller.arguments:
            return value.get(self.last, MISSING)
        return _member(frame, value, self.last, holder, (self.caller, dot, final))


_Call = tuple[Caller, Any, Any]


def _member(frame: Frame, value: Any, name: str, holder: Any, call: _Call | None) -> Any:
    """Return the member *name* of *value*, called if it is a method."""
    if value is MISSING:
        return MISSING
    if value is None:
        raise frame.error(f"nil pointer evaluating interface {{}}.{name}")
    has_arguments = call is not None and (bool(call[0].arguments) or call[2] is not ABSENT)
    if isinstance(value, dict) and _has_text_keys(value):
        if has_arguments:
            raise frame.error(f"{name} is not a method but has arguments")
        return value.get(name, MISSING)
    find = getattr(value, "member", None)
    found = find(name) if find is not None else MISSING
    if found is MISSING:
        raise _no_member(frame, value, name, holder)
    if isinstance(found, Function):
        caller, dot, final = call or (Caller(frame.node, name), None, ABSENT)
        return caller.call(frame, dot, found, final)
    if has_arguments:
        raise frame.error(f"{name} has arguments but cannot be invoked as function")
    return found


def _has_text_keys(value: dict[Any, Any]) -> bool:
    known = type_of(value)
    return known is not None and known.key is not None and known.key.kind in {"string", "interface"}


def _no_member(frame: Frame, value: Any, name: str, holder: Any) -> ExecutionError:
    """Return the error; what a ``map[string]any`` held is of type ``interface {}`` to Go."""
    if holder is None:
        hidden = any(value is each for each in frame.ranged)
    else:
        hidden = kind_of(holder) == "map" and hides_elements(holder)
    shown = "interface {}" if hidden else type_name(value)
    return frame.error(f"can't evaluate field {name} in type {shown}")
