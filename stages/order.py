"""Images in an order in which each follows what it is built from; cycles named along their path."""

from collections.abc import Mapping, Sequence
from itertools import islice

Needs = Mapping[str, Sequence[str]]
"""For each name the names that it needs; a needed name that is no key needs nothing."""


def cycles_of(needs: Needs) -> tuple[tuple[str, ...], ...]:
    """Return each cycle once, as a path that ends where it began: ``("a", "b", "a")``.

    A cycle begins with its name that comes first in *needs*. Of cycles that share a name, those
    are told that a walk in the order of *needs* meets first.
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for name in needs:
        _walk(name, needs, done, found)
    places = {name: place for place, name in enumerate(needs)}
    return tuple(_from_first(cycle, places) for cycle in found)


def ordered(needs: Needs) -> tuple[str, ...]:
    """Return the keys of *needs* so that each follows what it needs, else in their order.

    Of a cycle the name that is met first comes last.
    """
    done: dict[str, None] = {}
    begun: set[str] = set()
    stack = [(name, False) for name in reversed(list(needs))]
    while stack:
        name, is_complete = stack.pop()
        if is_complete:
            done[name] = None
        elif name not in begun:
            begun.add(name)
            stack.append((name, True))
            waiting = [one for one in needs[name] if one in needs and one not in begun]
            stack.extend((one, False) for one in reversed(waiting))
    return tuple(done)


def needed_for(names: Sequence[str], needs: Needs) -> frozenset[str]:
    """Return *names* and everything that they need, directly or not."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(needs.get(name, ()))
    return frozenset(found)


def _walk(start: str, needs: Needs, done: set[str], found: list[tuple[str, ...]]) -> None:
    """Follow every way from *start* that was not followed before; chains may be long."""
    way: dict[str, int] = {}
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, is_left = stack.pop()
        if is_left:
            del way[name]
            done.add(name)
        elif name in way:
            found.append(tuple(islice(way, way[name], None)))
        elif name not in done:
            way[name] = len(way)
            stack.append((name, True))
            needed = dict.fromkeys(needs.get(name, ()))
            stack.extend((one, False) for one in reversed(needed))


def _from_first(cycle: tuple[str, ...], places: Mapping[str, int]) -> tuple[str, ...]:
    first = min(range(len(cycle)), key=lambda index: places[cycle[index]])
    return (*cycle[first:], *cycle[:first], cycle[first])
