"""How many errors the new pods of a resource have had since they were first seen. Pure.

One error is one pod, container and restart; where a container never starts (its image, its
configuration), one attempt to start it, of which kubelet's events tell; kubelet often tries twice
at once, so that attempts within a few seconds are one. What happened before a pod was first seen
is history and does not count, its present trouble does, once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.containers import (
    CONFIG_REASONS,
    PULL_REASONS,
    TERMINAL_REASONS,
    container_statuses,
    ended,
    waiting_reason,
)

Container = tuple[str, str]
"""The uid of a pod and the name of a container."""

TOGETHER = timedelta(seconds=5)
_MOST = 10_000
"""Restarts, beyond which it does not matter how many."""
_ATTEMPTS = ("Failed to pull image", "Error: ")
_ECHOES = ("Error: ErrImagePull", "Error: ImagePullBackOff", "Error: failed to start container")
"""Messages that repeat what a container's status counts already."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Errors so far.

    *restarts* holds the counts at first sight; *attempts*, for each event, how many were counted
    and when the last of them was.
    """

    errors: frozenset[tuple[Container, str]] = frozenset()
    restarts: Mapping[Container, int] = field(default_factory=dict, hash=False)
    attempts: Mapping[str, tuple[int, datetime]] = field(default_factory=dict, hash=False)


def with_pod(ledger: Ledger, pod: Manifest, *, crashes: bool = True) -> Ledger:
    """Return *ledger* after a look at *pod*; without *crashes* only failed starts count.

    (A Job counts the crashes of its pods itself, against its ``backoffLimit``.)
    """
    errors, restarts = set(ledger.errors), dict(ledger.restarts)
    for status in container_statuses(pod):
        container = (fields.uid_of(pod), fields.text(status, "name"))
        count = min(fields.count(status, "restartCount"), _MOST)
        first = restarts.setdefault(container, count)
        reason, end = waiting_reason(status), ended(status)
        if reason in PULL_REASONS | CONFIG_REASONS | TERMINAL_REASONS:
            errors.add((container, "start 0"))
        elif crashes:
            errors.update((container, f"run {run}") for run in range(first, count))
            if end and (fields.count(end, "exitCode") or reason == "CrashLoopBackOff"):
                errors.add((container, f"run {count}"))
    return Ledger(frozenset(errors), restarts, ledger.attempts)


def with_events(ledger: Ledger, events: Iterable[Manifest]) -> Ledger:
    """Return *ledger* after a look at the warning *events* of its pods."""
    errors, attempts = set(ledger.errors), dict(ledger.attempts)
    for event in events:
        message = fields.text(event, "message")
        if event.get("reason") != "Failed" or not _is_attempt(message):
            continue
        uid, at = fields.uid_of(event), time_of(event)
        number, last = attempts.get(uid, (0, datetime.min.replace(tzinfo=UTC)))
        if at - last >= TOGETHER:
            attempts[uid] = (number + 1, at)
            container = (fields.text(event, "involvedObject", "uid"), container_of(event))
            errors.add((container, f"start {number}"))
    return Ledger(frozenset(errors), ledger.restarts, attempts)


def _is_attempt(message: str) -> bool:
    return message.startswith(_ATTEMPTS) and not message.startswith(_ECHOES)


def container_of(event: Manifest) -> str:
    """Return the container that an event is about (``app`` of ``spec.containers{app}``)."""
    path = fields.text(event, "involvedObject", "fieldPath")
    return path.partition("{")[2].rstrip("}")


def time_of(event: Manifest) -> datetime:
    """Return when an event was last seen; the year 1970 where it does not say."""
    text = (
        fields.text(event, "series", "lastObservedTime")
        or fields.text(event, "lastTimestamp")
        or fields.text(event, "eventTime")
    )
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
