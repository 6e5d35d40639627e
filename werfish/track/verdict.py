"""What can be said of a resource: ready, waiting, or failed, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from werfish.kube.resource import Manifest


class Verdict(StrEnum):
    """The three answers."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A verdict and what a person should read beside it."""

    verdict: Verdict
    message: str = field(default="", compare=False)


def ready(message: str = "") -> Readiness:
    """Say that a resource does what it was made for."""
    return Readiness(Verdict.READY, message)


def waiting(message: str) -> Readiness:
    """Say what a resource still lacks."""
    return Readiness(Verdict.WAITING, message)


def failed(message: str) -> Readiness:
    """Say why a resource will not become ready."""
    return Readiness(Verdict.FAILED, message)


def is_stale(live: Manifest) -> bool:
    """Tell whether the status of *live* speaks of an earlier spec, or of none at all."""
    observed = (live.get("status") or {}).get("observedGeneration") or 0
    generation: int = live["metadata"].get("generation") or 1
    return int(observed) < generation


def condition(live: Manifest, type: str) -> Mapping[str, Any]:
    """Return the condition *type* of the status; empty where there is none."""
    conditions = (live.get("status") or {}).get("conditions") or ()
    return next((found for found in conditions if found.get("type") == type), {})


def has_condition(live: Manifest, type: str) -> bool:
    """Tell whether the condition *type* is true."""
    return condition(live, type).get("status") == "True"


def because(found: Mapping[str, Any]) -> str:
    """Return reason and message of a condition as one text."""
    parts = (str(found.get("reason") or ""), str(found.get("message") or "").strip())
    return ": ".join(filter(None, parts))


NOT_OBSERVED = "its controller has not seen the change yet"
