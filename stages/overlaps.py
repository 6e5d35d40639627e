"""Mappings and imports that reach into each other's place: the more precise one wins, as in werf.

Without this, two of them would bring the same path, and which one the image keeps would depend on
which of them changed last.

What one brings is a set of claims, paths of the image or globs. Of two claims on one path that wins
whose part without globs is longer, then a glob over a path, then what stands later. A loser gets
the winner's claim as an exclude path. So no path is brought twice, and none is lost that was
claimed, but for one case: include paths of which one wins over a claim and another, a glob,
loses to it. Excluding the claim would take what wins too, so that the glob may bring some twice.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from stages.imports import Import
from stages.light_dataclass import dataclass
from stages.mapping import GitMapping, clean_glob, matches_any

Placed = TypeVar("Placed", bound=GitMapping | Import)
"""Something that brings files to a place of the image."""

_MAGIC = re.compile(r"[*?\[{\\]")
_SPECIAL = re.compile(r"([-!~*?()\[\]|{}\\])")
_EVERYTHING_BELOW = re.compile(r"(^|/)(\*\*/)*\*\*?$")


@dataclass(frozen=True, slots=True, order=True)
class _Claim:
    """What is claimed: *pattern*, whose part without globs is *prefix*, with a slash at its end.

    Of claims that meet the greater one wins; *position* is that of what claims it.
    """

    prefix: str
    is_glob: bool
    position: int
    pattern: str


def clashes(placed: Sequence[GitMapping | Import]) -> tuple[tuple[int, int], ...]:
    """Return the pairs, by position, of *placed* that claim the same: nothing tells them apart.

    They do if both have one place and the same include path, or none at all. Where several claim
    the same, each is paired with the first of them.
    """
    first: dict[str, int] = {}
    pairs = {
        (first.setdefault(claim.pattern, position), position)
        for position, one in enumerate(placed)
        for claim in _claims(position, one)
    }
    return tuple(sorted(pair for pair in pairs if pair[0] != pair[1]))


def separated(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return *placed* with exclude paths added for what others of them bring into their place."""
    if len(placed) < 2:
        return tuple(placed)
    claims = [_claims(position, one) for position, one in enumerate(placed)]
    every = sorted(claim for own in claims for claim in own)
    return tuple(
        replace(one, exclude_paths=(*one.exclude_paths, *_taken(one, own, every)))
        for one, own in zip(placed, claims, strict=True)
    )


def _claims(position: int, one: GitMapping | Import) -> list[_Claim]:
    """Return what *one* claims, in order, without what lies in a path that it claims as a whole."""
    found: list[_Claim] = []
    whole = ""
    for claim in sorted({_claim(position, one.to, path) for path in one.include_paths or ("",)}):
        if whole and claim.prefix.startswith(whole):
            continue
        found.append(claim)
        whole = "" if claim.is_glob else claim.prefix
    return found


def _claim(position: int, place: str, path: str) -> _Claim:
    """Return the claim on *path* below *place*; a glob for everything below says no more."""
    path = _EVERYTHING_BELOW.sub("", clean_glob(path))
    steps = path.split("/") if path else []
    fixed = next((n for n, step in enumerate(steps) if _MAGIC.search(step)), len(steps))
    prefix = "/".join((place.rstrip("/"), *steps[:fixed], ""))
    pattern = "/".join((_escaped(place.rstrip("/")), *steps))
    return _Claim(prefix, fixed < len(steps), position, pattern)


def _escaped(place: str) -> str:
    """Return a glob that matches *place* only: what wcmatch makes of it, for it is in digests."""
    return _SPECIAL.sub(r"\\\1", place)


def _taken(
    one: GitMapping | Import, own: Sequence[_Claim], every: Sequence[_Claim]
) -> tuple[str, ...]:
    place = _escaped(one.to.rstrip("/")) + "/"
    mine = {claim.pattern for claim in own}
    met = (claim for owned in own for claim in _from(every, owned.prefix))
    lost = sorted(
        {claim for claim in met if claim.pattern not in mine and not _wins(own, claim)},
        key=lambda claim: (claim.position, claim.pattern),
    )
    paths = dict.fromkeys(claim.pattern.removeprefix(place) for claim in lost)
    return tuple(path for path in paths if not matches_any(one.exclude_paths, path))


def _wins(own: Sequence[_Claim], other: _Claim) -> bool:
    """Whether one of the *own* claims meets *other*, at its prefix or deeper, and wins."""
    return any(claim > other for claim in _from(own, other.prefix))


def _from(claims: Sequence[_Claim], prefix: str) -> Iterator[_Claim]:
    """Yield those of the sorted *claims* whose prefix is *prefix* or lies below it."""
    for index in range(bisect_left(claims, prefix, key=lambda claim: claim.prefix), len(claims)):
        if not claims[index].prefix.startswith(prefix):
            return
        yield claims[index]
