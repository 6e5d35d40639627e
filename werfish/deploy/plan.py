"""In which order changes are made. Pure.

CRDs and namespaces come first, then what a `Layout` says, kinds in Helm's order; objects of one
kind are written at once. What left the chart goes after everything else, in the opposite order.
Source of the order: helm's pkg/releaseutil/kind_sorter.go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import groupby

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Action, Change
from werfish.deploy.order import Need, Node, steps_of
from werfish.deploy.policies import Phase
from werfish.kube.resource import ResourceId

Waves = tuple[tuple[Change, ...], ...]

FOUNDATIONS = ("CustomResourceDefinition", "Namespace")
"""Kinds that others need to exist."""

_ORDER = (
    "PriorityClass NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget "
    "ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume "
    "PersistentVolumeClaim ClusterRole ClusterRoleList ClusterRoleBinding "
    "ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod "
    "ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob "
    "IngressClass Ingress APIService"
)
_RANKS = {kind: rank for rank, kind in enumerate(_ORDER.split(), start=1)}
_UNKNOWN = len(_RANKS) + 1


@dataclass(frozen=True, slots=True)
class Stage:
    """Changes that are made at once, as soon as what they *await* is so."""

    changes: tuple[Change, ...]
    awaits: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What objects need of each other, and in which phase each is written, if not in the main one.

    An object that it does not know needs nothing.
    """

    nodes: Mapping[ResourceId, Node] = field(default_factory=dict, hash=False)
    phases: Mapping[ResourceId, Phase] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done: *foundations*, *before*, *writes*, *removals*, and in the end *after*."""

    foundations: tuple[Change, ...] = ()
    before: tuple[Stage, ...] = ()
    writes: tuple[Stage, ...] = ()
    removals: Waves = ()
    after: tuple[Stage, ...] = ()
    idle: tuple[Change, ...] = ()

    def count(self, action: Action) -> int:
        """Return how many objects *action* happens to."""
        return sum(change.action is action for change in self.all())

    def steps(self) -> tuple[Change, ...]:
        """Return every change that does something, in order."""
        return tuple(change for stage in self.stages() for change in stage.changes)

    def stages(self) -> Iterator[Stage]:
        """Yield everything that is done, in order."""
        if self.foundations:
            yield Stage(self.foundations)
        yield from (*self.before, *self.writes)
        yield from map(Stage, self.removals)
        yield from self.after

    def all(self) -> tuple[Change, ...]:
        """Return every change, those that do nothing last."""
        return (*self.steps(), *self.idle)


def plan_of(changes: Iterable[Change], layout: Layout | None = None) -> Plan:
    """Return *changes* in order; those that change nothing stand apart.

    `CycleError` where the needs of *layout* go round in a circle.
    """
    known, layout = list(changes), layout or Layout()
    writes = [c for c in known if c.action not in {Action.NONE, Action.DELETE}]
    foundations = [c for c in writes if is_foundation(c.id) and c.id not in layout.nodes]
    placed = {change.id for change in foundations}
    placed |= {c.id for c in known if c.action is Action.DELETE and c.id not in layout.nodes}
    rest = [change for change in known if change.id not in placed]

    def staged(phase: Phase) -> tuple[Stage, ...]:
        return _stages([c for c in rest if layout.phases.get(c.id, Phase.MAIN) is phase], layout)

    return Plan(
        tuple(sorted(foundations, key=_by_name)),
        staged(Phase.BEFORE),
        staged(Phase.MAIN),
        tuple(reversed(_waves(c for c in known if c.id in placed and c.action is Action.DELETE))),
        staged(Phase.AFTER),
        tuple(c for c in known if c.action is Action.NONE),
    )


def _stages(changes: Iterable[Change], layout: Layout) -> tuple[Stage, ...]:
    known = {
        change.id: change
        for change in changes
        if change.action is not Action.NONE or change.id in layout.nodes
    }
    nodes = [layout.nodes.get(id) or Node(id, rank_of(id)) for id in known]
    return tuple(
        Stage(tuple(known[id] for id in step.ids), step.awaits) for step in steps_of(nodes)
    )


def rank_of(id: ResourceId) -> int:
    """Return the place of an object's kind in the order of installation."""
    return 0 if is_foundation(id) else _RANKS.get(id.gvk.kind, _UNKNOWN)


def is_foundation(id: ResourceId) -> bool:
    """Tell whether others need *id*'s kind to exist."""
    return id.gvk.kind in FOUNDATIONS


def _waves(changes: Iterable[Change]) -> Waves:
    ordered = sorted(changes, key=lambda change: (rank_of(change.id), _by_name(change)))
    return tuple(tuple(wave) for _, wave in groupby(ordered, key=lambda change: rank_of(change.id)))


def _by_name(change: Change) -> tuple[str, str, str]:
    return change.id.gvk.kind, change.id.namespace, change.id.name
