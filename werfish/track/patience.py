"""For how long a resource may wait without anything changing, and what it is then. Pure.

A Deployment has a deadline of its own (``progressDeadlineSeconds``), a Job may run for as long as
it likes unless no pod of it runs; other workloads have ten minutes, everything else four (werf's
``no-activity-timeout``). What settles is taken as it is, unless the annotation says how long to
wait.
"""

from collections.abc import Sequence

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.annotations import TrackingOptions
from werfish.track.cause import Cause
from werfish.track.verdict import Readiness, failed, ready

WORKLOAD_SECONDS = 600.0
OTHER_SECONDS = 240.0
GRACE_SECONDS = 60.0
"""What a controller has to tell of its own deadline, before it is told for it."""
_WORKLOADS = frozenset({"StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod"})


def patience_of(
    kind: str,
    found: Readiness,
    options: TrackingOptions,
    causes: Sequence[Cause] = (),
    pods: Sequence[Manifest] = (),
    live: Manifest | None = None,
    *,
    untouched: bool = False,
) -> float | None:
    """Return for how many seconds a waiting resource may stay as it is, None for any time.

    One that is *untouched* has had its time to settle.
    """
    if options.patience is not None:
        return options.patience
    if found.settles is not None:
        return 0.0 if untouched else found.settles
    if kind == "Deployment":
        return GRACE_SECONDS + fields.count(live, "spec", "progressDeadlineSeconds", default=600)
    if kind == "Job":
        is_running = any(fields.text(pod, "status", "phase") == "Running" for pod in pods)
        return WORKLOAD_SECONDS if causes and not is_running else None
    return WORKLOAD_SECONDS if kind in _WORKLOADS else OTHER_SECONDS


def out_of_patience(found: Readiness, seconds: float, options: TrackingOptions) -> Readiness:
    """Return what a resource is that did not change for *seconds*."""
    if found.settles is not None and options.patience is None:
        why = f"{seconds:g} s without a change" if seconds else "nobody touched it"
        return ready(f"taken as it is: {found.message} ({why})")
    return failed(f"nothing changed for {seconds:g} s: {found.message}")
