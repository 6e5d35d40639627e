"""A custom resource is as its conditions say, else its phase, else it is ready when it is there.

By common habit, as no rule is known for the kind: ``Stalled`` and ``Reconciling`` (kstatus), then
the condition that matters most, in any casing, then a word such as ``phase: Running``. A status
that speaks of an earlier spec never counts. Where the schema has a status and none is written,
nobody has answered yet.
"""

import re
from collections.abc import Iterator

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    because,
    failed,
    is_outdated,
    ready,
    waiting,
)

NO_STATUS = "no controller has written its status yet"
TYPES = (
    "ready", "healthy", "succeeded", "success", "successful", "complete", "completed", "finished",
    "finalized", "done", "available", "running", "ok", "active", "live", "programmed", "synced",
    "started", "initialized", "established", "accepted", "approved", "bound", "valid",
)  # fmt: skip
"""Conditions that mean that all is well, the one that decides first."""
TROUBLES = frozenset({"failed", "failure", "error", "errored", "invalid", "aborted", "rejected"})
"""Conditions that are final where they are true."""
VETOES = frozenset({"synced", "notready", "degraded"})
PLACES = ("phase", "currentPhase", "state", "currentState", "status", "currentStatus",
          "health", "currentHealth")  # fmt: skip
WAITING_WORDS = frozenset(
    [
        "creating",
        "updating",
        "waiting",
        "awaiting",
        "pending",
        "finishing",
        "starting",
        "readying",
        "inprogress",
        "progressing",
        "initialization",
        "initializing",
        "approving",
        "unknown",
        "provisioning",
        "reconciling",
        "deploying",
        "installing",
        "upgrading",
        "scaling",
        "scheduling",
        "syncing",
        "deleting",
        "terminating",
        "new",
        "notready",
        "queued",
        "bootstrapping",
        "restoring",
        "degraded",
        "yellow",
        "unhealthy",
        "notstarted",
        "settingup",
    ]
)
FAILED_WORDS = frozenset(
    [
        "failure",
        "failed",
        "abort",
        "aborted",
        "terminated",
        "error",
        "errored",
        "rejection",
        "rejected",
        "invalid",
        "red",
        "lost",
        "stalled",
        "fatal",
    ]
)


def custom(live: Manifest, *, has_status: bool = False) -> Readiness:
    """Judge a custom resource; *has_status* says that its schema has a status."""
    if is_outdated(live):
        return waiting(NOT_OBSERVED)
    status = fields.table(live, "status")
    if not status:
        return waiting(NO_STATUS) if has_status else ready("present")
    found = stated_by_kstatus(live) or _by_conditions(live) or _by_words(status)
    return found or _by_counts(live) or ready("present")


def stated_by_kstatus(live: Manifest) -> Readiness | None:
    """Return what ``Stalled`` and ``Reconciling`` say; None where neither is true."""
    told = {_word(one, "type"): one for one in _conditions(live)}
    stalled, reconciling = told.get("stalled", {}), told.get("reconciling", {})
    if _word(stalled, "status") == "true":
        return failed(because(stalled) or "stalled")
    if _word(reconciling, "status") == "true":
        return waiting(because(reconciling) or "being reconciled")
    return None


def _by_conditions(live: Manifest) -> Readiness | None:
    told = {_word(one, "type"): one for one in _conditions(live)}
    for type, one in told.items():
        if type in TROUBLES and _word(one, "status") == "true":
            return failed(because(one) or type)
        is_bad = _word(one, "status") == ("false" if type == "synced" else "true")
        if type in VETOES and is_bad:
            return waiting(f"{type}: {because(one)}".rstrip(": "))
    type = next((type for type in TYPES if type in told), "")
    if type:
        decides = told[type]
        if _word(decides, "status") == "true":
            return ready(type)
        return waiting(because(decides) or f"not {type} yet")
    is_old = any(_word(one, "type") in TYPES for one in _all_conditions(live))
    return waiting(NOT_OBSERVED) if is_old else None


def _by_words(status: Fields) -> Readiness | None:
    for place in PLACES:
        shown = fields.text(status, place)
        word = re.sub(r"[^a-z0-9]", "", shown.casefold())
        if word in FAILED_WORDS:
            return failed(_told(status, place, shown))
        if word in WAITING_WORDS:
            return waiting(_told(status, place, shown))
        if word:
            return ready(f"{place}: {shown}")
    return None


def _by_counts(live: Manifest) -> Readiness | None:
    """Return what is lacking where the status counts replicas as workloads do."""
    if not fields.has(live, "status", "readyReplicas") or not fields.has(live, "spec", "replicas"):
        return None
    wanted = fields.count(live, "spec", "replicas")
    found = fields.count(live, "status", "readyReplicas")
    return waiting(f"{found} of {wanted} replicas ready") if found < wanted else None


def _told(status: Fields, place: str, shown: str) -> str:
    words = (fields.text(status, "reason"), fields.text(status, "message"))
    return ": ".join(filter(None, (place, shown, *words)))


def _conditions(live: Manifest) -> Iterator[Fields]:
    """Yield the conditions that speak of the present spec."""
    generation = fields.count(live, "metadata", "generation")
    for one in _all_conditions(live):
        if fields.count(one, "observedGeneration", default=generation) >= generation:
            yield one


def _all_conditions(live: Manifest) -> tuple[Fields, ...]:
    return fields.tables(live, "status", "conditions")


def _word(one: Fields, key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fields.text(one, key).casefold())
