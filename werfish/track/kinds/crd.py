"""A CustomResourceDefinition is ready when the API serves its kind."""

from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    Readiness,
    because,
    condition,
    failed,
    has_condition,
    ready,
    waiting,
)


def crd(live: Manifest) -> Readiness:
    """Judge a CustomResourceDefinition; names that clash with another one's are final."""
    if has_condition(live, "Established"):
        return ready("established")
    names = condition(live, "NamesAccepted")
    if names.get("status") == "False":
        return failed(because(names))
    return waiting(because(condition(live, "Established")) or "not served yet")
