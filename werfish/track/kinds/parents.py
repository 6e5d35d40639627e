"""What the parents of a route, or the ancestors of a policy, say of it (Gateway API). Pure.

Each controller writes conditions into an entry of its own: what speaks of an earlier spec is not
there, and who says that it has nothing to do with the resource does not count beside one who
accepts it.
"""

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import NOT_OBSERVED, Readiness, because, ready, waiting

_PLACES = ("parents", "ancestors")
_TESTS = ("Accepted", "ResolvedRefs", "Programmed")
_STRANGERS = frozenset({"NoMatchingParent", "TargetNotFound"})


def by_parents(live: Manifest) -> Readiness | None:
    """Return what they say; None where the status has no such list."""
    place = next((one for one in _PLACES if fields.has(live, "status", one)), "")
    if not place:
        return None
    entries = fields.tables(live, "status", place)
    fresh = [told for told in (_fresh(live, entry) for entry in entries) if told]
    if not fresh:
        return waiting(NOT_OBSERVED if entries else f"none of its {place} has answered yet")
    troubles = [_trouble(told) for told in fresh]
    strange = [one for one in troubles if one.get("reason") in _STRANGERS]
    worst = next((one for one in troubles if one and one not in strange), None)
    if worst is None and len(strange) == len(fresh):
        worst = strange[0]
    if worst is not None:
        return waiting(because(worst) or f"not yet: {fields.text(worst, 'type')}")
    return ready(f"accepted by {len(fresh) - len(strange)} of its {place}")


def _fresh(live: Manifest, entry: Fields) -> dict[str, Fields]:
    """Return the conditions of an entry that speak of the present spec."""
    generation = fields.count(live, "metadata", "generation")
    return {
        fields.text(one, "type"): one
        for one in fields.tables(entry, "conditions")
        if fields.count(one, "observedGeneration", default=generation) >= generation
    }


def _trouble(told: dict[str, Fields]) -> Fields:
    """Return the first condition that is not as it should be; empty where all are."""
    if "Accepted" not in told:
        return {"type": "Accepted"}
    return next(
        (told[type] for type in _TESTS if type in told and told[type].get("status") != "True"), {}
    )
