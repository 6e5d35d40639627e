"""Failures of readiness probes that count, and for how long a young container is forgiven. Pure.

By werf's formula: a container may fail its probe until the probe could have found it ready once,
and failed as often as it may. An annotation says for how long instead.
Source: kubedog's pkg/tracker/pod, readiness probes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.budget import Ledger, container_of, time_of
from werfish.track.containers import container_statuses, spec_of

FAILED_READINESS = ("Readiness probe failed", "Readiness probe errored")


def with_probes(
    ledger: Ledger, pod: Manifest, events: Iterable[Manifest], ignored: Mapping[str, float]
) -> Ledger:
    """Return *ledger* after a look at what the readiness probes of *pod* said.

    *ignored* has the seconds for which each container is forgiven; werf's formula for others.
    """
    errors, attempts = set(ledger.errors), dict(ledger.attempts)
    for event in events:
        message = fields.text(event, "message")
        if event.get("reason") != "Unhealthy" or not message.startswith(FAILED_READINESS):
            continue
        uid, at, container = fields.uid_of(event), time_of(event), container_of(event)
        forgiven = _forgiven_until(pod, container, ignored)
        number, last = attempts.get(uid, (0, datetime.min.replace(tzinfo=at.tzinfo)))
        if forgiven is not None and at > forgiven and at > last:
            attempts[uid] = (number + 1, at)
            errors.add(((fields.uid_of(pod), container), f"probe {uid} {number}"))
    return Ledger(frozenset(errors), ledger.restarts, attempts)


def _forgiven_until(pod: Manifest, container: str, ignored: Mapping[str, float]) -> datetime | None:
    """Return until when failures of a container's probe say nothing; None where all do."""
    for status in container_statuses(pod):
        started = fields.text(status, "state", "running", "startedAt")
        if fields.text(status, "name") != container or not started:
            continue
        if fields.is_true(status, "ready"):
            return None
        seconds = ignored.get(container)
        spec = spec_of(pod, container)
        forgiven = grace_seconds(spec) if seconds is None else seconds
        return time_of({"lastTimestamp": started}) + timedelta(seconds=min(forgiven, 1e9))
    return None


def grace_seconds(container: Fields) -> float:
    """Return for how many seconds after its start a container's readiness probe may fail."""
    probe = fields.table(container, "readinessProbe")
    period = fields.count(probe, "periodSeconds") or 10
    timeout = fields.count(probe, "timeoutSeconds") or 1
    failures = fields.count(probe, "failureThreshold") or 3
    successes = fields.count(probe, "successThreshold") or 1
    if failures == 1:
        return 0.0
    delay = period + max(fields.count(probe, "initialDelaySeconds"), _startup_seconds(container))
    more = max(failures + successes - 3, 0) * period
    return delay + timeout + more + period / 2 + timeout


def _startup_seconds(container: Fields) -> int:
    """Return how long the startup probe may keep the readiness probe from running."""
    probe = fields.table(container, "startupProbe")
    if not probe:
        return 0
    period = fields.count(probe, "periodSeconds") or 10
    failures = fields.count(probe, "failureThreshold") or 3
    return fields.count(probe, "initialDelaySeconds") + period * failures
