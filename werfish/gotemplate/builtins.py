"""The functions that every template has: Go's ``text/template`` built-ins."""

from collections.abc import Callable
from typing import Any

from werfish.gotemplate.comparing import equal, greater, less, less_or_equal
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.escaping import html, js, urlquery
from werfish.gotemplate.formatting import sprint, sprintf, sprintln
from werfish.gotemplate.indexing import as_argument, index, length, slice_
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import MISSING, truth, type_name


def call_named(name: str) -> Function:
    """Return the built-in ``call``, which says *name* of what it calls in errors."""

    def call(callee: Any, *arguments: Any) -> Any:
        if callee is None or callee is MISSING:
            raise GoError("call of nil")
        if not isinstance(callee, Function):
            raise GoError(f"non-function {name} of type {type_name(callee)}")
        given, fixed = len(arguments), len(callee.parameters)
        if given < fixed or (callee.variadic is None and given > fixed):
            least = "" if callee.variadic is None else "at least "
            raise GoError(f"wrong number of args for {name}: got {given} want {least}{fixed}")
        return callee.call(*_call_arguments(callee, arguments))

    return function(call, "reflect.Value", "...reflect.Value")


def _call_arguments(callee: Function, arguments: tuple[Any, ...]) -> list[Any]:
    ready = []
    for place, argument in enumerate(arguments):
        fixed = place < len(callee.parameters)
        wanted = callee.parameters[place] if fixed else callee.variadic
        try:
            ready.append(as_argument(argument, wanted) if wanted else argument)
        except GoError as error:
            raise GoError(f"arg {place}: {error}") from error
    return ready


def not_(value: Any) -> bool:
    """Return the opposite of the truth of *value*."""
    return not truth(value)


def _short_circuit(*_arguments: Any) -> Any:
    """Stand in for ``and`` and ``or``, which the evaluator computes itself."""
    raise AssertionError("and, or: evaluated elsewhere")


AND = function(_short_circuit, "reflect.Value", "...reflect.Value")
OR = function(_short_circuit, "reflect.Value", "...reflect.Value")
CALL = call_named("call")


def _compare(call_: Callable[..., bool]) -> Function:
    return function(call_, "reflect.Value", "reflect.Value")


BUILTINS: dict[str, Function] = {
    "and": AND,
    "or": OR,
    "call": CALL,
    "not": function(not_, "reflect.Value"),
    "index": function(index, "reflect.Value", "...reflect.Value"),
    "slice": function(slice_, "reflect.Value", "...reflect.Value"),
    "len": function(length, "reflect.Value"),
    "print": function(sprint, "...any"),
    "printf": function(sprintf, "string", "...any"),
    "println": function(sprintln, "...any"),
    "html": function(html, "...any"),
    "js": function(js, "...any"),
    "urlquery": function(urlquery, "...any"),
    "eq": function(equal, "reflect.Value", "...reflect.Value"),
    "ne": _compare(lambda left, right: not equal(left, right)),
    "lt": _compare(less),
    "le": _compare(less_or_equal),
    "gt": _compare(greater),
    "ge": _compare(lambda left, right: not less(left, right)),
}
"""Every built-in by its name."""
