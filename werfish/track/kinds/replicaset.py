"""A ReplicaSet or ReplicationController is ready when all its pods are available."""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    because,
    condition,
    is_stale,
    ready,
    waiting,
)


def replicaset(live: Manifest) -> Readiness:
    """Judge it by its own status; that pods cannot be created may pass (a quota)."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    failure = condition(live, "ReplicaFailure")
    if failure.get("status") == "True":
        return waiting(because(failure))
    replicas = fields.count(live, "spec", "replicas", default=1)
    present = fields.count(live, "status", "replicas")
    fewest = min(
        present,
        fields.count(live, "status", "fullyLabeledReplicas", default=present),
        fields.count(live, "status", "readyReplicas"),
        fields.count(live, "status", "availableReplicas"),
    )
    if fewest < replicas:
        return waiting(f"{fewest} of {replicas} pods available")
    if present > replicas:
        return waiting(f"{present - replicas} surplus pods still there")
    return ready(f"{replicas} of {replicas} pods available")
