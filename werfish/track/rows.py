"""A resource and its pods as rows of a table: state, replicas, age, the last reason. Pure."""

from collections.abc import Sequence
from datetime import datetime

from werfish.kube import fields
from werfish.kube.resource import Manifest, ResourceId
from werfish.screens.events import Row, RowState
from werfish.track.cause import Severity
from werfish.track.causes import causes_of
from werfish.track.containers import container_statuses, waiting_reason
from werfish.track.verdict import Readiness, Verdict, has_condition

SHOWN_PODS = 20
"""How many pods of one resource are worth a row; those that are not ready come first."""

_STATES = {
    Verdict.READY: RowState.READY,
    Verdict.WAITING: RowState.WAITING,
    Verdict.FAILED: RowState.FAILED,
}
_COUNTED = {
    "Deployment": ("availableReplicas", "replicas"),
    "StatefulSet": ("readyReplicas", "replicas"),
    "ReplicaSet": ("availableReplicas", "replicas"),
    "ReplicationController": ("availableReplicas", "replicas"),
    "Job": ("succeeded", "completions"),
}
"""For each kind, the field of its status that counts, and the one of its spec that is wanted."""


def rows_of(
    id: ResourceId,
    readiness: Readiness,
    live: Manifest | None,
    pods: Sequence[Manifest],
    *,
    name: str = "",
) -> tuple[Row, ...]:
    """Return the row of a resource, called *name*, and of its *pods* while it is not ready."""
    own = Row(
        name or str(id),
        _STATES[readiness.verdict],
        str(readiness.verdict),
        replicas_of(id.gvk.kind, live, pods),
        _born(live),
        readiness.message,
    )
    if readiness.verdict is Verdict.READY or id.gvk.kind == "Pod":
        return (own,)
    chosen = sorted(pods, key=_is_ready)[:SHOWN_PODS]
    return (own, *map(_pod_row, chosen))


def replicas_of(kind: str, live: Manifest | None, pods: Sequence[Manifest]) -> str:
    """Return how many of how many are there (``2/3``); empty for kinds that count nothing."""
    if live is None:
        return ""
    if kind == "DaemonSet":
        wanted = fields.count(live, "status", "desiredNumberScheduled")
        return f"{fields.count(live, 'status', 'numberAvailable')}/{wanted}"
    if kind == "Pod":
        return _containers(live)
    if kind not in _COUNTED:
        return ""
    present, wanted_field = _COUNTED[kind]
    wanted = fields.count(live, "spec", wanted_field, default=1)
    return f"{fields.count(live, 'status', present)}/{wanted}"


def _pod_row(pod: Manifest) -> Row:
    causes, phase = causes_of(pod), fields.text(pod, "status", "phase")
    reasons = [waiting_reason(status) for status in container_statuses(pod)]
    said = next(filter(None, reasons), "") or phase or "Pending"
    is_failed = phase == "Failed" or any(one.severity is Severity.TERMINAL for one in causes)
    state = RowState.READY if _is_ready(pod) else RowState.WAITING
    return Row(
        fields.name_of(pod),
        RowState.FAILED if is_failed else state,
        "Terminating" if fields.has(pod, "metadata", "deletionTimestamp") else said,
        _containers(pod),
        _born(pod),
        causes[0].message if causes else "",
        depth=1,
    )


def _is_ready(pod: Manifest) -> bool:
    return has_condition(pod, "Ready") or fields.text(pod, "status", "phase") == "Succeeded"


def _containers(pod: Manifest) -> str:
    statuses = fields.tables(pod, "status", "containerStatuses")
    count = len(fields.tables(pod, "spec", "containers"))
    return f"{sum(fields.is_true(status, 'ready') for status in statuses)}/{count}"


def _born(live: Manifest | None) -> float | None:
    """Return when an object was created, in seconds since 1970."""
    text = fields.text(live, "metadata", "creationTimestamp")
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None
