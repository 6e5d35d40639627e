"""An APIService is ready when the API answers for its group and version."""

from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, because, condition, has_condition, ready, waiting


def apiservice(live: Manifest) -> Readiness:
    """Judge an APIService; the server behind it may still be starting."""
    if has_condition(live, "Available"):
        return ready("available")
    return waiting(because(condition(live, "Available")) or "not served yet")
