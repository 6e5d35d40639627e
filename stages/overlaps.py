"""Mappings that reach into each other's place: the more precise one wins, as in werf.

Without this, two mappings would bring the same path, and which of them a patch keeps would depend
on which of them changed last.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from wcmatch import glob

from stages.mapping import GitMapping, matches_any


def clashes(mappings: Sequence[GitMapping]) -> tuple[tuple[int, int], ...]:
    """Return the pairs, by position, of *mappings* that claim the same: nothing tells them apart.

    They do if both have one place and the same include path, or none at all.
    """
    return tuple(
        (first, second)
        for (first, one), (second, other) in combinations(enumerate(mappings), 2)
        if not _claims(one).isdisjoint(_claims(other))
    )


def separated(mappings: Sequence[GitMapping]) -> tuple[GitMapping, ...]:
    """Return *mappings* with exclude paths added for what others of them bring into their place."""
    return tuple(
        replace(
            mapping, exclude_paths=(*mapping.exclude_paths, *_taken(mapping, position, mappings))
        )
        for position, mapping in enumerate(mappings)
    )


def _claims(mapping: GitMapping) -> set[str]:
    """Return the paths of the image that *mapping* is made for; include paths may be globs."""
    place = glob.escape(mapping.to)
    return {_joined(place, path.strip("/")) for path in mapping.include_paths} or {place}


def _taken(mapping: GitMapping, position: int, mappings: Sequence[GitMapping]) -> tuple[str, ...]:
    place = glob.escape(mapping.to)
    own = _claims(mapping)
    taken: dict[str, None] = {}
    for other, claiming in enumerate(mappings):
        if other == position:
            continue
        for claim in sorted(_claims(claiming)):
            path = _below(claim, place)
            if path and claim not in own and not any(_below(one, claim) for one in own):
                taken[path] = None
    return tuple(path for path in taken if not matches_any(mapping.exclude_paths, path))


def _below(path: str, place: str) -> str:
    """Return *path* relative to *place*, empty where it is not below it."""
    prefix = _joined(place, "")
    return path[len(prefix) :] if path.startswith(prefix) else ""


def _joined(place: str, path: str) -> str:
    return f"{place.rstrip('/')}/{path}"
