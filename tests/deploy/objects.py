"""Objects for the tests of deploying."""

from typing import Any

from werfish.deploy.owner import Owner, owned
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId, gvk_of

OWNER = Owner("rel", "prod")
OTHER = Owner("other", "prod")


def manifest(kind: str, name: str, api_version: str = "v1", **content: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **content}


def config_map(name: str, **data: str) -> Resource:
    return resource(manifest("ConfigMap", name, data=data))


def resource(content: Manifest, namespace: str = "prod") -> Resource:
    return Resource(ResourceId(gvk_of(content), namespace, content["metadata"]["name"]), content)


def placed(resource: Resource, owner: Owner | None = OWNER) -> dict[str, Any]:
    """Return *resource* as it is live: in its namespace, and *owner*'s."""
    content = dict(resource.manifest)
    metadata = dict(content["metadata"])
    if resource.id.namespace:
        metadata["namespace"] = resource.id.namespace
    content["metadata"] = metadata
    return owned(content, owner) if owner else content


def annotated(resource: Resource, annotations: dict[str, str]) -> Resource:
    metadata = dict(resource.manifest["metadata"])
    metadata["annotations"] = {**resource.annotations, **annotations}
    return Resource(resource.id, {**resource.manifest, "metadata": metadata}, resource.source)


def config_map_id(name: str, namespace: str = "prod") -> ResourceId:
    return ResourceId(Gvk("", "v1", "ConfigMap"), namespace, name)
