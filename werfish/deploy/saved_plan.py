"""A plan that can be carried out later: the rendered chart, and what of the cluster was seen. Pure.

It holds no patches. Whoever carries it out plans the same objects again: where the cluster is as it
was seen, the same inputs give the same plan; where it is not, that object is known by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.drift import Seen, seen_of
from werfish.deploy.modes import USUAL, ApplyMethod, MergeMode, Modes
from werfish.deploy.owner import Owner
from werfish.deploy.plan import Plan
from werfish.deploy.record import Draft, draft_of
from werfish.helm.manifests import IsNamespaced, Rendered, rendered_of, text_of
from werfish.kube.resource import Gvk, ResourceId
from werfish.releases.release import Release

History = tuple[tuple[int, str], ...]
"""The revisions of a release and what became of each."""


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What was planned for *owner* at *made*, in seconds since 1970.

    *text* are the objects of the chart, hooks and ``crds/`` among them, as helm prints them.
    *seen* has every object that the plan looked at, also those that were not there. *secrets* are
    texts of it that must not be shown.
    """

    owner: Owner
    made: float
    text: str = field(repr=False)
    notes: str = ""
    chart: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)
    history: History = ()
    seen: Mapping[ResourceId, Seen] = field(default_factory=dict, hash=False)
    modes: Modes = USUAL
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def draft(self, is_namespaced: IsNamespaced, holder: str) -> Draft:
        """Return what the plan was made of."""
        rendered = rendered_of(self.text, self.owner.namespace, is_namespaced)
        rendered = replace(rendered, notes=self.notes)
        return draft_of(self.owner, rendered, self.chart, self.values, holder)


def saved_plan(
    draft: Draft,
    history: Sequence[Release],
    plan: Plan,
    modes: Modes,
    now: float,
    secrets: tuple[str, ...] = (),
) -> SavedPlan:
    """Return what is to be kept of a *plan*."""
    rendered = draft.rendered
    return SavedPlan(
        owner=draft.owner,
        made=now,
        text=_text(rendered),
        notes=rendered.notes,
        chart=draft.chart,
        values=draft.values,
        history=history_of(history),
        seen={change.id: seen_of(change.before) for change in plan.all()},
        modes=modes,
        secrets=secrets,
    )


def history_of(history: Sequence[Release]) -> History:
    """Return what a plan keeps of the records of its release."""
    return tuple((release.revision, str(release.status)) for release in history)


def data_of(saved: SavedPlan) -> dict[str, Any]:
    """Return *saved* as JSON-ready data."""
    return {
        "release": saved.owner.release,
        "namespace": saved.owner.namespace,
        "made": saved.made,
        "objects": saved.text,
        "notes": saved.notes,
        "chart": dict(saved.chart),
        "values": dict(saved.values),
        "history": [list(one) for one in saved.history],
        "seen": [[*_key(id), seen.version, seen.content] for id, seen in saved.seen.items()],
        "modes": asdict(saved.modes),
        "secrets": list(saved.secrets),
    }


def saved_of(data: Mapping[str, Any]) -> SavedPlan:
    """Return the plan that *data* describes; LookupError, TypeError or ValueError for none."""
    modes = dict(data["modes"])
    modes |= {"merge": MergeMode(modes["merge"]), "method": ApplyMethod(modes["method"])}
    return SavedPlan(
        owner=Owner(data["release"], data["namespace"]),
        made=float(data["made"]),
        text=data["objects"],
        notes=data["notes"],
        chart=data["chart"],
        values=data["values"],
        history=tuple((revision, status) for revision, status in data["history"]),
        seen={
            ResourceId(Gvk(group, version, kind), namespace, name): Seen(number, content)
            for group, version, kind, namespace, name, number, content in data["seen"]
        },
        modes=Modes(**modes),
        secrets=tuple(data["secrets"]),
    )


def _text(rendered: Rendered) -> str:
    hooks = tuple(hook.resource for hook in rendered.hooks)
    return text_of((*rendered.crds, *rendered.resources, *hooks))


def _key(id: ResourceId) -> tuple[str, str, str, str, str]:
    return id.gvk.group, id.gvk.version, id.gvk.kind, id.namespace, id.name
