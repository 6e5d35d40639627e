"""Write the stages of a plan, each as soon as what it waits for is so."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import Action, Change
from werfish.deploy.execute import Executor
from werfish.deploy.fence import Fence
from werfish.deploy.live import live_of
from werfish.deploy.order import Need, State
from werfish.deploy.order_text import listed
from werfish.deploy.plan import Stage
from werfish.deploy.policies import DeletePolicy, policies_of
from werfish.deploy.scope import CRD, defined_kinds, wait_served
from werfish.errors import TrackError, WerfishError
from werfish.kube.resource import Resource, ResourceId
from werfish.track.errors import ResourceFailedError, TrackTimeoutError

PAUSE = 0.2
LONGEST = 300.0
"""Seconds in which an object of somebody else must have come, where no timeout is given."""


class ExternalMissingError(TrackError):
    """An object of somebody else, which the release waits for, did not come."""

    def __init__(self, id: ResourceId, why: str, seconds: float) -> None:
        """Name the object and the annotation that asks for it."""
        where = f' in namespace "{id.namespace}"' if id.namespace else ""
        super().__init__(
            f"wait for {id}{where} ({why}): it is not there after {seconds:g} s",
            hint="it is not of this release: see to it that it is deployed",
        )
        self.id = id


class Staging:
    """Writes stages of one revision, whose *resources* may be waited for in between."""

    def __init__(
        self, executor: Executor, fence: Fence, by: DeployAdapters, resources: Iterable[Resource]
    ) -> None:
        """Write with *executor*, as long as *fence* says that the release is ours."""
        self._executor = executor
        self._fence = fence
        self._by = by
        self._resources: Mapping[ResourceId, Resource] = {one.id: one for one in resources}

    def write_ready(
        self, stages: Sequence[Stage], resources: Sequence[Resource], title: str
    ) -> None:
        """Write *stages*, and return when *resources*, which they are about, are ready.

        *title* says to a person what they are.
        """
        self.write(stages)
        self.wait_ready(resources, title)

    def write(self, stages: Sequence[Stage]) -> None:
        """Write *stages* one after the other."""
        for stage in stages:
            if stage.awaits:
                self._await(stage.awaits)
                self._fence.check()
            self._executor.wave(stage.changes)
            serve(
                [
                    Resource(change.id, change.wanted or {})
                    for change in stage.changes
                    if change.id.gvk.kind == CRD and change.action is Action.CREATE
                ],
                self._by,
            )

    def wait_ready(self, resources: Sequence[Resource], title: str) -> None:
        """Return when *resources* are ready, and those that are deleted then are gone."""
        self._wait(resources, title)
        self._delete(one for one in resources if DeletePolicy.SUCCEEDED in policies_of(one).delete)

    def _wait(self, resources: Sequence[Resource], title: str) -> None:
        touched = self._executor.touched
        untouched = {one.id for one in resources if one.id not in touched}
        try:
            self._by.wait_ready(resources, title, untouched=untouched)
        except (ResourceFailedError, TrackTimeoutError) as error:
            self._delete_failed(resources, _failed_of(error))
            raise

    def _delete_failed(self, resources: Iterable[Resource], failed: frozenset[ResourceId]) -> None:
        """Delete what *failed* and says so; what goes wrong here hides no failure."""
        going = [one for one in resources if one.id in failed]
        try:
            self._delete(one for one in going if DeletePolicy.FAILED in policies_of(one).delete)
        except WerfishError as error:
            self._by.log.warning(f"what failed could not be deleted: {error}")

    def _delete(self, resources: Iterable[Resource]) -> None:
        live = live_of(self._by.cluster, [one.id for one in resources])
        self._executor.remove(
            [[Change(Action.DELETE, id, before=manifest) for id, manifest in live.items()]]
        )

    def _await(self, needs: Sequence[Need]) -> None:
        absent = {need.on for need in needs if need.state is State.ABSENT}
        gone = {id: uid for id, uid in self._executor.deleted.items() if id in absent}
        ready = [need for need in needs if need.state is State.READY]
        names = listed([str(need.on) for need in needs])
        with self._by.log.section(f"Waiting for {names}", "Went on"):
            self._by.wait_gone(gone)
            waited = [self._resources.get(one.on) or self._found(one) for one in ready]
            self._wait(waited, "what others wait for")

    def _found(self, need: Need) -> Resource:
        """Return an object of somebody else, as soon as it is there."""
        seconds = self._by.timeout or LONGEST
        found = self._by.wait_there(need.on, seconds)
        if found is None:
            raise ExternalMissingError(need.on, need.why, seconds)
        return Resource(need.on, found)


def _failed_of(error: ResourceFailedError | TrackTimeoutError) -> frozenset[ResourceId]:
    if isinstance(error, ResourceFailedError):
        return frozenset({error.resource})
    return frozenset(id for id, _ in error.waiting)


def serve(definitions: Sequence[Resource], by: DeployAdapters) -> None:
    """Return when the kinds of *definitions*, which are written, are served."""
    by.wait_ready(definitions, "what the others need")
    for one in definitions:
        for gvk in sorted(defined_kinds([one])):
            wait_served(by.cluster, gvk, partial(by.wait_change, one.id, "", PAUSE))
