"""A project with a chart, an in-memory cluster and helm that does not render, for two actions."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from tests.fakes.cluster import FakeCluster
from tests.fakes.helm import FakeHelm
from tests.fakes.releases import FakeReleases
from werfish.actions.deploy import Deployed, DeployOptions, deploy
from werfish.actions.dismiss import DismissOptions, dismiss
from werfish.actions.plan import plan
from werfish.actions.rollback import RollbackOptions, rollback
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.owner import Owner
from werfish.deploy.prepare import ChartOptions
from werfish.deploy.saved_plan import SavedPlan, data_of, saved_of, saved_plan
from werfish.helm.service_values import Service
from werfish.kube.errors import InvalidError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.log import Log
from werfish.releases.release import Release
from werfish.track.events import NOBODY, Observer

CONFIG_MAP = Gvk("", "v1", "ConfigMap")


def text(name: str, data: str = "{}", extra: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{extra}data: {data}\n"


@dataclass
class Releasing:
    """The world of a release ``rel`` in the namespace ``prod``."""

    chart: Path
    cluster: FakeCluster = field(default_factory=FakeCluster)
    records: FakeReleases = field(default_factory=FakeReleases)
    output: io.StringIO = field(default_factory=io.StringIO)
    timeout: float = 20
    observer: Observer = NOBODY

    def write(self, *documents: str, folder_name: str = "templates") -> None:
        folder = self.chart / folder_name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.yaml").write_text("---\n".join(documents))

    def adapters(self) -> DeployAdapters:
        log = Log(self.output, clock=monotonic)
        return DeployAdapters(
            self.cluster,
            self.records,
            log,
            monotonic,
            lambda: 1e9,
            "holder",
            timeout=self.timeout,
            observer=self.observer,
        )

    def chart_options(self, *documents: str) -> ChartOptions:
        self.write(*documents)
        return ChartOptions(self.chart, "rel", Service("shop", "prod", "test"))

    def deploy(
        self,
        *documents: str,
        history_max: int = 10,
        auto_rollback: bool = False,
        modes: Modes = USUAL,
    ) -> Deployed:
        chart = self.chart_options(*documents)
        options = DeployOptions(chart, history_max, auto_rollback=auto_rollback, modes=modes)
        return deploy(options, FakeHelm(), self.adapters())

    def saved(self, *documents: str, modes: Modes = USUAL) -> SavedPlan:
        """Plan and keep the plan, as a file would."""
        by = self.adapters()
        made = plan(self.chart_options(*documents), FakeHelm(), by, modes)
        kept = saved_plan(made.draft, made.history, made.plan, made.modes, by.now())
        return saved_of(data_of(kept))

    def refuse(self, name: str) -> None:
        """Have the cluster refuse an object of that *name*."""
        create = self.cluster.create

        def refuse(manifest: Manifest, *, dry_run: bool = False) -> Manifest:
            if manifest["metadata"]["name"] == name:
                raise InvalidError(f"create {name}", "spec.x: wrong", status=422)
            return create(manifest, dry_run=dry_run)

        self.cluster.create = refuse  # type: ignore[method-assign]

    def dismiss(self, *, with_namespace: bool = False, force: bool = False) -> None:
        options = DismissOptions("rel", "prod", with_namespace=with_namespace, force=force)
        dismiss(options, self.adapters())

    def rollback(self, revision: int = 0) -> Release:
        return rollback(RollbackOptions(Owner("rel", "prod"), revision), self.adapters())

    def history(self) -> list[tuple[int, str]]:
        return [(r.revision, str(r.status)) for r in self.records.history("rel")]

    def names(self) -> list[str]:
        listing = self.cluster.list(CONFIG_MAP, "prod")
        return [item["metadata"]["name"] for item in listing.items]

    def data(self, name: str) -> object:
        return self.cluster.get(ResourceId(CONFIG_MAP, "prod", name))["data"]

    def edit(self, name: str, **data: str) -> None:
        self.cluster.patch(ResourceId(CONFIG_MAP, "prod", name), {"data": data})

    def rewrite(self, change: Callable[[Release], Release]) -> None:
        """Change the newest record, as a run that was killed would have left it."""
        self.records.update(change(self.records.history("rel")[-1]))

    def mark(self, **fields: object) -> None:
        """Change fields of the newest record."""
        self.rewrite(lambda release: replace(release, **fields))  # type: ignore[arg-type]
