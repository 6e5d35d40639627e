"""A PodDisruptionBudget is ready when its controller knows which pods it protects.

That it allows no disruption just now is its purpose. A controller that cannot tell how many pods
there should be says so without the generation that it looked at.
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
    allowed = condition(live, "DisruptionAllowed")
    if allowed.get("reason") == "SyncFailed":
        return waiting(because(allowed))
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    return ready("observed")
