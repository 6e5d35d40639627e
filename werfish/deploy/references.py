"""Which objects an object refers to, and so should find when it is written. Pure.

What pods mount, read and run as, what bindings bind, what an autoscaler scales, the definition of
a custom kind. A malformed object refers to nothing: the API server is who refuses it.
Source of the list: nelm's internal dependencies, and the API's own references.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Resource, ResourceId

_POD_SPECS = (
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
)
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_VOLUMES = (
    ("ConfigMap", ("configMap", "name")),
    ("Secret", ("secret", "secretName")),
    ("PersistentVolumeClaim", ("persistentVolumeClaim", "claimName")),
    ("Secret", ("csi", "nodePublishSecretRef", "name")),
)
_POD_FIELDS = (
    ("ServiceAccount", "serviceAccountName"),
    ("PriorityClass", "priorityClassName"),
    ("RuntimeClass", "runtimeClassName"),
)
_SPEC_FIELDS = (
    ("StatefulSet", "Service", ("serviceName",)),
    ("PersistentVolumeClaim", "PersistentVolume", ("volumeName",)),
    ("PersistentVolumeClaim", "StorageClass", ("storageClassName",)),
    ("PersistentVolume", "StorageClass", ("storageClassName",)),
    ("Ingress", "IngressClass", ("ingressClassName",)),
    ("Ingress", "Service", ("defaultBackend", "service", "name")),
)
_TARGETS = ("scaleTargetRef", "targetRef")
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """An object by kind and name; in the namespace, or cluster-wide where there is such a kind."""

    kind: str
    name: str
    namespace: str = ""


def automatic_needs(resources: Iterable[Resource]) -> dict[ResourceId, frozenset[ResourceId]]:
    """Return, for each of *resources*, those of them that it refers to."""
    known = tuple(resources)
    named: defaultdict[Reference, set[ResourceId]] = defaultdict(set)
    for one in known:
        named[Reference(one.id.gvk.kind, one.id.name, one.id.namespace)].add(one.id)
    bound, defined = _bound(known), _defined(known)
    needs: dict[ResourceId, frozenset[ResourceId]] = {}
    for one in known:
        found: set[ResourceId] = set()
        for reference in references_of(one):
            cluster_wide = Reference(reference.kind, reference.name)
            found |= named.get(reference, set()) | named.get(cluster_wide, set())
            if one.id.gvk.kind not in _BINDINGS:
                found |= bound.get(reference, set())
        found |= defined.get((one.id.gvk.group, one.id.gvk.kind), set())
        needs[one.id] = frozenset(found - {one.id})
    return needs


def references_of(resource: Resource) -> Iterator[Reference]:
    """Yield what *resource* refers to."""
    manifest, kind, home = resource.manifest, resource.id.gvk.kind, resource.id.namespace
    for pod in _pods(manifest, kind):
        yield from _pod_references(pod, home)
    for user, used, path in _SPEC_FIELDS:
        if kind == user and (name := fields.text(manifest, "spec", *path)):
            yield Reference(used, name, home)
    if kind in _BINDINGS:
        role = fields.table(manifest, "roleRef")
        yield Reference(fields.text(role, "kind"), fields.text(role, "name"), home)
        yield from _accounts(manifest, home)
    if kind == "Ingress":
        yield from _ingress_references(manifest, home)
    for key in _TARGETS:
        target = fields.table(manifest, "spec", key)
        if name := fields.text(target, "name"):
            yield Reference(fields.text(target, "kind") or "Deployment", name, home)
    if kind == "APIService" and (name := fields.text(manifest, "spec", "service", "name")):
        namespace = fields.text(manifest, "spec", "service", "namespace")
        yield Reference("Service", name, namespace)


def _pods(manifest: Fields, kind: str) -> Iterator[Fields]:
    if kind == "Pod":
        yield fields.table(manifest, "spec")
    yield from (pod for path in _POD_SPECS if (pod := fields.table(manifest, *path)))


def _pod_references(pod: Fields, home: str) -> Iterator[Reference]:
    for kind, key in _POD_FIELDS:
        if name := fields.text(pod, key):
            yield Reference(kind, name, home)
    for secret in fields.tables(pod, "imagePullSecrets"):
        yield Reference("Secret", fields.text(secret, "name"), home)
    for claim in fields.tables(pod, "resourceClaims"):
        yield Reference("ResourceClaim", fields.text(claim, "resourceClaimName"), home)
        template = fields.text(claim, "resourceClaimTemplateName")
        yield Reference("ResourceClaimTemplate", template, home)
    for volume in fields.tables(pod, "volumes"):
        yield from _volume_references(volume, home)
    for key in _CONTAINERS:
        for container in fields.tables(pod, key):
            yield from _container_references(container, home)


def _volume_references(volume: Fields, home: str) -> Iterator[Reference]:
    for kind, path in _VOLUMES:
        if name := fields.text(volume, *path):
            yield Reference(kind, name, home)
    for source in fields.tables(volume, "projected", "sources"):
        for kind, key in (("ConfigMap", "configMap"), ("Secret", "secret")):
            if name := fields.text(source, key, "name"):
                yield Reference(kind, name, home)


def _container_references(container: Fields, home: str) -> Iterator[Reference]:
    for source in fields.tables(container, "envFrom"):
        for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            yield Reference(kind, fields.text(source, key, "name"), home)
    for variable in fields.tables(container, "env"):
        for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            yield Reference(kind, fields.text(variable, "valueFrom", key, "name"), home)


def _ingress_references(manifest: Fields, home: str) -> Iterator[Reference]:
    for tls in fields.tables(manifest, "spec", "tls"):
        yield Reference("Secret", fields.text(tls, "secretName"), home)
    for rule in fields.tables(manifest, "spec", "rules"):
        for path in fields.tables(rule, "http", "paths"):
            yield Reference("Service", fields.text(path, "backend", "service", "name"), home)


def _accounts(binding: Fields, home: str) -> Iterator[Reference]:
    for subject in fields.tables(binding, "subjects"):
        if fields.text(subject, "kind") == "ServiceAccount":
            namespace = fields.text(subject, "namespace") or home
            yield Reference("ServiceAccount", fields.text(subject, "name"), namespace)


def _bound(resources: Iterable[Resource]) -> Mapping[Reference, set[ResourceId]]:
    """Return the bindings that give rights to each service account: who runs as it needs them."""
    found: defaultdict[Reference, set[ResourceId]] = defaultdict(set)
    for one in resources:
        if one.id.gvk.kind in _BINDINGS:
            for account in _accounts(one.manifest, one.id.namespace):
                found[account].add(one.id)
    return found


def _defined(resources: Iterable[Resource]) -> Mapping[tuple[str, str], set[ResourceId]]:
    """Return the definitions among *resources* by the group and kind that they define."""
    found: defaultdict[tuple[str, str], set[ResourceId]] = defaultdict(set)
    for one in resources:
        if one.id.gvk.kind == "CustomResourceDefinition":
            spec = fields.table(one.manifest, "spec")
            found[fields.text(spec, "group"), fields.text(spec, "names", "kind")].add(one.id)
    return found
