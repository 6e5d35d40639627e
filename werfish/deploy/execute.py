"""Make the changes of a plan. What is written here may be written again: every step is repeatable.

An update carries the resourceVersion that it was merged on; where that is old, the object is read
and merged anew. An object that came or went meanwhile is updated or created instead.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from werfish.deploy.changes import (
    Action,
    AdoptionError,
    Change,
    SchemaOf,
    may_change,
    present,
)
from werfish.deploy.drift import refuse_drift
from werfish.deploy.immutable import ImmutableFieldError, is_immutable
from werfish.deploy.kept_fields import later
from werfish.deploy.merging import merger_of
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.owner import Owner, is_home, owner_of
from werfish.deploy.policies import propagation_of, still_goes
from werfish.deploy.refused import refusal_told
from werfish.deploy.server_side import ApplyWriter
from werfish.deploy.webhooks import Insistence
from werfish.deploy.writers import MergeWriter, Writer
from werfish.errors import DeployError
from werfish.kube.cluster import Cluster
from werfish.kube.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidError,
    NotFoundError,
)
from werfish.kube.fields import text, uid_of
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.track.deletion import is_being_deleted
from werfish.track.events import NOBODY, Observer, Written

TRIES = 10

WaitGone = Callable[[Mapping[ResourceId, str]], None]
"""Return when objects that are being deleted, each with its uid, are gone."""


class Executor:
    """Writes changes of one release to a cluster.

    ``created`` is what was not there before, ``deleted`` what is going, each with its uid,
    ``touched`` whatever a change was begun of.
    """

    def __init__(
        self,
        cluster: Cluster,
        owner: Owner,
        *,
        schema_of: SchemaOf,
        wait_gone: WaitGone,
        modes: Modes = USUAL,
        observer: Observer = NOBODY,
        insistence: Insistence | None = None,
    ) -> None:
        """Write to *cluster* in the name of *owner*, as *modes* say; *observer* is told of it.

        *insistence* is what meets webhooks that are away.
        """
        self.created: list[Resource] = []
        self.deleted: dict[ResourceId, str] = {}
        self.touched: set[ResourceId] = set()
        self._cluster = cluster
        self._owner = owner
        self._schema_of = schema_of
        self._wait_gone = wait_gone
        self._modes = modes
        self._observer = observer
        self._insistence = insistence or Insistence()
        self._writer = _writer_of(cluster, modes)

    def wave(self, changes: Sequence[Change]) -> None:
        """Make *changes*, at once."""
        self._insistence.each(self.make, changes)

    def remove(self, waves: Iterable[Sequence[Change]]) -> None:
        """Delete what *waves* say, one after the other, and return when all of it is gone."""
        going: dict[ResourceId, str] = {}
        for wave in waves:
            self.wave(wave)
            going |= {c.id: self.deleted[c.id] for c in wave if c.id in self.deleted}
        self._wait_gone(going)

    def make(self, change: Change) -> None:
        """Make one change."""
        if change.action is not Action.NONE:
            self.touched.add(change.id)
        with refusal_told(self._observer, change.id):
            self._make(change)
        if change.action is not Action.NONE:
            self._observer.note(Written(change.id, change.action))

    def _make(self, change: Change) -> None:
        match change.action:
            case Action.CREATE:
                self._create(change)
            case Action.UPDATE:
                self._update(change)
            case Action.RECREATE:
                self._recreate(change)
            case Action.DELETE:
                self._delete(change)
            case Action.NONE:
                pass

    def _create(self, change: Change) -> None:
        try:
            made = self._writer.create(present(change.wanted))
        except AlreadyExistsError:
            live = self._cluster.get(change.id)
            self._refuse_foreign(change, live, is_recorded=is_home(change.id, self._owner))
            self._go_on(change, live)
        else:
            self.created.append(Resource(change.id, made))

    def _go_on(self, change: Change, live: Manifest) -> None:
        """Update an object that is there, or make it anew when it is gone."""
        if is_being_deleted(live):
            self._refuse_drift(change, live)
            self._wait_gone({change.id: uid_of(live)})
            self._create(change)
        else:
            self._update(self._merged(change, live))

    def _update(self, change: Change) -> None:
        for _ in range(TRIES):
            try:
                self._write(change)
            except AlreadyExistsError:
                raise
            except ConflictError:
                live = self._found(change.id)
            except NotFoundError:
                live = None
            else:
                return
            if live is None:
                self._refuse_drift(change, None)
                self._create(change)
                return
            self._refuse_foreign(change, live, is_recorded=True)
            if is_being_deleted(live):
                self._go_on(change, live)
                return
            change = self._merged(change, live)
        raise DeployError(f"update {change.id}: it changed {TRIES} times while it was merged")

    def _found(self, id: ResourceId) -> Manifest | None:
        try:
            return self._cluster.get(id)
        except NotFoundError:
            return None

    def _write(self, change: Change) -> None:
        try:
            self._writer.update(change)
        except InvalidError as error:
            if not is_immutable(error):
                raise
            if not change.policies.may_recreate:
                raise ImmutableFieldError(change.id, error.problem) from error
            self._recreate(change)

    def _recreate(self, change: Change) -> None:
        self._delete(change)
        if change.id not in self.deleted:
            live = self._cluster.get(change.id)
            raise AdoptionError(self._owner, [(change.id, owner_of(live))])
        self._wait_gone({change.id: self.deleted[change.id]})
        self._writer.create(present(change.wanted))

    def _delete(self, change: Change) -> None:
        """Delete the object that was seen, unless it belongs to others or is kept by now."""
        if self._modes.is_strict and (live := self._found(change.id)) is not None:
            self._refuse_drift(change, live)
        seen = now = present(change.before)
        propagation = propagation_of(seen, change.id.gvk.group)
        for _ in range(TRIES):
            uid, version = uid_of(now), text(now, "metadata", "resourceVersion")
            try:
                self._cluster.delete(
                    change.id, propagation=propagation, uid=uid, resource_version=version
                )
            except NotFoundError:
                break
            except ConflictError:
                newer = self._found(change.id)
                if newer is None or uid_of(newer) != uid:  # another object of the same name
                    break
                if not still_goes(seen, newer):
                    return
                now = newer
            else:
                break
        else:
            raise DeployError(f"delete {change.id}: it changed {TRIES} times meanwhile")
        self.deleted[change.id] = uid_of(seen)

    def _merged(self, change: Change, live: Manifest) -> Change:
        """Return *change* for the object as it is by now.

        Where it is as wanted, we may have changed it ourselves: the answer to that was lost.
        """
        schema = self._schema_of(change.id.gvk)
        wanted = later(present(change.wanted), live, change.policies)
        merge = merger_of(self._modes)(change.known, live, wanted, schema)
        if merge.patch:
            self._refuse_drift(change, live)
        return replace(change, before=live, wanted=wanted, after=merge.merged, patch=merge.patch)

    def _refuse_foreign(self, change: Change, live: Manifest, *, is_recorded: bool) -> None:
        """Raise `AdoptionError` where another release has made or taken the object meanwhile."""
        is_claimed = owner_of(present(change.wanted)) == self._owner
        may = may_change(live, self._owner, is_recorded=is_recorded)
        if is_claimed and not (may or self._modes.force_adoption):
            raise AdoptionError(self._owner, [(change.id, owner_of(live))])

    def _refuse_drift(self, change: Change, live: Manifest | None) -> None:
        if self._modes.is_strict and not is_home(change.id, self._owner):
            refuse_drift(change, live)


def _writer_of(cluster: Cluster, modes: Modes) -> Writer:
    return ApplyWriter(cluster, modes) if modes.is_server_side else MergeWriter(cluster)
