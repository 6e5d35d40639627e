"""What a resource says of how it is deployed and deleted: the policies of werf v2 and Helm. Pure.

Read strictly from a chart, where wrong values are errors, and leniently from live objects, where
they are as good as none.
"""

import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum

from stages.light_dataclass import dataclass
from werfish.deploy.owner import annotations_of, is_kept, owner_of
from werfish.kube.annotations import COUNT, FLAG, PREFIX, Said, count_of, flag_of
from werfish.kube.resource import Manifest, Resource

WORKLOADS = frozenset({"apps", "batch"})
"""Groups of kinds that make objects, which are to be gone before their maker is."""

DELETE_POLICY = "delete-policy"
RESOURCE_POLICY = "resource-policy"
_OWNERSHIP = "ownership"
_PROPAGATION = "delete-propagation"
_DEPLOY_ON = "deploy-on"


class Ownership(StrEnum):
    """Whose a resource is: its release's, or nobody's that any release may change."""

    RELEASE = "release"
    ANYONE = "anyone"


class ResourcePolicy(StrEnum):
    """What is never done to a resource."""

    SKIP_CREATE = "skip-create"
    SKIP_UPDATE = "skip-update"
    SKIP_RECREATE = "skip-recreate"
    SKIP_DELETE = "skip-delete"
    KEEP = "keep"


class DeletePolicy(StrEnum):
    """When a resource is deleted though it stays in the chart."""

    BEFORE = "before-creation"
    IF_IMMUTABLE = "before-creation-if-immutable"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Propagation(StrEnum):
    """What happens to the objects that a deleted one made."""

    FOREGROUND = "Foreground"
    BACKGROUND = "Background"
    ORPHAN = "Orphan"


class Phase(IntEnum):
    """Where in a deploy a resource is written: before, at or after the chart's own."""

    BEFORE = 1
    MAIN = 2
    AFTER = 3


_KEEPING = frozenset({ResourcePolicy.SKIP_DELETE, ResourcePolicy.KEEP})
_RECREATING = frozenset({DeletePolicy.BEFORE, DeletePolicy.IF_IMMUTABLE})
_ABSENT: Mapping[str, frozenset[str]] = {
    DELETE_POLICY: frozenset({DeletePolicy.SUCCEEDED}),
    RESOURCE_POLICY: frozenset({ResourcePolicy.SKIP_CREATE}),
    _DEPLOY_ON: frozenset(),
}
"""Values for which an object may be absent; an empty set stands for any value."""
_EVENT = re.compile(r"(?:(pre|post)-)?(install|upgrade|rollback|delete)")
_EVENTS = "some of install, upgrade, rollback, delete, also with pre- or post-, commas between"
_PROPAGATIONS = ", ".join(Propagation)
_PHASES = {"pre": Phase.BEFORE, "": Phase.MAIN, "post": Phase.AFTER}


@dataclass(frozen=True, slots=True)
class Policies:
    """What the annotations of one resource say.

    *deploy_on* are the events at which it is deployed, empty for every one; *replicas* is how many
    it begins with. With *keeps_replicas* and *keeps_resources* a live object keeps its own.
    """

    ownership: Ownership = Ownership.RELEASE
    resource: frozenset[ResourcePolicy] = frozenset()
    delete: frozenset[DeletePolicy] = frozenset()
    propagation: Propagation | None = None
    deploy_on: tuple[str, ...] = ()
    replicas: int | None = None
    keeps_replicas: bool = False
    keeps_resources: bool = False

    @property
    def may_recreate(self) -> bool:
        """Whether it may be deleted to be created anew where it cannot be changed."""
        is_allowed = ResourcePolicy.SKIP_RECREATE not in self.resource
        return is_allowed and not _RECREATING.isdisjoint(self.delete)

    def phase(self, event: str) -> Phase | None:
        """Return where in a deploy of *event* (``install``, …) it is written, None for nowhere."""
        if not self.deploy_on:
            return None if event == "delete" else Phase.MAIN
        matches = [_EVENT.fullmatch(word) for word in self.deploy_on]
        return min((_PHASES[m[1] or ""] for m in matches if m and m[2] == event), default=None)


SILENT = Policies()
"""What says nothing."""


def policies_of(resource: Resource) -> Policies:
    """Return what *resource* says; `AnnotationError` for a wrong value."""
    said = Said(resource)
    if said.is_silent():
        return SILENT
    return Policies(
        ownership=said.choice(_OWNERSHIP, Ownership.RELEASE),
        resource=said.choices(RESOURCE_POLICY, ResourcePolicy),
        delete=said.choices(DELETE_POLICY, DeletePolicy),
        propagation=said.read(_PROPAGATION, _propagation, _PROPAGATIONS, None),
        deploy_on=said.read(_DEPLOY_ON, _events, _EVENTS, ()),
        replicas=said.read("replicas-on-creation", count_of, COUNT, None),
        keeps_replicas=said.read("set-replicas-only-on-creation", flag_of, FLAG, False),
        keeps_resources=said.read("set-resources-only-on-creation", flag_of, FLAG, False),
    )


def stays(manifest: Manifest) -> str:
    """Return the annotation for which an object outlives its release, empty for none."""
    annotations = annotations_of(manifest)
    if is_kept(manifest):
        return "helm.sh/resource-policy is keep"
    words = {word.strip() for word in annotations.get(PREFIX + RESOURCE_POLICY, "").split(",")}
    if not words.isdisjoint(_KEEPING):
        return f"{PREFIX}{RESOURCE_POLICY} is {annotations[PREFIX + RESOURCE_POLICY]}"
    return f"{PREFIX}{_OWNERSHIP} is {Ownership.ANYONE}" if is_anyones(manifest) else ""


def still_goes(seen: Manifest, live: Manifest) -> bool:
    """Tell whether what was to go when it was *seen* may go as it is *live* now."""
    return owner_of(seen) == owner_of(live) and (not stays(live) or bool(stays(seen)))


def deploy_on_of(manifest: Manifest) -> tuple[str, ...]:
    """Return the events at which an object is deployed, empty for every one."""
    stated = str(annotations_of(manifest).get(PREFIX + _DEPLOY_ON, ""))
    words = (word.strip() for word in stated.split(","))
    return tuple(word for word in words if _EVENT.fullmatch(word))


def absence_of(manifest: Manifest) -> str:
    """Return the annotation for which an object of a release may be absent, empty for none."""
    annotations = annotations_of(manifest)
    for name, reasons in _ABSENT.items():
        value = annotations.get(PREFIX + name, "")
        words = {word.strip() for word in value.split(",")}
        if value and (not reasons or words & reasons):
            return f"{PREFIX}{name} is {value}"
    return ""


def is_anyones(manifest: Manifest) -> bool:
    """Tell whether an object belongs to no release."""
    return annotations_of(manifest).get(PREFIX + _OWNERSHIP) == Ownership.ANYONE


def propagation_of(manifest: Manifest, group: str) -> str:
    """Return what happens to what an object of *group* made when it is deleted.

    A workload is gone when its pods are gone too, unless it says otherwise.
    """
    stated = annotations_of(manifest).get(PREFIX + _PROPAGATION)
    usual = Propagation.FOREGROUND if group in WORKLOADS else Propagation.BACKGROUND
    return stated if stated in set(Propagation) else usual


def _events(value: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in value.split(","))
    if not all(map(_EVENT.fullmatch, words)):
        raise ValueError
    return words


def _propagation(value: str) -> Propagation:
    if value not in set(Propagation):
        raise ValueError
    return Propagation(value)
