"""A Deployment is ready when all its pods are new and available, and no old one is left.

Stricter than ``maxUnavailable`` allows, and it fails with the progress deadline.
"""

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


def deployment(live: Manifest) -> Readiness:
    """Judge a Deployment by its own status."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    progressing = condition(live, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return failed(because(progressing))
    status = live.get("status") or {}
    replicas: int = live["spec"].get("replicas", 1)
    updated: int = status.get("updatedReplicas") or 0
    present: int = status.get("replicas") or 0
    available: int = status.get("availableReplicas") or 0
    if updated < replicas:
        paused = ", and the rollout is paused" if live["spec"].get("paused") else ""
        return waiting(f"{updated} of {replicas} pods updated{paused}")
    if present > updated:
        return waiting(f"pods of the old revision still there: {present - updated}")
    if available < updated or updated > replicas:
        return waiting(f"{available} of {replicas} pods available")
    return ready(f"{available} of {replicas} pods updated and available")
