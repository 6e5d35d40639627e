"""The functions of sprig that ask whether there is a value."""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import truth


def empty(value: Any) -> bool:
    """Say whether *value* is nil, zero, false, or of length 0; structs never are."""
    return not truth(value)


def default(otherwise: Any, *given: Any) -> Any:
    """Return the first of *given*, or *otherwise* where it is empty or none is given."""
    return otherwise if not given or empty(given[0]) else given[0]


def coalesce(*values: Any) -> Any:
    """Return the first value that is not empty; nil where all are."""
    return next((value for value in values if not empty(value)), None)


def fail(message: str) -> str:
    """Raise *message* as the error of the template."""
    raise GoError(message)


FUNCTIONS: dict[str, Function] = {
    "default": function(default, "any", "...any"),
    "empty": function(empty, "any"),
    "coalesce": function(coalesce, "...any"),
    "all": function(lambda *values: all(not empty(value) for value in values), "...any"),
    "any": function(lambda *values: any(not empty(value) for value in values), "...any"),
    "ternary": function(lambda yes, no, which: yes if which else no, "any", "any", "bool"),
    "fail": function(fail, "string"),
}
