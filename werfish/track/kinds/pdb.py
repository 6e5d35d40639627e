"""A PodDisruptionBudget is ready when its controller knows which pods it protects.

That it allows no disruption just now is its purpose.
"""

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


def pdb(live: Manifest) -> Readiness:
    """Judge a budget."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    allowed = condition(live, "DisruptionAllowed")
    if allowed.get("reason") == "SyncFailed":
        return waiting(because(allowed))
    return ready("observed")
