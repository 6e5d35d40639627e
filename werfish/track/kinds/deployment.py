"""A Deployment is ready when all its pods are new and available, and no old one is left.

Stricter than ``maxUnavailable`` allows, and it fails with the progress deadline. Back to an earlier
revision, its controller repeats the deadline of the rollout before until the first pod moves:
a deadline that is older than the last change of the spec says nothing.
"""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    because,
    condition,
    failed,
    is_stale,
    ready,
    waiting,
)

_CONTROLLER = "kube-controller-manager"


def deployment(live: Manifest) -> Readiness:
    """Judge a Deployment by its own status."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    progressing = condition(live, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        if fields.text(progressing, "lastUpdateTime") < _changed_at(live):
            return waiting("its controller still tells of the rollout before")
        return failed(because(progressing))
    found = _counted(live)
    for told in (progressing, condition(live, "Available")):
        if found is None and told.get("status") == "False":
            return waiting(because(told) or "its controller says that it is not available")
    replicas = fields.count(live, "spec", "replicas", default=1)
    return found or ready(f"{replicas} of {replicas} pods updated and available")


def _counted(live: Manifest) -> Readiness | None:
    """Return what the counts lack, None where they are as they should be."""
    replicas = fields.count(live, "spec", "replicas", default=1)
    updated = fields.count(live, "status", "updatedReplicas")
    present = fields.count(live, "status", "replicas")
    available = fields.count(live, "status", "availableReplicas")
    available = min(available, fields.count(live, "status", "readyReplicas", default=available))
    if updated < replicas:
        paused = ", and the rollout is paused" if fields.is_true(live, "spec", "paused") else ""
        return waiting(f"{updated} of {replicas} pods updated{paused}")
    if present > updated:
        return waiting(f"pods of the old revision still there: {present - updated}")
    if updated > replicas:
        return waiting(f"{updated - replicas} surplus pods still there")
    if available < updated or fields.count(live, "status", "unavailableReplicas"):
        return waiting(f"{available} of {replicas} pods available")
    return None


def _changed_at(live: Manifest) -> str:
    """Return when the object was last written by anybody but its controller, empty if unknown."""
    times = (
        fields.text(entry, "time")
        for entry in fields.tables(live, "metadata", "managedFields")
        if not entry.get("subresource") and entry.get("manager") != _CONTROLLER
    )
    return max(times, default="")
