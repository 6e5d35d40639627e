"""A release on the real cluster: in this process, or in one of its own that can be killed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werfish.actions.deploy import Deployed, DeployOptions, deploy
from werfish.actions.dismiss import DismissOptions, dismiss
from werfish.actions.plan import plan
from werfish.actions.rollback import RollbackOptions, rollback
from werfish.actions.saved_plan import PlanDrift, SavedOptions, deploy_saved
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.owner import Owner
from werfish.deploy.prepare import ChartOptions
from werfish.deploy.saved_plan import SavedPlan, saved_plan
from werfish.errors import WerfishError
from werfish.helm.helm import Helm, find_helm
from werfish.helm.images import DeployedImage, TagStrategy
from werfish.helm.service_values import Service
from werfish.helm.values import UserValues
from werfish.interrupts import hear, interrupt_of
from werfish.kube.client import connect
from werfish.kube.kubeconfig import KubeOptions
from werfish.log import Log
from werfish.releases.records import SECRETS, Driver, RecordStorage

PROJECT = Path(__file__).parent.parent


@dataclass
class RealRelease:
    """The release ``rel`` in *namespace*, from the chart in *chart*."""

    namespace: str
    chart: Path
    image: str
    output: io.StringIO = field(default_factory=io.StringIO)
    timeout: float = 60
    modes: Modes = USUAL
    driver: Driver = SECRETS

    def write(self, *, place: str = "templates", **templates: str) -> None:
        """Make the chart's templates *templates*, and no others."""
        folder = self.chart / place
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, text in templates.items():
            (folder / f"{name}.yaml").write_text(text)

    def adapters(self, log: Log) -> DeployAdapters:
        """Return what deploying touches."""
        cluster = connect(KubeOptions(environment=os.environ), cache=self.chart.parent / "cache")
        storage = RecordStorage(cluster, self.namespace, now=time.time, driver=self.driver)
        holder = uuid.uuid4().hex[:16]
        return DeployAdapters(
            cluster, storage, log, time.monotonic, time.time, holder, timeout=self.timeout
        )

    def chart_options(self, *sets: str, image: str = "") -> ChartOptions:
        """Return the chart with ``--set`` *sets*."""
        web = DeployedImage("", image or self.image, tag="1", image_id="sha256:1")
        service = Service(
            "shop", self.namespace, "test", images=(web,), strategy=TagStrategy.CUSTOM
        )
        return ChartOptions(self.chart, "rel", service, UserValues(sets=sets))

    def deploy(self, *sets: str, image: str = "") -> Deployed:
        """Deploy with ``--set`` *sets*, in the *modes* of the release."""
        log = Log(self.output, clock=time.monotonic)
        options = DeployOptions(self.chart_options(*sets, image=image), modes=self.modes)
        return deploy(options, self.helm(), self.adapters(log))

    def saved(self, *sets: str) -> SavedPlan:
        """Plan with ``--set`` *sets*, and keep the plan."""
        by = self.adapters(Log(self.output, clock=time.monotonic))
        made = plan(self.chart_options(*sets), self.helm(), by, self.modes)
        return saved_plan(made.draft, made.history, made.plan, made.modes, by.now())

    def deploy_saved(self, saved: SavedPlan, drift: PlanDrift = PlanDrift.REFUSE) -> Deployed:
        """Carry a plan out."""
        log = Log(self.output, clock=time.monotonic)
        return deploy_saved(SavedOptions(saved, drift), self.adapters(log))

    def rollback(self, revision: int) -> None:
        """Bring back an earlier revision."""
        options = RollbackOptions(Owner("rel", self.namespace), revision)
        rollback(options, self.adapters(Log(self.output, clock=time.monotonic)))

    def dismiss(self, *, with_namespace: bool = False, force: bool = False) -> None:
        """Dismiss the release."""
        options = DismissOptions("rel", self.namespace, with_namespace=with_namespace, force=force)
        dismiss(options, self.adapters(Log(self.output, clock=time.monotonic)))

    def helm(self) -> Helm:
        """Return the helm program of the kit."""
        return find_helm(os.environ["WERF_HELM"], "")

    def start(self, action: str, *arguments: str) -> subprocess.Popen[str]:
        """Begin *action* (``deploy`` with sets, ``dismiss`` with flags) in a process of its own."""
        facts = [self.namespace, str(self.chart), self.image, action, *arguments]
        return subprocess.Popen(
            [sys.executable, "-m", "integration.releasing", *facts],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kubectl(self, *arguments: str) -> str:
        """Run kubectl in the namespace and return what it prints."""
        command = ["kubectl", "-n", self.namespace, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def json(self, *arguments: str) -> Any:
        """Run kubectl and return what it prints as JSON."""
        return json.loads(self.kubectl(*arguments, "-o", "json"))

    def names(self, kind: str) -> list[str]:
        """Return the names of all objects of a kind, the cluster's own left out."""
        found = [item["metadata"]["name"] for item in self.json("get", kind)["items"]]
        return [name for name in found if name != "kube-root-ca.crt"]

    def history(self) -> list[tuple[int, str]]:
        """Return what ``helm history`` tells."""
        entries = json.loads(self.run_helm("history", "rel", "-o", "json"))
        return [(entry["revision"], entry["status"]) for entry in entries]

    def run_helm(self, *arguments: str, program: str = "") -> str:
        """Run helm in the namespace, with the same kind of records, and return what it prints.

        *program* is another one than the kit's usual.
        """
        return subprocess.run(
            [program or os.environ["WERF_HELM"], "-n", self.namespace, *arguments],
            env={**os.environ, "HELM_DRIVER": self.driver.gvk.kind.lower()},
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """Return what *process* wrote to stderr up to the line with *word*."""
    read = ""
    for line in process.stderr or ():
        read += line
        if word in line:
            return read
    raise AssertionError(f'"{word}" never came:\n{read}')


def main(arguments: Sequence[str]) -> int:
    """Do one action as a program does, SIGTERM included."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    namespace, chart, image, action, *rest = arguments
    release = RealRelease(namespace, Path(chart), image)
    release.output = sys.stderr  # type: ignore[assignment]
    try:
        if action == "deploy":
            release.deploy(*rest)
        else:
            release.dismiss(with_namespace="--with-namespace" in rest)
    except WerfishError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as error:
        if interrupt_of(error) is None:
            raise
        return 130
    return 0


if __name__ == "__main__":
    hear()
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
