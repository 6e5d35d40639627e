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
    if has_condition(live, "Terminating"):
        return waiting(because(condition(live, "Terminating")) or "being deleted")
    names = condition(live, "NamesAccepted")
    if names.get("status") == "False":
        return failed(because(names) or "its names are not accepted")
    established = condition(live, "Established")
    if established.get("status") == "False" and established.get("reason") not in _PASSING:
        return failed(because(established) or "it is not established")
    schema = condition(live, "NonStructuralSchema")
    if has_condition(live, "Terminating"):
        return waiting(because(condition(live, "Terminating")) or "its objects are being deleted")
    if has_condition(live, "Established"):
        note = f", with a schema that is not structural: {because(schema)}"
        return ready("established" + (note if schema.get("status") == "True" else ""))
    return waiting(because(established) or "not served yet")


_PASSING = (None, "", "Installing", "NotAccepted")
"""Why it may not be established for the moment; names have a condition of their own."""
