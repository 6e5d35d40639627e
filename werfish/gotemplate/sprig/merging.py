"""Merge maps as ``mergo`` 1.0 does for sprig.

What is not empty in the target stays, unless the merge overwrites; maps in both are merged; lists
are replaced as a whole, never joined. A value that is taken over is shared, not copied.
"""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.types import ANY, GoType
from werfish.gotemplate.values import is_nil, truth, type_of


def merged(target: dict[str, Any], *sources: dict[str, Any], overwrite: bool) -> dict[str, Any]:
    """Merge *sources*, one after the other, into *target* itself; a nil map is replaced."""
    for source in sources:
        if is_nil(target) and not is_nil(source):
            target = {}
        _merge(target, source, overwrite=overwrite)
    return target


def _merge(target: dict[Any, Any], source: dict[Any, Any], *, overwrite: bool) -> None:
    for key, value in list(source.items()):
        _check(target, source)
        if value is None:
            if overwrite:
                target[key] = None
            continue
        _merge_value(target, key, value, overwrite=overwrite)


def _merge_value(target: dict[Any, Any], key: Any, value: Any, *, overwrite: bool) -> None:
    """Merge one value; empty here means zero, of length 0, nil or missing."""
    existing = target.get(key)
    if isinstance(value, dict) and isinstance(existing, dict):
        _merge(existing, value, overwrite=overwrite)
        if existing:
            return
    if overwrite or not truth(existing):
        target[key] = value


def _check(target: dict[Any, Any], source: dict[Any, Any]) -> None:
    """Refuse what the target cannot hold: Go's reflection panics on it."""
    wanted, found = type_of(target), type_of(source)
    if wanted is None or found is None:
        return
    if wanted.key not in (found.key, ANY):
        raise _unassignable("MapIndex", found.key, wanted.key)
    if wanted.element not in (found.element, ANY):
        raise _unassignable("SetMapIndex", found.element, wanted.element)


def _unassignable(method: str, found: GoType | None, wanted: GoType | None) -> GoError:
    kinds = f"value of type {found} is not assignable to type {wanted}"
    return GoError(f"reflect.Value.{method}: {kinds}")
