"""What holds up the deletion of an object. Pure."""

from werfish.kube import fields
from werfish.kube.resource import Manifest

_NAMESPACE_REASONS = (
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
)


def is_being_deleted(manifest: Manifest) -> bool:
    """Tell whether an object is on its way out."""
    return fields.has(manifest, "metadata", "deletionTimestamp")


def held_by(manifest: Manifest) -> str:
    """Return why an object that is being deleted is still there."""
    if not is_being_deleted(manifest):
        return "not being deleted"
    told = [
        fields.text(condition, "message")
        for condition in fields.tables(manifest, "status", "conditions")
        if condition.get("type") in _NAMESPACE_REASONS and condition.get("status") == "True"
    ]
    finalizers = fields.texts(manifest, "metadata", "finalizers")
    finalizers += fields.texts(manifest, "spec", "finalizers")  # those of a namespace
    if finalizers:
        told.append(f"held by finalizers: {', '.join(finalizers)}")
    return "; ".join(told) or "being deleted"
