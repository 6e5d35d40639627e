"""Which objects resources mean that are not of their release."""

from functools import cache

from werfish.deploy.dependencies import External
from werfish.deploy.layout import IdOf
from werfish.kube.annotations import AnnotationError
from werfish.kube.cluster import ApiResource, Cluster
from werfish.kube.kind_names import UnknownKindNameError, kind_of
from werfish.kube.resource import Resource, ResourceId


def external_ids(cluster: Cluster, namespace: str) -> IdOf:
    """Return how to find such an object; it is in *namespace* where nothing else is said.

    `AnnotationError` for a kind that *cluster* does not know.
    """

    @cache
    def served() -> tuple[ApiResource, ...]:
        return cluster.api_resources()

    def id_of(resource: Resource, external: External) -> ResourceId:
        try:
            kind = kind_of(external.word, served())
        except UnknownKindNameError as error:
            allowed = f"a kind that the cluster knows; {error.hint}"
            raise AnnotationError(resource, external.annotation, external.word, allowed) from error
        home = external.namespace or resource.id.namespace or namespace
        return ResourceId(kind.gvk, home if kind.namespaced else "", external.name)

    return id_of
