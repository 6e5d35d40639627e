"""Mappings and imports that reach into each other's place: the more precise one wins, as in werf.

Without this, two of them would bring the same path, and which one the image keeps would depend on
which of them changed last.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from wcmatch import glob

from stages.imports import Import
from stages.mapping import GitMapping, matches_any

Placed = TypeVar("Placed", bound=GitMapping | Import)
"""Something that brings files to a place of the image."""


def clashes(placed: Sequence[GitMapping | Import]) -> tuple[tuple[int, int], ...]:
    """Return the pairs, by position, of *placed* that claim the same: nothing tells them apart.

    They do if both have one place and the same include path, or none at all.
    """
    return tuple(
        (first, second)
        for (first, one), (second, other) in combinations(enumerate(placed), 2)
        if not _claims(one).isdisjoint(_claims(other))
    )


def separated(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return *placed* with exclude paths added for what others of them bring into their place."""
    return tuple(
        replace(one, exclude_paths=(*one.exclude_paths, *_taken(one, position, placed)))
        for position, one in enumerate(placed)
    )


def _claims(one: GitMapping | Import) -> set[str]:
    """Return the paths of the image that *one* is made for; include paths may be globs."""
    place = glob.escape(one.to)
    return {_joined(place, path.strip("/")) for path in one.include_paths} or {place}


def _taken(
    one: GitMapping | Import, position: int, placed: Sequence[GitMapping | Import]
) -> tuple[str, ...]:
    place = glob.escape(one.to)
    own = _claims(one)
    taken: dict[str, None] = {}
    for other, claiming in enumerate(placed):
        if other == position:
            continue
        for claim in sorted(_claims(claiming)):
            path = _below(claim, place)
            if path and claim not in own and not any(_below(mine, claim) for mine in own):
                taken[path] = None
    return tuple(path for path in taken if not matches_any(one.exclude_paths, path))


def _below(path: str, place: str) -> str:
    """Return *path* relative to *place*, empty where it is not below it."""
    prefix = _joined(place, "")
    return path[len(prefix) :] if path.startswith(prefix) else ""


def _joined(place: str, path: str) -> str:
    return f"{place.rstrip('/')}/{path}"
