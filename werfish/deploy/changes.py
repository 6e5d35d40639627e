"""What must change in the cluster so that it is as the chart says. Pure.

An object is removed only if a record since the last deployed revision names it, the chart does
not, and the live object says itself that it belongs to this release. An object of somebody else
is never taken over unasked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.deploy.baseline import baseline
from werfish.deploy.kept_fields import first, later
from werfish.deploy.merging import Merger, merger_of
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.owner import Owner, allows_adoption, is_home, owned, owner_of
from werfish.deploy.policies import SILENT, Policies, is_anyones, policies_of, stays
from werfish.deploy.recorded import Recorded, key_of
from werfish.errors import DeployError
from werfish.kube.fields import text
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId
from werfish.kube.schema import Schema
from werfish.track.deletion import is_being_deleted
from werfish.track.events import Planned

SchemaOf = Callable[[Gvk], Schema]
Live = Mapping[ResourceId, Manifest]


class Action(StrEnum):
    """What happens to an object."""

    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"
    DELETE = "delete"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the cluster and the chart.

    *before* is the live object, *after* what it becomes; *wanted* is what the chart says and
    *known* what was recorded, so that the merge can be made again on a newer live object.
    *fields* says for people what an update touches. *policies* are those of an object of the chart.
    """

    action: Action
    id: ResourceId
    before: Manifest | None = field(default=None, hash=False)
    after: Manifest | None = field(default=None, hash=False)
    wanted: Manifest | None = field(default=None, hash=False)
    known: Manifest | None = field(default=None, hash=False)
    patch: Manifest = field(default_factory=dict, hash=False)
    fields: tuple[str, ...] = ()
    reason: str = field(default="", compare=False)
    policies: Policies = SILENT


def planned_event(change: Change) -> Planned:
    """Return *change* as an event: what is made anew has no time yet."""
    stays = change.action is not Action.RECREATE
    created = text(change.before, "metadata", "creationTimestamp") if stays else ""
    return Planned(change.id, change.action, created)


def present(manifest: Manifest | None) -> Manifest:
    """Return a manifest that a change of this action always carries."""
    if manifest is None:
        raise AssertionError("a change of this action carries the manifest")
    return manifest


class AdoptionError(DeployError):
    """Objects of the chart exist already and belong to somebody else."""

    def __init__(self, owner: Owner, foreign: Sequence[tuple[ResourceId, Owner | None]]) -> None:
        """Name each object and whose it is."""
        lines = "\n".join(
            f"  {id}: belongs to {whose or 'no release'}" for id, whose in sorted(foreign, key=str)
        )
        super().__init__(
            f"deploy {owner}: objects of the chart exist already and are not its own\n{lines}",
            hint="remove or rename them, or allow it on the object with the annotation "
            f"werf.io/allow-adoption-by-release: {owner.release}, or on all with --force-adoption",
        )
        self.foreign = tuple(foreign)


def changes_of(
    desired: Sequence[Resource],
    live: Live,
    recorded: Recorded,
    owner: Owner,
    schema_of: SchemaOf,
    policies: Mapping[ResourceId, Policies] | None = None,
    modes: Modes = USUAL,
) -> tuple[Change, ...]:
    """Return one change for each object of the chart and for each that left it.

    *policies* has those of objects that have others than they say, as one sees on the cluster.
    `AdoptionError` names all foreign objects at once, unless *modes* force adoption.
    """
    if not modes.force_adoption:
        refuse_foreign(desired, live, recorded, owner)
    known, merger = _Known(recorded), merger_of(modes)
    wanted = []
    for one in desired:
        heeded = (policies or {}).get(one.id) or policies_of(one)
        manifest, now = wanted_of(one, owner), live.get(one.id)
        if now is None or (is_being_deleted(now) and is_home(one.id, owner)):
            change = creation(one.id, first(manifest, heeded))
        elif is_being_deleted(now):
            change = renewal(one.id, first(manifest, heeded), now)
        else:
            schema = schema_of(one.id.gvk)
            before = known.of(one.id, now, schema)
            update = update_of(one.id, later(manifest, now, heeded), now, before, merger, schema)
            is_ours = known.has(one.id) or is_home(one.id, owner)
            change = _adopting(update, one, owner, is_recorded=is_ours)
        wanted.append(replace(change, policies=heeded))
    return (*wanted, *_removals(desired, live, recorded, owner))


