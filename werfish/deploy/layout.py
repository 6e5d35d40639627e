"""From what the resources of a chart say of their order to a `Layout` of their changes. Pure.

A resource with dependencies of its own is placed by them alone, and not by its weight, as in werf
v2. What is written in an earlier phase is ready when a later one begins.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Action
from werfish.deploy.dependencies import Dependency, External, Stated, stated_of
from werfish.deploy.order import Need, Node, State
from werfish.deploy.plan import Layout, is_foundation, rank_of
from werfish.deploy.policies import Phase
from werfish.deploy.references import automatic_needs
from werfish.deploy.situation import Situation
from werfish.errors import DeployError
from werfish.kube.resource import Resource, ResourceId

IdOf = Callable[[Resource, External], ResourceId]
"""Finds out which object a resource means that is not of its release."""
FIRST = -1


class OrderError(DeployError):
    """A resource needs something that cannot be so when its turn comes."""

    def __init__(self, resource: Resource, annotation: str, problem: str, hint: str) -> None:
        """Name the resource with its template, the annotation and the problem."""
        source = f' in "{resource.source}"' if resource.source else ""
        super().__init__(f"order {resource.id}{source}: {annotation}: {problem}", hint=hint)
        self.resource = resource.id


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A layout; *unmatched* says which dependencies nothing of the release meets."""

    layout: Layout
    unmatched: tuple[str, ...] = field(default=(), compare=False)


def layout_of(situation: Situation, id_of: IdOf) -> LaidOut:
    """Return how the changes of *situation* are ordered.

    `AnnotationError` and `OrderError` for what is wrong with what resources say.
    """
    return _LayingOut(situation, id_of).result()


class _LayingOut:
    def __init__(self, situation: Situation, id_of: IdOf) -> None:
        self._situation = situation
        self._id_of = id_of
        self._actions = {change.id: change for change in situation.changes}
        self._stated = {one.id: stated_of(one) for one in situation.resources}
        self._phases = {
            one.id: situation.phase(one.id) or Phase.MAIN for one in situation.resources
        }
        self._first = {
            one.id for one in situation.resources if self._is_first(one.id, self._stated[one.id])
        }
        self._gone = {change.id for change in situation.changes if change.action is Action.DELETE}
        self._awaited_gone: dict[ResourceId, Phase] = {}
        self._unmatched: list[str] = []

    def result(self) -> LaidOut:
        there = self._situation.phases().keys() - self._first
        ordered = [one for one in self._situation.resources if one.id in there]
        automatic = automatic_needs(ordered)
        nodes = {one.id: self._node(one, automatic[one.id]) for one in ordered}
        nodes |= {id: Node(id, FIRST, weight=None) for id in self._awaited_gone}
        phases = {id: phase for id, phase in self._phases.items() if id in nodes}
        return LaidOut(Layout(nodes, phases | self._awaited_gone), tuple(self._unmatched))

    def _is_first(self, id: ResourceId, stated: Stated) -> bool:
        return is_foundation(id) and not stated.dependencies and not stated.externals

    def _node(self, resource: Resource, automatic: Iterable[ResourceId]) -> Node:
        id, stated = resource.id, self._stated[resource.id]
        weight = None if stated.dependencies else stated.weight or 0
        needs = [*self._needs(resource, stated), *self._external_needs(resource, stated)]
        at_once = frozenset(on for on in automatic if self._phases[on] is self._phases[id])
        is_idle = id not in self._actions or self._actions[id].action is Action.NONE
        return Node(id, rank_of(id), weight, tuple(needs), at_once, is_idle)

    def _needs(self, resource: Resource, stated: Stated) -> Iterator[Need]:
        for dependency in stated.dependencies:
            if dependency.state is State.ABSENT:
                yield from self._absences(resource, dependency)
                continue
            found = [one.id for one in self._situation.resources if dependency.matches(one.id)]
            present = [id for id in found if id != resource.id and self._is_there(id)]
            if not present and not self._is_hook_done(resource, dependency):
                self._unmatched.append(
                    f"{resource.id}: {dependency.annotation}: nothing of the release is"
                    f" {dependency}, so it is not waited for"
                )
            for id in present:
                if self._must_wait(resource, dependency, id):
                    yield Need(id, dependency.state, dependency.annotation)

    def _must_wait(self, resource: Resource, dependency: Dependency, id: ResourceId) -> bool:
        """Tell whether *id* is of the same phase; a later one is an error."""
        mine, its = self._phases[resource.id], self._phases[id]
        if its > mine:
            raise OrderError(
                resource,
                dependency.annotation,
                f"{id} is deployed after it",
                "see werf.io/deploy-on of both",
            )
        return self._is_at_once(id, resource.id)

    def _is_at_once(self, id: ResourceId, other: ResourceId) -> bool:
        """Tell whether both are ordered in one phase; foundations are there before."""
        return self._phases[id] is self._phases[other] and id not in self._first

    def _absences(self, resource: Resource, dependency: Dependency) -> Iterator[Need]:
        for one in self._situation.resources:
            if dependency.matches(one.id) and one.id != resource.id:
                raise OrderError(
                    resource,
                    dependency.annotation,
                    f"{one.id} is in the chart, so it will not be absent",
                    "name what left the chart, or wait for state=ready",
                )
        phase = self._phases[resource.id]
        if phase is Phase.AFTER:  # what left the chart is gone by then
            return
        for id in sorted(self._gone):
            if dependency.matches(id):
                self._awaited_gone[id] = min(phase, self._awaited_gone.get(id, phase))
                yield Need(id, State.ABSENT, dependency.annotation)

    def _external_needs(self, resource: Resource, stated: Stated) -> Iterator[Need]:
        for external in stated.externals:
            id = self._id_of(resource, external)
            if id not in self._stated or self._is_at_once(id, resource.id):
                yield Need(id, State.READY, external.annotation)

    def _is_there(self, id: ResourceId) -> bool:
        """Tell whether an object is there or will be."""
        change = self._actions[id]
        return change.before is not None or change.action is not Action.NONE

    def _is_hook_done(self, resource: Resource, dependency: Dependency) -> bool:
        """Tell whether a hook that is meant has run when *resource* is written."""
        event = self._situation.event
        done = {f"pre-{event}"}
        if self._phases[resource.id] is Phase.AFTER:
            done.add(f"post-{event}")
        return any(
            dependency.matches(hook.resource.id) and not done.isdisjoint(hook.events)
            for hook in self._situation.hooks
        )
