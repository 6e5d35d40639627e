"""How many errors the new pods of a resource have had since they were first seen. Pure.

One error is one pod, container and restart; where a container never starts (its image, its
configuration), one attempt to start it, of which kubelet's events tell; kubelet often tries twice
at once, so that attempts within a few seconds are one. What happened before a pod was first seen
is history and does not count, its present trouble does, once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werfish.kube.resource import Manifest
from werfish.track.causes import (
    CONFIG_REASONS,
    PULL_REASONS,
    TERMINAL_REASONS,
    container_statuses,
    ended,
)

Container = tuple[str, str]
"""The uid of a pod and the name of a container."""

TOGETHER = timedelta(seconds=5)
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
        container = (pod["metadata"]["uid"], status["name"])
        count = int(status.get("restartCount") or 0)
        first = restarts.setdefault(container, count)
        reason = ((status.get("state") or {}).get("waiting") or {}).get("reason")
        if reason in PULL_REASONS | CONFIG_REASONS | TERMINAL_REASONS:
            errors.add((container, "start 0"))
        elif crashes:
            errors.update((container, f"run {run}") for run in range(first, count))
            if ended(status) and (ended(status).get("exitCode") or reason == "CrashLoopBackOff"):
                errors.add((container, f"run {count}"))
    return Ledger(frozenset(errors), restarts, ledger.attempts)


def with_events(ledger: Ledger, events: Iterable[Manifest]) -> Ledger:
    """Return *ledger* after a look at the warning *events* of its pods."""
    errors, attempts = set(ledger.errors), dict(ledger.attempts)
    for event in events:
        message = str(event.get("message") or "")
        if event.get("reason") != "Failed" or not _is_attempt(message):
            continue
        involved = event["involvedObject"]
        uid, at = str(event["metadata"]["uid"]), _time_of(event)
        number, last = attempts.get(uid, (0, at - TOGETHER))
        if at - last >= TOGETHER:
            attempts[uid] = (number + 1, at)
            container = (involved["uid"], container_of(event))
            errors.add((container, f"start {number}"))
    return Ledger(frozenset(errors), ledger.restarts, attempts)


def _is_attempt(message: str) -> bool:
    return message.startswith(_ATTEMPTS) and not message.startswith(_ECHOES)


def container_of(event: Manifest) -> str:
    """Return the container that an event is about (``app`` of ``spec.containers{app}``)."""
    path = str(event["involvedObject"].get("fieldPath") or "")
    return path.partition("{")[2].rstrip("}")


def _time_of(event: Manifest) -> datetime:
    text = event.get("lastTimestamp") or event.get("eventTime") or "1970-01-01T00:00:00Z"
    return datetime.fromisoformat(str(text))
