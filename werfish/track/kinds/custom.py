"""A custom resource is as its conditions say, else its phase, else it is ready when it is there.

By common habit, as no rule is known for the kind: ``Stalled`` and ``Reconciling`` (kstatus), then
the condition that matters most, in any casing, then a flag or a word such as ``phase: Running``. A
status that speaks of an earlier spec never counts. Where the schema has a status and none is
written, nobody has answered yet.
"""

import re
from collections.abc import Iterator, Mapping

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.jsonpath import text_of
from werfish.kube.resource import Manifest
from werfish.track.kinds.parents import by_parents
from werfish.track.kinds.words import verdict_of
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    Verdict,
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
TROUBLES = frozenset({"failed", "failure", "error", "errored", "invalid", "aborted", "rejected",
                      "ackterminal"})  # fmt: skip
"""Conditions that are final where they are true."""
VETOES = frozenset({"synced", "notready", "degraded"})
PARTS = ("ready", "healthy", "succeeded", "success", "applied", "deployed", "reconciled",
         "admitted", "programmed", "synchronized", "synced")  # fmt: skip
"""Ends of conditions, as of ``AllReplicasReady``: all count where none of the types is there."""
BAD_PARTS = ("notready", "unready", "unhealthy", "failed", "failure", "pending")
CHANGES = frozenset({"progressing", "updating", "upgrading", "rollingout", "scalingup",
                     "scalingdown"})  # fmt: skip
"""Conditions of a change that goes on, while what was there before may be available."""
PLACES = ("phase", "currentPhase", "state", "currentState", "status", "currentStatus",
          "health", "currentHealth")  # fmt: skip
_ANSIBLE = "runningreconciliation"
"""What the operators that run playbooks say while one runs, though all is ready from the last."""
FLAGS = ("ready", "healthy", "readyToUse", "available", "synced", "initialized")
"""Fields that say by true and false what else a condition says."""


def custom(live: Manifest, *, has_status: bool = False) -> Readiness:
    """Judge a custom resource; *has_status* says that its schema has a status."""
    if is_outdated(live):
        return waiting(NOT_OBSERVED)
    status = fields.table(live, "status")
    if not status:
        return waiting(NO_STATUS) if has_status else ready("present")
    found = (
        stated_by_kstatus(live)
        or _by_conditions(live)
        or by_parents(live)
        or _by_words(status, Verdict.FAILED)
        or _by_parts(live)
        or _by_flags(status)
        or _by_words(status, Verdict.WAITING, Verdict.READY)
    )
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
    if _word(told.get("running", {}), "message") == _ANSIBLE:
        return waiting(because(told["running"]))
    type = next((type for type in TYPES if type in told), "")
    if type:
        decides = told[type]
        if _word(decides, "status") != "true":
            return waiting(because(decides) or f"not {type} yet")
        return (_by_changes(told) if type == "available" else None) or ready(type)
    is_old = any(_word(one, "type") in TYPES for one in _all_conditions(live))
    return waiting(NOT_OBSERVED) if is_old else None


def _by_changes(told: Mapping[str, Fields]) -> Readiness | None:
    """Return what goes on; a Deployment's ``Progressing`` stays true when it has ended."""
    for type in sorted(CHANGES & told.keys()):
        is_over = _word(told[type], "reason").endswith(("available", "complete", "completed"))
        if _word(told[type], "status") == "true" and not is_over:
            return waiting(because(told[type]) or type)
    return None


def _by_parts(live: Manifest) -> Readiness | None:
    """Return which condition of a part is not as it should be."""
    for one in _conditions(live):
        type, is_true = _word(one, "type"), _word(one, "status") == "true"
        is_bad = type.endswith(BAD_PARTS)
        is_wanted = type.endswith(PARTS) and _word(one, "reason") != "scaledtozero"
        if is_true if is_bad else is_wanted and not is_true:
            return waiting(because(one) or f"{fields.text(one, 'type')} is not as it should be")
    return None


def _by_flags(status: Fields) -> Readiness | None:
    """Return which of the flags is down; one that is up says nothing beside a word."""
    down = [name for name in FLAGS if text_of(status.get(name)).casefold() == "false"]
    return waiting(f"{down[0]}: false") if down else None


def _by_words(status: Fields, *verdicts: Verdict) -> Readiness | None:
    """Return what a word says that has one of *verdicts*, the first of these first."""
    shown = {place: fields.text(status, place) for place in PLACES}
    for verdict in verdicts:
        for place, word in shown.items():
            if verdict_of(word) is verdict:
                return Readiness(verdict, _told(status, place, word))
    return None


def _by_counts(live: Manifest) -> Readiness | None:
    """Return what is lacking where the status counts replicas as workloads do, or as ``2/3``."""
    shown = fields.text(live, "status", "scale", "statusReplicas")
    share = re.fullmatch(r"(\d{1,9})/(\d{1,9})", shown)
    if share and int(share[1]) < int(share[2]):
        return waiting(f"{share[1]} of {share[2]} replicas ready")
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
    return re.sub(r"[^a-z0-9]", "", text_of(one.get(key)).casefold())
