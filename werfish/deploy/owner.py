"""Which release an object belongs to, as Helm marks it on the object itself. Pure."""

from collections.abc import Mapping
from typing import Any

from stages.light_dataclass import dataclass
from werfish.kube.resource import Manifest, ResourceId

MANAGED_BY = "app.kubernetes.io/managed-by"
HELM = "Helm"
SELECTOR = f"{MANAGED_BY}={HELM}"
RELEASE_NAME = "meta.helm.sh/release-name"
RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"
ALLOW_ADOPTION = "werf.io/allow-adoption-by-release"
RESOURCE_POLICY = "helm.sh/resource-policy"


@dataclass(frozen=True, slots=True)
class Owner:
    """A release: its name is unique only within its namespace."""

    release: str
    namespace: str

    def __str__(self) -> str:
        """Write it for people."""
        return f'release "{self.release}" in namespace "{self.namespace}"'


def owned(manifest: Manifest, owner: Owner) -> dict[str, Any]:
    """Return *manifest* marked as *owner*'s."""
    metadata = dict(manifest.get("metadata") or {})
    metadata["labels"] = {**(metadata.get("labels") or {}), MANAGED_BY: HELM}
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        RELEASE_NAME: owner.release,
        RELEASE_NAMESPACE: owner.namespace,
    }
    return {**manifest, "metadata": metadata}


def owner_of(manifest: Manifest) -> Owner | None:
    """Return the release that *manifest* says it belongs to."""
    annotations = annotations_of(manifest)
    name, namespace = annotations.get(RELEASE_NAME), annotations.get(RELEASE_NAMESPACE)
    return Owner(name, namespace) if name and namespace else None


def allows_adoption(live: Manifest, owner: Owner) -> bool:
    """Tell whether a *live* object says that *owner*'s release may take it over."""
    return annotations_of(live).get(ALLOW_ADOPTION) == owner.release


def is_kept(manifest: Manifest) -> bool:
    """Tell whether *manifest* says that it must outlive its release."""
    return annotations_of(manifest).get(RESOURCE_POLICY, "").strip().lower() == "keep"


def is_home(id: ResourceId, owner: Owner) -> bool:
    """Tell whether *id* is the namespace in which *owner*'s release and its records live.

    A chart may state it, but it was there before: it is never foreign, and never removed.
    """
    return id.gvk.group == "" and id.gvk.kind == "Namespace" and id.name == owner.namespace


def annotations_of(manifest: Manifest) -> Mapping[str, str]:
    """Return the annotations of *manifest*, empty where it has none."""
    metadata = manifest.get("metadata") or {}
    return metadata.get("annotations") or {}
