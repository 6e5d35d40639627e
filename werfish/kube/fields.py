"""Reading objects of the API that may be malformed. Pure.

Its law: nothing here raises; what is not of the shape that is asked for reads as absent.
"""

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
_DIGITS = 18
"""Of a number in a text: longer ones are none."""


def value(at: object, *path: str) -> object:
    """Return what stands at *path* below *at*, ``None`` where there is nothing."""
    for key in path:
        # nearly all are dicts, and to ask for the abstract class takes ten times as long
        if not isinstance(at, (dict, Mapping)):
            return None
        at = at.get(key)
    return at


def table(at: object, *path: str) -> Fields:
    """Return the object at *path*, an empty one where there is none."""
    found = value(at, *path)
    return found if isinstance(found, (dict, Mapping)) else {}


def tables(at: object, *path: str) -> tuple[Fields, ...]:
    """Return the objects of the list at *path*."""
    found = value(at, *path)
    members = found if isinstance(found, list | tuple) else ()
    return tuple(one for one in members if isinstance(one, (dict, Mapping)))


def texts(at: object, *path: str) -> tuple[str, ...]:
    """Return the texts of the list at *path*."""
    found = value(at, *path)
    members = found if isinstance(found, list | tuple) else ()
    return tuple(one for one in members if isinstance(one, str))


def text(at: object, *path: str) -> str:
    """Return the text at *path* without blanks around it; a number's digits, empty for others."""
    found = value(at, *path)
    if isinstance(found, str):
        return found.strip()
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return str(found) if is_number else ""


def count(at: object, *path: str, default: int = 0) -> int:
    """Return the whole number at *path* (also as a text); *default* where there is none."""
    found = value(at, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    if isinstance(found, str):
        found = found.strip()
        if found.isascii() and found.isdigit() and len(found) <= _DIGITS:
            return int(found)
    return default


def has(at: object, *path: str) -> bool:
    """Tell whether anything but nothing stands at *path*."""
    return value(at, *path) is not None


def is_true(at: object, *path: str) -> bool:
    """Tell whether ``true`` stands at *path*."""
    return value(at, *path) is True


def name_of(manifest: object) -> str:
    """Return an object's name."""
    return text(manifest, "metadata", "name")


def uid_of(manifest: object) -> str:
    """Return an object's uid."""
    return text(manifest, "metadata", "uid")


def annotation(manifest: object, name: str) -> str:
    """Return an object's annotation, empty where it has none of that name."""
    return text(manifest, "metadata", "annotations", name)
