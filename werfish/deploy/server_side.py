"""Server-side apply: the API server merges, and knows which manager set which field.

What the plan shows is the server's own answer to a dry run. A field that another manager set
otherwise is a conflict, told with the manager's name, unless the user wants it taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Action, Change, present
from werfish.deploy.immutable import is_immutable
from werfish.deploy.managers import Entry, claimed, folded, is_yielding, to_fold
from werfish.deploy.merge import changed_fields, json_patch, normal
from werfish.deploy.modes import Modes
from werfish.deploy.parallel import in_parallel
from werfish.errors import DeployError
from werfish.kube.cluster import APPLY_PATCH, JSON_PATCH, Cluster
from werfish.kube.errors import FieldConflict, FieldConflictError, InvalidError
from werfish.kube.resource import Manifest, ResourceId, gvk_of

NO_DRY_RUN = "does not support dry run"
"""What the server says of an admission webhook that may have effects of its own."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The fields of one object that other managers set otherwise."""

    id: ResourceId
    fields: tuple[FieldConflict, ...]


class FieldConflictsError(DeployError):
    """Other managers set fields of the chart to something else."""

    def __init__(self, conflicts: Sequence[Conflicts]) -> None:
        """Name each object, field and manager."""
        lines = "\n".join(
            f'  {one.id}: {conflict.field} is set by "{conflict.manager}"'
            for one in conflicts
            for conflict in one.fields
        )
        super().__init__(
            f"apply the chart: other managers set some of its fields otherwise\n{lines}",
            hint="leave those fields out of the chart, or take them with --force-conflicts",
        )
        self.conflicts = tuple(conflicts)


def applied(changes: Iterable[Change], cluster: Cluster, modes: Modes) -> tuple[Change, ...]:
    """Return *changes*, each update as the server would make it; `FieldConflictsError`."""
    found = in_parallel(lambda change: _applied(change, cluster, modes), changes)
    conflicts = [one for one in found if isinstance(one, Conflicts)]
    if conflicts:
        raise FieldConflictsError(conflicts)
    return tuple(one for one in found if isinstance(one, Change))


def _applied(change: Change, cluster: Cluster, modes: Modes) -> Change | Conflicts:
    if change.before is None or change.wanted is None or change.action is Action.RECREATE:
        return change
    try:
        after = ApplyWriter(cluster, modes).apply(change.id, normal(change.wanted), dry_run=True)
    except FieldConflictsError as error:
        return error.conflicts[0]
    except InvalidError as error:
        is_late = is_immutable(error) or NO_DRY_RUN in error.problem
        if is_late or _filled_in(change.wanted, change.before):  # seen when it is written
            return change
        raise
    if managers := to_fold(change.before):
        names = " and ".join(managers)
        reason = f"takes over the fields of {names}"
        return replace(change, action=Action.UPDATE, reason=_reason(change, reason))
    patch = json_patch(normal(change.before), normal(after))
    return replace(
        change,
        action=Action.UPDATE if patch else Action.NONE,
        after=after,
        patch=patch,
        fields=changed_fields(patch),
        reason=_reason(change, "changed" if patch else "unchanged"),
    )


_OF_ONE_TYPE = {"Deployment": "strategy", "StatefulSet": "updateStrategy"}
"""Fields of ``spec`` whose other fields are those of one type: another refuses them."""


def _filled_in(wanted: Manifest, live: Manifest) -> dict[str, Any]:
    """Return what the server has filled in for one type, where *wanted* is another, as in *live*.

    ``rollingUpdate`` is nobody's, so that leaving it out keeps it, and the other type refuses it.
    """
    field = _OF_ONE_TYPE.get(str(wanted.get("kind")), "")
    ours, theirs = ((one.get("spec") or {}).get(field) or {} for one in (wanted, live))
    if not ours.get("type") or ours["type"] == theirs.get("type"):
        return {}
    found = {key: value for key, value in theirs.items() if key not in ours}
    return {"spec": {field: found}} if found else {}


def _reason(change: Change, reason: str) -> str:
    """Return *reason*, unless the change has a better one already."""
    return reason if change.reason in {"changed", "unchanged"} else change.reason


class ApplyWriter:
    """Writes objects by server-side apply, in werfish's name."""

    def __init__(self, cluster: Cluster, modes: Modes) -> None:
        """Write to *cluster*; *modes* say whose fields are taken."""
        self._cluster = cluster
        self._modes = modes

    def create(self, wanted: Manifest) -> Manifest:
        """See `Writer.create`; an object that came meanwhile is only taken if it says the same."""
        id = _id_of(wanted)
        try:
            return self._patch(id, normal(wanted))
        except FieldConflictError as error:
            raise FieldConflictsError([Conflicts(id, error.conflicts)]) from error

    def update(self, change: Change) -> None:
        """See `Writer.update`; before the first one, old entries are folded into ours.

        What the server filled in for another type becomes ours first, so that it goes.
        """
        live = present(change.before)
        if to_fold(live):
            live = self._manage(change.id, live, folded(live))
        wanted = present(change.wanted)
        if filled_in := _filled_in(wanted, live):
            live = self._manage(change.id, live, claimed(live, filled_in))
        body, metadata = normal(wanted), live["metadata"]
        expected = {"uid": metadata.get("uid")}
        if self._modes.is_strict:
            expected["resourceVersion"] = metadata["resourceVersion"]
        body["metadata"] = {**body["metadata"], **expected}
        self.apply(change.id, body)

    def apply(self, id: ResourceId, body: Manifest, *, dry_run: bool = False) -> Manifest:
        """Apply *body*; `FieldConflictsError` where it takes fields that it may not take."""
        try:
            return self._patch(id, body, dry_run=dry_run)
        except FieldConflictError as error:
            foreign = tuple(one for one in error.conflicts if not is_yielding(one.manager))
            if foreign and not self._modes.force_conflicts:
                raise FieldConflictsError([Conflicts(id, foreign)]) from error
        return self._patch(id, body, dry_run=dry_run, force=True)

    def _patch(
        self, id: ResourceId, body: Manifest, *, dry_run: bool = False, force: bool = False
    ) -> Manifest:
        return self._cluster.patch(id, body, content_type=APPLY_PATCH, dry_run=dry_run, force=force)

    def _manage(self, id: ResourceId, live: Manifest, managed: Sequence[Entry]) -> Manifest:
        """Write *managed* as who manages which fields of *live*."""
        version = live["metadata"]["resourceVersion"]
        operations = [
            {"op": "replace", "path": "/metadata/managedFields", "value": managed},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
        ]
        return self._cluster.patch(id, operations, content_type=JSON_PATCH)


def _id_of(manifest: Manifest) -> ResourceId:
    metadata = manifest["metadata"]
    return ResourceId(gvk_of(manifest), metadata.get("namespace") or "", metadata["name"])
