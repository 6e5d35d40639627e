"""A Namespace is ready when it is active."""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, ready, waiting


def namespace(live: Manifest) -> Readiness:
    """Judge a Namespace."""
    phase = fields.text(live, "status", "phase")
    if phase == "Active":
        return ready("active")
    return waiting(phase.lower() or "not active yet")
