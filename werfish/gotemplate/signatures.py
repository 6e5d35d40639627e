"""How a function says what it takes, so that the engine can check arguments as Go does.

Go converts nothing on the way into a function: ``trunc (int64 3) "abc"`` is an error. Only the
constants of the template take the type of their parameter.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from stages.light_dataclass import dataclass
from werfish.gotemplate.types import GoType, type_named


@dataclass(frozen=True, slots=True)
class Function:
    """A function that templates can call.

    *call* gets one positional argument per parameter, then those of *variadic*, each of exactly
    the declared type (``any`` gets nil as None). What it returns has the type it has; it raises
    `GoError` for what Go returns as an error.
    """

    call: Callable[..., Any]
    parameters: tuple[GoType, ...] = ()
    variadic: GoType | None = None
    go_type: ClassVar[GoType] = type_named("func()")


def function(call: Callable[..., Any], *types: str) -> Function:
    """Return *call* as a template function of Go parameter *types*, as Go writes them.

    ``function(trunc, "int", "string")``; the last may be variadic: ``function(lists, "...any")``.
    """
    if types and types[-1].startswith("..."):
        variadic = type_named(types[-1][3:])
        return Function(call, tuple(type_named(each) for each in types[:-1]), variadic)
    return Function(call, tuple(type_named(each) for each in types))
