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
from werfish.actions.rollback import RollbackOptions, rollback
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.owner import Owner
from werfish.deploy.prepare import ChartOptions
from werfish.helm.service_values import Service
from werfish.kube.resource import Gvk, ResourceId
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
    observer: Observer = NOBODY

    def write(self, *documents: str) -> None:
        folder = self.chart / "templates"
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
            timeout=20,
            observer=self.observer,
        )

    def deploy(
        self, *documents: str, history_max: int = 10, auto_rollback: bool = False
    ) -> Deployed:
        self.write(*documents)
        service = Service("shop", "prod", "test")
        chart = ChartOptions(self.chart, "rel", service)
        options = DeployOptions(chart, history_max, auto_rollback=auto_rollback)
        return deploy(options, FakeHelm(), self.adapters())

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
