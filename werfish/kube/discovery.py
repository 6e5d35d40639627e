"""Which kinds a cluster serves, under which names in paths.

Two requests where the server aggregates (Kubernetes 1.27 and newer); one more for each group that
is asked for where it does not. An unknown kind is looked up anew once, since a CRD may be young.
Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from werfish.kube.cluster import ApiResource
from werfish.kube.errors import NotFoundError, UnknownKindError
from werfish.kube.resource import Gvk

AGGREGATED = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
)
ACCEPT = f"{AGGREGATED},application/json"

Fetch = Callable[[str, str], Any]
"""Return the JSON at a path, for an ``Accept`` header."""


class Discovery:
    """The kinds of one cluster, read when they are first asked for."""

    def __init__(self, fetch: Fetch) -> None:
        """Use *fetch* to read the API's paths."""
        self._fetch = fetch
        self._lock = threading.Lock()
        self._known: Mapping[Gvk, ApiResource] | None = None

    def api_resource(self, gvk: Gvk) -> ApiResource:
        """Return how *gvk* is served; `UnknownKindError` where even a fresh look has none."""
        with self._lock:
            known = self._known
            if known is None or gvk not in known:
                known = self._known = _read(self._fetch)
        if gvk not in known:
            raise UnknownKindError(gvk.api_version, gvk.kind)
        return known[gvk]

    def api_resources(self) -> tuple[ApiResource, ...]:
        """Return everything that the cluster serves, in a stable order."""
        with self._lock:
            if self._known is None:
                self._known = _read(self._fetch)
            return tuple(sorted(self._known.values(), key=lambda resource: resource.gvk))


def path_of(resource: ApiResource, namespace: str = "", name: str = "") -> str:
    """Return the path of an object, of a namespace's objects, or of all objects of a kind."""
    gvk = resource.gvk
    parts = ["apis", gvk.group, gvk.version] if gvk.group else ["api", gvk.version]
    if resource.namespaced and namespace:
        parts += ["namespaces", namespace]
    parts.append(resource.plural)
    if name:
        parts.append(name)
    return "/" + "/".join(parts)


def aggregated_resources(document: Mapping[str, Any]) -> Iterator[ApiResource]:
    """Yield what an ``APIGroupDiscoveryList`` names."""
    for group in document.get("items") or ():
        name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or ():
            for resource in version.get("resources") or ():
                kind = (resource.get("responseKind") or {}).get("kind") or ""
                yield ApiResource(
                    Gvk(name, version["version"], kind),
                    resource["resource"],
                    resource.get("scope") == "Namespaced",
                    frozenset(resource.get("verbs") or ()),
                    tuple(resource.get("shortNames") or ()),
                )


def listed_resources(document: Mapping[str, Any]) -> Iterator[ApiResource]:
    """Yield what an ``APIResourceList`` of one group and version names."""
    group, _, version = str(document.get("groupVersion") or "").rpartition("/")
    for resource in document.get("resources") or ():
        if "/" not in resource["name"]:
            yield ApiResource(
                Gvk(
                    resource.get("group") or group,
                    resource.get("version") or version,
                    resource["kind"],
                ),
                resource["name"],
                bool(resource.get("namespaced")),
                frozenset(resource.get("verbs") or ()),
                tuple(resource.get("shortNames") or ()),
            )


def _read(fetch: Fetch) -> dict[Gvk, ApiResource]:
    found: dict[Gvk, ApiResource] = {}
    for root in ("/api", "/apis"):
        for resource in _resources(fetch, root):
            found.setdefault(resource.gvk, resource)
    return found


def _resources(fetch: Fetch, root: str) -> Iterator[ApiResource]:
    document = fetch(root, ACCEPT)
    if document.get("kind") == "APIGroupDiscoveryList":
        yield from aggregated_resources(document)
        return
    for group_version in _group_versions(document):
        try:
            listed = fetch(f"{root}/{group_version}", "application/json")
        except NotFoundError:  # an aggregated API that went away meanwhile
            continue
        yield from listed_resources(listed)


def _group_versions(document: Mapping[str, Any]) -> Iterator[str]:
    yield from document.get("versions") or () if "groups" not in document else ()
    for group in document.get("groups") or ():
        for version in group.get("versions") or ():
            yield version["groupVersion"]