def refuse_foreign(
    desired: Sequence[Resource], live: Live, recorded: Recorded, owner: Owner
) -> None:
    """Raise `AdoptionError` if objects that are live belong to somebody else."""
    ours = {key_of(resource.id) for resource in recorded.deployed}
    foreign = [
        (resource.id, owner_of(live[resource.id]))
        for resource in desired
        if resource.id in live
        and not is_anyones(resource.manifest)
        and not may_change(
            live[resource.id],
            owner,
            is_recorded=key_of(resource.id) in ours or is_home(resource.id, owner),
        )
    ]
    if foreign:
        raise AdoptionError(owner, foreign)


def may_change(live: Manifest, owner: Owner, *, is_recorded: bool) -> bool:
    """Tell whether a *live* object is *owner*'s to change.

    An object without marks is, if the deployed record names it, or if it is the release's home.
    """
    whose = owner_of(live)
    return whose == owner or allows_adoption(live, owner) or (whose is None and is_recorded)


class _Known:
    """The recorded manifests, by object."""

    def __init__(self, recorded: Recorded) -> None:
        self._deployed = {key_of(r.id): r.manifest for r in recorded.deployed}
        self._attempts = [{key_of(r.id): r.manifest for r in one} for one in recorded.attempts]

    def has(self, id: ResourceId) -> bool:
        return key_of(id) in self._deployed

    def of(self, id: ResourceId, live: Manifest, schema: Schema) -> Manifest:
        key = key_of(id)
        tries = [attempt[key] for attempt in self._attempts if key in attempt]
        return baseline(self._deployed.get(key), tries, live, schema)


def creation(id: ResourceId, wanted: Manifest) -> Change:
    """Return the creation of an object."""
    return Change(Action.CREATE, id, after=wanted, wanted=wanted, reason="new")


def renewal(id: ResourceId, wanted: Manifest, live: Manifest) -> Change:
    """Return the creation of an object in the place of a *live* one that is being deleted."""
    return Change(
        Action.RECREATE, id, before=live, after=wanted, wanted=wanted, reason="is being deleted"
    )


def update_of(
    id: ResourceId,
    wanted: Manifest,
    live: Manifest,
    known: Manifest | None,
    merger: Merger,
    schema: Schema,
) -> Change:
    """Return what makes the *live* object as it is *wanted*."""
    merge = merger(known, live, wanted, schema)
    return Change(
        Action.UPDATE if merge.patch else Action.NONE,
        id,
        before=live,
        after=merge.merged,
        wanted=wanted,
        known=known,
        patch=merge.patch,
        fields=merge.fields,
        reason="changed" if merge.patch else "unchanged",
    )


def _adopting(change: Change, resource: Resource, owner: Owner, *, is_recorded: bool) -> Change:
    """Return *change* with who loses the object, where it is taken over."""
    whose = owner_of(change.before or {})
    is_no_ones = is_anyones(resource.manifest) or (whose is None and is_recorded)
    if whose == owner or is_no_ones:
        return change
    return replace(change, reason=f"taken over from {whose or 'no release'}")


def wanted_of(resource: Resource, owner: Owner) -> Manifest:
    """Return *resource* as it is written: in its namespace, and *owner*'s unless it is anyone's."""
    manifest = resource.manifest
    marked = manifest if is_anyones(manifest) else owned(manifest, owner)
    return placed(marked, resource.id)


def placed(manifest: Manifest, id: ResourceId) -> Manifest:
    """Return *manifest* with the namespace of *id*, none for cluster-wide kinds."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "namespace"}
    if id.namespace:
        metadata["namespace"] = id.namespace
    return {**manifest, "metadata": metadata}


def _removals(
    desired: Sequence[Resource], live: Live, recorded: Recorded, owner: Owner
) -> list[Change]:
    stay = {key_of(resource.id) for resource in desired}
    gone = [resource for resource in recorded.all() if key_of(resource.id) not in stay]
    return [
        removal(resource.id, live[resource.id], owner) for resource in gone if resource.id in live
    ]


def removal(id: ResourceId, live: Manifest, owner: Owner) -> Change:
    """Return the deletion of a *live* object, or why it stays."""
    if is_home(id, owner):
        return Change(Action.NONE, id, before=live, reason="stays: the release lives in it")
    if why := stays(live):
        return Change(Action.NONE, id, before=live, reason=f"stays: {why}")
    if owner_of(live) != owner:
        return Change(Action.NONE, id, before=live, reason=f"stays: not of {owner} any more")
    return Change(Action.DELETE, id, before=live, reason="no longer in the chart")
