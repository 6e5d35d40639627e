"""How soon a verdict is there: from what a watch of kubectl's sees to the end of the program.

A release that waits, by werfish and by helm; one rollout that ``werfish track`` and
``kubectl rollout status`` follow at once; a Job that fails. The watch is a program of its own, so
that its delay is the same for all.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from integration.bench.contenders import run
from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.project import start_project
from integration.kit import bases

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: app
        image: {image}
        command: [sleep, "10000"]
        env: [{{name: STAMP, value: "{stamp}"}}]
        readinessProbe: {{exec: {{command: ["true"]}}, initialDelaySeconds: 3}}
"""
JOB = """apiVersion: batch/v1
kind: Job
metadata: {{name: job}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: app, image: {image}, command: [sh, -c, "sleep 3; exit 3"]}}]
"""
STATUS = " ".join(
    f"{{.{path}}}"
    for path in (
        *("metadata.generation", "status.observedGeneration", "status.replicas"),
        *("status.updatedReplicas", "status.availableReplicas"),
    )
)
FAILED = '{.status.conditions[?(@.type=="Failed")].status}'
WERFISH, HELM = "werfish deploy", "helm upgrade --wait"
TRACK, ROLLOUT = "werfish track", "kubectl rollout status"
FAILING = "werfish track of a Job"


def measure_tracking(ground: Ground) -> str:
    """Measure, and return the table."""
    found = _Tracking(ground)
    for number in range(ground.rounds):
        ground.say(f"tracking: round {number + 1} of {ground.rounds}")
        found.deploys()
        found.follows()
        found.fails()
    return table_of(list(found.findings()), ground.yardsticks())


class _Tracking:
    """Takes the times, each in a namespace of its own."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._late: dict[str, list[float]] = {}
        self._image = f"{ground.registry}/library/{bases.BUSYBOX}"
        name = ground.name("tracking")
        chart = DEPLOYMENT.format(image=self._image, stamp="1")
        files = {
            "werf.yaml": f"project: {name}\nconfigVersion: 1\n",
            ".helm/Chart.yaml": "apiVersion: v2\nname: bench\nversion: 0.1.0\n",
            ".helm/templates/web.yaml": chart,
        }
        self._project = start_project(ground.scratch / name, name, files)

    def findings(self) -> Iterator[Finding]:
        """Return what was found, a line for each program."""
        targets = {WERFISH: f"{HELM}; 0.04", TRACK: f"0.02 after {ROLLOUT}", FAILING: "0.1"}
        for title, late in self._late.items():
            event = "failed" if title == FAILING else "ready"
            yield Finding(f"{event} to exit: {title}", late, target=targets.get(title, ""))

    def deploys(self) -> None:
        """Install the chart, and wait."""
        helm = self._ground.endpoints.variables["WERF_HELM"]
        for title, command in (
            (WERFISH, (*_WERFISH, "deploy", "--release", "bench")),
            (HELM, (helm, "upgrade", "--install", "bench", ".helm", "--wait")),
        ):
            with _namespace(self._ground) as name, _Watched("deploy", STATUS, name) as watched:
                process = self._start(*command, "--namespace", name)
                self._keep(title, process, watched.first(_is_rolled_out))

    def follows(self) -> None:
        """Follow one rollout by both programs at once."""
        with _namespace(self._ground) as name:
            self._apply(name, DEPLOYMENT.format(image=self._image, stamp="1"))
            run(["kubectl", "rollout", "status", "deploy/web", "-n", name], Path.cwd())
            with _Watched("deploy", STATUS, name) as watched:
                self._apply(name, DEPLOYMENT.format(image=self._image, stamp="2"))
                followers = {
                    TRACK: self._start(*_WERFISH, "track", "deploy/web", "--namespace", name),
                    ROLLOUT: self._start("kubectl", "rollout", "status", "deploy/web", "-n", name),
                }
                event = watched.first(lambda one: one[0] == "2" and _is_rolled_out(one))
                for title, process in followers.items():
                    self._keep(title, process, event)

    def fails(self) -> None:
        """Follow a Job that fails."""
        with _namespace(self._ground) as name:
            self._apply(name, JOB.format(image=self._image))
            with _Watched("job", FAILED, name) as watched:
                process = self._start(*_WERFISH, "track", "job/job", "--namespace", name)
                event = watched.first(lambda one: one == ["True"])
                self._keep(FAILING, process, event, code=10)

    def _start(self, *command: str) -> "_Timed":
        return _Timed(command, self._project.folder, self._ground.own(self._project.name))

    def _keep(self, title: str, process: "_Timed", event: float, code: int = 0) -> None:
        self._late.setdefault(title, []).append(process.ended(code) - event)

    def _apply(self, namespace: str, manifest: str) -> None:
        file = self._ground.scratch / "manifest.yaml"
        file.write_text(manifest)
        run(["kubectl", "apply", "-n", namespace, "-f", str(file)], Path.cwd())


_WERFISH = (sys.executable, "-m", "werfish")


class _Timed:
    """A program that runs; a thread waits for it, so that the time of its end is its own."""

    def __init__(self, command: Sequence[str], folder: Path, own: Mapping[str, str]) -> None:
        self._command = command
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._said, self._end = "", 0.0
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def ended(self, code: int) -> float:
        """Return when it ended, which has to be with *code*."""
        self._thread.join()
        if self._process.returncode != code:
            raise SystemExit(f"bench: {' '.join(self._command)}\n{self._said}")
        return self._end

    def _wait(self) -> None:
        self._said, _ = self._process.communicate()
        self._end = time.perf_counter()


class _Watched:
    """What kubectl sees of the objects of a kind in a namespace, by a template of one line."""

    def __init__(self, kind: str, template: str, namespace: str) -> None:
        line = f'jsonpath={template}{{"\\n"}}'
        self._process = subprocess.Popen(
            ["kubectl", "get", kind, "-n", namespace, "--watch", "-o", line],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> "_Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def first(self, is_it: Callable[[list[str]], bool]) -> float:
        """Return when the first state came that *is_it*."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            now = time.perf_counter()
            if is_it(line.split()):
                return now
        raise SystemExit("bench: kubectl stopped watching")


def _is_rolled_out(one: list[str]) -> bool:
    """Whether generation and observed one agree, and all replicas are the new one."""
    return len(one) == 5 and one[0] == one[1] and one[2:] == ["1", "1", "1"]


@contextmanager
def _namespace(ground: Ground) -> Iterator[str]:
    name = ground.name("tracking")
    run(["kubectl", "create", "namespace", name], Path.cwd())
    try:
        yield name
    finally:
        run(["kubectl", "delete", "namespace", name, "--wait=false"], Path.cwd())
