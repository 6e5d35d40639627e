"""Make the changes of a plan. What is written here may be written again: every step is repeatable.

An update carries the resourceVersion that it was merged on; where that is old, the object is read
and merged anew. An object that came or went meanwhile is updated or created instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from werfish.deploy.changes import (
    Action,
    AdoptionError,
    Change,
    SchemaOf,
    may_change,
)
from werfish.deploy.merge import three_way
from werfish.deploy.owner import Owner, annotations_of, is_home, owner_of
from werfish.deploy.parallel import in_parallel
from werfish.errors import DeployError
from werfish.kube.cluster import Cluster
from werfish.kube.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidError,
    NotFoundError,
)
from werfish.kube.resource import Manifest, ResourceId
from werfish.track.events import NOBODY, Observer, Written

TRIES = 10
WORKLOADS = frozenset({"apps", "batch"})
"""Groups of kinds that make objects, which are to be gone before their maker is."""

DELETE_POLICY = "werf.io/delete-policy"
RECREATING = frozenset({"before-creation", "before-creation-if-immutable"})

WaitGone = Callable[[Sequence[ResourceId]], None]
"""Return when objects that are being deleted are gone."""


class ImmutableFieldError(DeployError):
    """The chart changes a field that Kubernetes does not let change."""

    def __init__(self, id: ResourceId, problem: str) -> None:
        """Name the object and the server's own words."""
        super().__init__(
            f"update {id}: it cannot be changed in place: {problem}",
            hint="give it another name, or have it deleted and created anew at each such change "
            f'with the annotation "{DELETE_POLICY}: before-creation-if-immutable"',
        )
        self.id = id


class Executor:
    """Writes changes of one release to a cluster."""

    def __init__(
        self,
        cluster: Cluster,
        owner: Owner,
        *,
        schema_of: SchemaOf,
        wait_gone: WaitGone,
        observer: Observer = NOBODY,
    ) -> None:
        """Write to *cluster* in the name of *owner*; *observer* is told of what is written."""
        self._cluster = cluster
        self._owner = owner
        self._schema_of = schema_of
        self._wait_gone = wait_gone
        self._observer = observer

    def wave(self, changes: Sequence[Change]) -> None:
        """Make *changes*, at once."""
        in_parallel(self.make, changes)

    def make(self, change: Change) -> None:
        """Make one change."""
        match change.action:
            case Action.CREATE:
                self._create(change)
            case Action.UPDATE:
                self._update(change)
            case Action.DELETE:
                self._delete(change)
            case Action.NONE:
                return
        self._observer.note(Written(change.id, change.action))

    def _create(self, change: Change) -> None:
        try:
            self._cluster.create(_present(change.wanted))
        except AlreadyExistsError:
            live = self._cluster.get(change.id)
            if not may_change(live, self._owner, is_recorded=is_home(change.id, self._owner)):
                raise AdoptionError(self._owner, [(change.id, owner_of(live))]) from None
            self._update(self._merged(change, live))

    def _update(self, change: Change) -> None:
        for _ in range(TRIES):
            if not change.patch:
                return
            try:
                self._patch(change)
            except AlreadyExistsError:
                raise
            except ConflictError:
                change = self._merged(change, self._cluster.get(change.id))
            except NotFoundError:
                self._create(change)
                return
            else:
                return
        raise DeployError(f"update {change.id}: it changed {TRIES} times while it was merged")

    def _patch(self, change: Change) -> None:
        live = _present(change.before)
        metadata = change.patch.get("metadata") or {}
        version = {"resourceVersion": live["metadata"]["resourceVersion"]}
        body: dict[str, Any] = {**change.patch, "metadata": {**metadata, **version}}
        try:
            self._cluster.patch(change.id, body)
        except InvalidError as error:
            if not is_immutable(error):
                raise
            if not _may_recreate(_present(change.wanted)):
                raise ImmutableFieldError(change.id, error.problem) from error
            self._recreate(change)

    def _recreate(self, change: Change) -> None:
        self._delete(change)
        self._wait_gone((change.id,))
        self._cluster.create(_present(change.wanted))

    def _delete(self, change: Change) -> None:
        """Delete an object; a workload is gone when its pods are gone too."""
        uid = (_present(change.before)["metadata"]).get("uid") or ""
        propagation = "Foreground" if change.id.gvk.group in WORKLOADS else "Background"
        try:
            self._cluster.delete(change.id, propagation=propagation, uid=uid)
        except (NotFoundError, ConflictError):  # gone, or another object of the same name
            return

    def _merged(self, change: Change, live: Manifest) -> Change:
        schema = self._schema_of(change.id.gvk)
        merge = three_way(change.known, live, _present(change.wanted), schema)
        return replace(change, before=live, after=merge.merged, patch=merge.patch)


def is_immutable(error: InvalidError) -> bool:
    """Tell whether the server refused to change a field of an object that exists."""
    words = ("field is immutable", "updates to statefulset spec for fields other than", "immutable")
    return error.status == 422 and any(word in error.problem for word in words)


def _may_recreate(wanted: Manifest) -> bool:
    policies = annotations_of(wanted).get(DELETE_POLICY, "").split(",")
    return not RECREATING.isdisjoint(policy.strip() for policy in policies)


def _present(manifest: Manifest | None) -> Manifest:
    if manifest is None:
        raise AssertionError("a change of this action carries the manifest")
    return manifest
