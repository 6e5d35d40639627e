"""In which order changes are made. Pure.

CRDs and namespaces come first, then kinds in Helm's order; objects of one kind are written at
once. What left the chart goes after everything else, in the opposite order.
Source of the order: helm's pkg/releaseutil/kind_sorter.go.
"""

from collections.abc import Iterable
from itertools import groupby

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Action, Change
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
class Plan:
    """What will be done: *foundations*, then *writes* wave by wave, in the end *removals*."""

    foundations: tuple[Change, ...] = ()
    writes: Waves = ()
    removals: Waves = ()
    idle: tuple[Change, ...] = ()

    def count(self, action: Action) -> int:
        """Return how many objects *action* happens to."""
        return sum(change.action is action for change in self.all())

    def steps(self) -> tuple[Change, ...]:
        """Return every change that does something, in order."""
        waves = (self.foundations, *self.writes, *self.removals)
        return tuple(change for wave in waves for change in wave)

    def all(self) -> tuple[Change, ...]:
        """Return every change, those that do nothing last."""
        return (*self.steps(), *self.idle)


def plan_of(changes: Iterable[Change]) -> Plan:
    """Return *changes* in order; those that change nothing stand apart."""
    known = list(changes)
    writes = [c for c in known if c.action in {Action.CREATE, Action.UPDATE}]
    return Plan(
        tuple(sorted((c for c in writes if _is_foundation(c.id)), key=_by_name)),
        _waves(c for c in writes if not _is_foundation(c.id)),
        tuple(reversed(_waves(c for c in known if c.action is Action.DELETE))),
        tuple(c for c in known if c.action is Action.NONE),
    )


def rank_of(id: ResourceId) -> int:
    """Return the place of an object's kind in the order of installation."""
    return 0 if _is_foundation(id) else _RANKS.get(id.gvk.kind, _UNKNOWN)


def _is_foundation(id: ResourceId) -> bool:
    return id.gvk.kind in FOUNDATIONS


def _waves(changes: Iterable[Change]) -> Waves:
    ordered = sorted(changes, key=lambda change: (rank_of(change.id), _by_name(change)))
    return tuple(tuple(wave) for _, wave in groupby(ordered, key=lambda change: rank_of(change.id)))


def _by_name(change: Change) -> tuple[str, str, str]:
    return change.id.gvk.kind, change.id.namespace, change.id.name
