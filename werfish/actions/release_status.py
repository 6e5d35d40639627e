"""How a release is: its record, and each of its resources as it lives now."""

from collections.abc import Callable, Iterable, Sequence

from werfish.deploy.live import live_of
from werfish.deploy.policies import absence_of
from werfish.deploy.scope import Scopes
from werfish.helm.manifests import recorded_resources
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Resource, ResourceId
from werfish.kube.status_rule import StatusRule
from werfish.releases.release import Release
from werfish.track.errors import ResourceFailedError
from werfish.track.look import look
from werfish.track.tracker import Tracked
from werfish.track.verdict import Readiness, failed, ready

MISSING = "it is not there"


def resources_of(release: Release, cluster: Cluster) -> tuple[Resource, ...]:
    """Return the resources on record of *release*."""
    scopes = Scopes(cluster)
    return recorded_resources(release.manifest, release.namespace, scopes.was_namespaced)


def status_of(
    resources: Sequence[Resource],
    *,
    cluster: Cluster,
    clock: Callable[[], float],
    rules: Sequence[StatusRule] = (),
) -> tuple[Tracked, ...]:
    """Return the verdict on each of *resources*, those that are missing included.

    Where a policy of its own lets a resource be absent, that is as it should be.
    """
    lost = frozenset(one.id.gvk for one in resources if not Scopes(cluster).is_served(one.id.gvk))
    live = live_of(cluster, (one.id for one in resources), coming=lost)
    present = [one for one in resources if one.id in live]
    looked = look(present, cluster=cluster, clock=clock, rules=rules)
    known: dict[ResourceId, Tracked] = {one.id: one for one in looked}
    return tuple(known.get(one.id) or Tracked(one.id, _absent(one), 0.0) for one in resources)


def lasting(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return what of *resources* no policy lets be absent."""
    return tuple(one for one in resources if not absence_of(one.manifest))


def _absent(resource: Resource) -> Readiness:
    why = absence_of(resource.manifest)
    return ready(f"absent: {why}") if why else failed(MISSING)


def require_present(found: Sequence[Tracked]) -> None:
    """Raise `ResourceFailedError` for the first resource that is missing: no wait brings it."""
    for one in found:
        if one.readiness.message == MISSING:
            raise ResourceFailedError(one.id, MISSING, cause=None)


def resource_facts(tracked: Tracked) -> dict[str, str]:
    """Return what a table says of a resource."""
    return {
        "resource": str(tracked.id),
        "namespace": tracked.id.namespace,
        "verdict": str(tracked.readiness.verdict),
        "reason": tracked.readiness.message,
    }
