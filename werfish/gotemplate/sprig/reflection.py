"""Types and equality as ``reflect`` sees them."""

from typing import Any

from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import is_nil, kind_of, type_name


def deep_equal(left: Any, right: Any) -> bool:
    """Say whether two values have one type and one content; a nil list is not an empty one."""
    if type_name(left) != type_name(right) or is_nil(left) != is_nil(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            deep_equal(item, right[key]) for key, item in left.items()
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(
            deep_equal(item, other) for item, other in zip(left, right, strict=True)
        )
    return bool(left == right)


def is_like(target: str, value: Any) -> bool:
    """Say whether *value* is of the type *target* or a pointer to it."""
    return type_name(value) in (target, f"*{target}")


FUNCTIONS: dict[str, Function] = {
    "typeOf": function(type_name, "any"),
    "typeIs": function(lambda target, value: target == type_name(value), "string", "any"),
    "typeIsLike": function(is_like, "string", "any"),
    "kindOf": function(kind_of, "any"),
    "kindIs": function(lambda target, value: target == kind_of(value), "string", "any"),
    "deepEqual": function(deep_equal, "any", "any"),
}
