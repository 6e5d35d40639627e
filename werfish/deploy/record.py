"""From a rendered chart to the record of a revision, and from records to what they name. Pure.

The record is Helm's: its manifest holds everything that ``helm rollback`` must know, its chart and
values what ``helm get`` shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.owner import Owner
from werfish.deploy.recorded import Recorded
from werfish.helm.manifests import (
    Hook,
    IsNamespaced,
    Known,
    Rendered,
    bodies_of,
    joined,
    recorded_resources,
)
from werfish.helm.yaml_text import dump
from werfish.kube.resource import ResourceId
from werfish.releases.history import is_installed, last, next_revision, since_deployed
from werfish.releases.release import HookRecord, Release, Status

HookRuns = Mapping[ResourceId, Mapping[str, str]]
"""How hooks ran: each with the times and the phase that a record keeps of it."""

_COMPLETE = {
    Status.PENDING_INSTALL: "Install complete",
    Status.PENDING_UPGRADE: "Upgrade complete",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new revision is made of. *chart* is Helm's chart object, *values* the user's.

    *bodies* are its objects as YAML: to write and to read them is dear, so it is done once.
    """

    owner: Owner
    rendered: Rendered
    chart: Mapping[str, Any] = field(default_factory=dict, hash=False)
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    holder: str = ""
    bodies: tuple[str, ...] = field(default=(), repr=False)

    @property
    def known(self) -> Known:
        """The objects by their YAML; in an earlier record most are the same."""
        resources = self.rendered.resources
        return {body: one.manifest for body, one in zip(self.bodies, resources, strict=True)}


def draft_of(
    owner: Owner,
    rendered: Rendered,
    chart: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    holder: str = "",
) -> Draft:
    """Return the draft of a revision of *rendered* objects; see `Draft`."""
    bodies = bodies_of(rendered.resources)
    return Draft(owner, rendered, chart or {}, values or {}, holder, bodies)


def pending_release(draft: Draft, history: Sequence[Release], now: float) -> Release:
    """Return the record that says that a new revision is under way."""
    newest = last(history) if is_installed(history) else None
    time = time_text(now)
    return Release(
        name=draft.owner.release,
        namespace=draft.owner.namespace,
        revision=next_revision(history),
        status=Status.PENDING_UPGRADE if newest else Status.PENDING_INSTALL,
        manifest=joined(draft.rendered.resources, draft.bodies),
        hooks=tuple(_hook_record(hook) for hook in draft.rendered.hooks),
        chart=draft.chart,
        config=draft.values,
        first_deployed=newest.first_deployed if newest else time,
        last_deployed=time,
        description="Preparing upgrade" if newest else "Initial install underway",
        notes=draft.rendered.notes,
        labels=newest.labels if newest else {},
        holder=draft.holder,
    )


def pending_rollback(
    draft: Draft, target: Release, history: Sequence[Release], now: float
) -> Release:
    """Return the record that says that a return to the revision *target* is under way."""
    return replace(
        pending_release(draft, history, now),
        status=Status.PENDING_ROLLBACK,
        description=f"Rollback to {target.revision}",
        labels=target.labels,
    )


def deployed_release(pending: Release) -> Release:
    """Return the record of a revision that is really there."""
    text = _COMPLETE.get(pending.status, pending.description)
    return replace(pending, status=Status.DEPLOYED, description=text, holder="")


def with_runs(release: Release, runs: HookRuns) -> Release:
    """Return the record of *release* with how its hooks ran last."""
    known = {(id.gvk.kind, id.name): run for id, run in runs.items()}
    hooks = (
        replace(hook, last_run=known.get((hook.kind, hook.name), hook.last_run))
        for hook in release.hooks
    )
    return replace(release, hooks=tuple(hooks))


def failed_release(release: Release, problem: str) -> Release:
    """Return the record of a revision that came to nothing, for *problem*."""
    text = f'Release "{release.name}" failed: {problem}'
    return replace(release, status=Status.FAILED, description=text, holder="")


def superseded_releases(history: Iterable[Release], by: Release) -> tuple[Release, ...]:
    """Return the records of *history* that said deployed and no longer are."""
    return tuple(
        replace(release, status=Status.SUPERSEDED)
        for release in history
        if release.status is Status.DEPLOYED and release.revision != by.revision
    )


def recorded_of(
    history: Sequence[Release], is_namespaced: IsNamespaced, known: Known = MappingProxyType({})
) -> Recorded:
    """Return what the records since the last deployed one name; *known* is not read again."""
    relevant = since_deployed(history)
    objects = [
        recorded_resources(release.manifest, release.namespace, is_namespaced, known)
        for release in relevant
    ]
    if relevant and relevant[0].status is Status.DEPLOYED:
        return Recorded(objects[0], tuple(objects[1:]))
    return Recorded((), tuple(objects))


def recorded_hooks(history: Sequence[Release], is_namespaced: IsNamespaced) -> tuple[Hook, ...]:
    """Return the hooks of the newest record of *history*.

    Helm records a ``List`` as one hook; each of its items is one.
    """
    newest = last(history)
    if newest is None:
        return ()
    return tuple(
        Hook(
            replace(resource, source=record.path),
            record.events,
            record.weight,
            record.delete_policies,
            record.output_log_policies,
        )
        for record in newest.hooks
        for resource in recorded_resources(record.manifest, newest.namespace, is_namespaced)
    )


def time_text(now: float) -> str:
    """Return seconds since 1970 as records write times."""
    return datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")


def _hook_record(hook: Hook) -> HookRecord:
    resource = hook.resource
    return HookRecord(
        name=resource.id.name,
        kind=resource.id.gvk.kind,
        path=resource.source,
        manifest=dump(dict(resource.manifest)),
        events=hook.events,
        weight=hook.weight,
        delete_policies=hook.delete_policies,
        output_log_policies=hook.output_log_policies,
    )
