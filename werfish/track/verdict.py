"""What can be said of a resource: ready, waiting, or failed, and why. Pure.

Whatever a status lacks, or has in a wrong shape, reads as absent: nothing here raises.
"""

from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest


class Verdict(StrEnum):
    """The three answers."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A verdict and what a person should read beside it.

    What waits and *settles* may never be answered (by a controller that publishes nothing, or by
    a person): after so many seconds without any change it is taken as it is.
    """

    verdict: Verdict
    message: str = field(default="", compare=False)
    settles: float | None = field(default=None, compare=False)


def ready(message: str = "") -> Readiness:
    """Say that a resource does what it was made for."""
    return Readiness(Verdict.READY, message)


def waiting(message: str, *, settles: float | None = None) -> Readiness:
    """Say what a resource still lacks."""
    return Readiness(Verdict.WAITING, message, settles)


def failed(message: str) -> Readiness:
    """Say why a resource will not become ready."""
    return Readiness(Verdict.FAILED, message)


def is_stale(live: Manifest) -> bool:
    """Tell whether the status of *live* speaks of an earlier spec, or of none at all."""
    observed = fields.count(live, "status", "observedGeneration")
    return observed < fields.count(live, "metadata", "generation", default=1)


def is_outdated(live: Manifest) -> bool:
    """Tell whether the status says of itself that it speaks of an earlier spec."""
    generation = fields.count(live, "metadata", "generation")
    return fields.count(live, "status", "observedGeneration", default=generation) < generation


def condition(live: Manifest, type: str) -> Fields:
    """Return the condition *type* of the status; empty where there is none of this spec."""
    generation = fields.count(live, "metadata", "generation")
    for one in fields.tables(live, "status", "conditions"):
        observed = fields.count(one, "observedGeneration", default=generation)
        if one.get("type") == type and observed >= generation:
            return one
    return {}


def has_condition(live: Manifest, type: str) -> bool:
    """Tell whether the condition *type* is true."""
    return condition(live, type).get("status") == "True"


def because(found: Fields) -> str:
    """Return reason and message of a condition as one text."""
    parts = (fields.text(found, "reason"), fields.text(found, "message"))
    return ": ".join(filter(None, parts))


NOT_OBSERVED = "its controller has not seen the change yet"
