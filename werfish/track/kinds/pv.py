"""A PersistentVolume is ready when a claim has it or may have it."""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, because, failed, ready, waiting


def pv(live: Manifest) -> Readiness:
    """Judge a volume."""
    status = fields.table(live, "status")
    phase = fields.text(status, "phase") or "Pending"
    if phase in ("Available", "Bound"):
        return ready(phase.lower())
    if phase == "Failed":
        return failed(because(status) or "its reclamation failed")
    if phase == "Released":
        return waiting("released: the claim that it was bound to is gone, and it takes no other")
    return waiting(because(status) or phase.lower())
