"""Everything before the first write: the chart rendered, the cluster read, the plan made."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.ahead import Ahead
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.autoscaling import scaled_policies
from werfish.deploy.changes import Change, changes_of
from werfish.deploy.crds import crd_changes
from werfish.deploy.externals import external_ids
from werfish.deploy.govern import is_left
from werfish.deploy.layout import layout_of
from werfish.deploy.live import FEW, Listed, list_groups, live_of
from werfish.deploy.merging import drift_of
from werfish.deploy.misspelt import misspelt_annotations
from werfish.deploy.modes import USUAL, Modes, settled
from werfish.deploy.owner import Owner
from werfish.deploy.plan import Plan, plan_of
from werfish.deploy.policies import Phase
from werfish.deploy.record import Draft, draft_of, recorded_hooks, recorded_of
from werfish.deploy.recorded import Recorded
from werfish.deploy.scope import Scopes, defined_kinds
from werfish.deploy.server_side import applied
from werfish.deploy.situation import check_annotations, situation_of
from werfish.deploy.summary import show_hooks, show_plan
from werfish.helm.chart import staged
from werfish.helm.chart_record import chart_record
from werfish.helm.exported import handed_down
from werfish.helm.manifests import Added, Rendered, recorded_resources, rendered_of
from werfish.helm.render import Program, RenderRequest, render
from werfish.helm.service_values import Service, service_values
from werfish.helm.values import UserValues, values_of
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Resource, ResourceId, gvk_of
from werfish.releases.history import is_installed, last, next_revision
from werfish.releases.release import Release

_KIND = re.compile(r"^apiVersion: (\S+)\nkind: (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """The chart in the folder *chart*, what it is told, and what its objects get besides.

    *service* has what templates are told of the project, its namespace and its images.
    *app_version* stands in for the chart's own, unless it is empty. *secret_files* are what
    ``werf_secret_file`` gives.
    """

    chart: Path
    release: str
    service: Service
    values: UserValues = field(default_factory=UserValues)
    added: Added = field(default_factory=Added)
    app_version: str = ""
    secret_files: Mapping[str, bytes] = field(default_factory=dict, repr=False, hash=False)

    @property
    def owner(self) -> Owner:
        """The release and its namespace."""
        return Owner(self.release, self.service.namespace)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chart rendered for the revision that follows *history*, and what it changes.

    *modes* are `settled`. *phases* has the objects that are there afterwards, each with when it is
    written.
    """

    draft: Draft
    history: Sequence[Release]
    plan: Plan
    modes: Modes = USUAL
    phases: Mapping[ResourceId, Phase] = field(default_factory=dict, hash=False)

    @property
    def rendered(self) -> Rendered:
        """The objects of the chart."""
        return self.draft.rendered

    def awaited(self, phase: Phase) -> tuple[Resource, ...]:
        """Return the objects of *phase* that must be ready at its end."""
        return tuple(one for one in self.rendered.resources if self.phases.get(one.id) is phase)


def prepare(
    options: ChartOptions,
    helm: Program,
    by: DeployAdapters,
    history: Sequence[Release],
    modes: Modes = USUAL,
) -> Prepared:
    """Render the chart and plan its changes; whatever is wrong so far is an error."""
    ahead = Ahead(lambda: _look_ahead(by.cluster, history, options.owner.namespace))
    with by.log.section("Rendering the chart", "Rendered"):
        draft = _draft(options, helm, by, history)
        check_annotations(draft.rendered)
        for problem in misspelt_annotations(draft.rendered):
            by.log.warning(problem)
    return planned(draft, by, history, modes, listed=ahead)


def prepare_again(
    target: Release, by: DeployAdapters, history: Sequence[Release], modes: Modes = USUAL
) -> Prepared:
    """Plan to bring the release back to what the record *target* says."""
    scopes = Scopes(by.cluster)
    resources = recorded_resources(target.manifest, target.namespace, scopes.was_namespaced)
    hooks = recorded_hooks([target], scopes.was_namespaced)
    rendered = Rendered(resources, hooks, notes=target.notes)
    owner = Owner(target.name, target.namespace)
    draft = draft_of(owner, rendered, target.chart, target.config, by.holder)
    return planned(draft, by, history, modes, "rollback")


def planned(
    draft: Draft,
    by: DeployAdapters,
    history: Sequence[Release],
    modes: Modes = USUAL,
    event: str = "",
    listed: Ahead[Listed] | None = None,
) -> Prepared:
    """Compare *draft* with the cluster and show what is to change.

    *event* is as hooks have it; where it is empty the *history* says which. What is *listed*
    already is not listed again: what changed since is refused by its resourceVersion.
    """
    modes = settled(modes, history)
    event = event or ("upgrade" if is_installed(history) else "install")
    with by.log.section(f"Planning {draft.owner}", "Planned"):
        scopes = Scopes(by.cluster)
        recorded = scopes.current(recorded_of(history, scopes.was_namespaced, draft.known))
        changes = _changes(
            draft.rendered, recorded, draft.owner, by, modes, listed.answer() if listed else {}
        )
        if modes.is_server_side:
            touched = applied((c for c in changes if not is_left(c, event)), by.cluster, modes)
            changes = (*(c for c in changes if is_left(c, event)), *touched)
        situation = situation_of(draft.rendered, changes, event)
        laid_out = layout_of(situation, external_ids(by.cluster, draft.owner.namespace))
        plan = plan_of(situation.changes, laid_out.layout)
        show_plan(plan, by.log)
        show_hooks(draft.rendered.hooks, event, by.log)
        for text in laid_out.unmatched:
            by.log.warning(text)
        for change in situation.changes:
            if told := drift_of(change.after):
                by.log.warning(f"{change.id} is left {told}")
    return Prepared(draft, history, plan, modes, situation.phases())


def _draft(
    options: ChartOptions, helm: Program, by: DeployAdapters, history: Sequence[Release]
) -> Draft:
    values = values_of(options.values, service_values(options.service))
    version, namespace = by.cluster.version(), options.owner.namespace
    revision, project = next_revision(history), options.service.project
    with staged(
        options.chart,
        project=project,
        revision=revision,
        app_version=options.app_version,
        secret_files=options.secret_files,
    ) as chart:
        request = RenderRequest(
            chart,
            options.release,
            namespace,
            handed_down(chart.path, values),
            version,
            is_upgrade=is_installed(history),
            api_versions=lambda: _served(by.cluster),
            warn=by.log.warning,
        )
        text = render(helm, request)
        scopes = Scopes(by.cluster)
        warn = by.log.warning
        rendered = rendered_of(text, namespace, scopes.is_namespaced, options.added, warn)
        return draft_of(options.owner, rendered, chart_record(chart), values, by.holder)


def _served(cluster: Cluster) -> tuple[str, ...]:
    """Return what ``.Capabilities.APIVersions`` has: versions of groups, and the kinds of each."""
    kinds = [one.gvk for one in cluster.api_resources()]
    texts = {text for gvk in kinds for text in (gvk.api_version, f"{gvk.api_version}/{gvk.kind}")}
    return tuple(sorted(texts))


def _look_ahead(cluster: Cluster, history: Sequence[Release], namespace: str) -> Listed:
    """Read, while helm renders, what is going to be asked of *cluster*, and list what is live.

    The kinds of the last record, their schemas and their objects are most likely the chart's.
    """
    served = {one.gvk: one for one in cluster.api_resources()}
    newest = last(history)
    counts = Counter(
        gvk_of({"apiVersion": api_version, "kind": kind})
        for api_version, kind in _KIND.findall(newest.manifest if newest else "")
    )
    many = [served[gvk] for gvk in sorted(counts) if counts[gvk] > FEW and gvk in served]
    groups = [(one.gvk, namespace if one.namespaced else "") for one in many]
    listed = list_groups(cluster, groups)
    for gvk in counts:
        cluster.schema(gvk)
    return listed


def _changes(
    rendered: Rendered,
    recorded: Recorded,
    owner: Owner,
    by: DeployAdapters,
    modes: Modes,
    listed: Listed,
) -> tuple[Change, ...]:
    """Return what to change, files of ``crds/`` included."""
    ids = {resource.id for resource in (*rendered.resources, *rendered.crds)}
    scopes = Scopes(by.cluster)
    dropped = {r.id for r in recorded.all() if r.id not in ids and scopes.is_served(r.id.gvk)}
    coming = defined_kinds((*rendered.resources, *rendered.crds))
    live = live_of(by.cluster, ids | dropped, coming=coming, listed=listed)
    schema_of = by.cluster.schema
    policies = scaled_policies(by.cluster, rendered.resources, live, owner, recorded)
    crds = crd_changes(rendered.crds, live, schema_of, modes)
    changes = changes_of(rendered.resources, live, recorded, owner, schema_of, policies, modes)
    return (*crds, *changes)
