"""How soon a verdict is there: from what a watch of kubectl's sees to the end of the program.

A release that waits, by werfish and both helms; one rollout that ``werfish track`` and
``kubectl rollout status`` follow at once; a Job that fails; an image that is not there, until its
pod's trouble is shown. The watch is a program of its own, so that its delay is the same for all.
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
from integration.kit import bases, helm4

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
PULLING = "{.status.containerStatuses[0].state.waiting.reason}"
NO_IMAGE = "ErrImagePull"
FAILED = '{.status.conditions[?(@.type=="Failed")].status}'
WERFISH, HELM3, HELM4 = "werfish deploy", "helm 3 upgrade --wait", "helm 4 upgrade --wait"
TRACK, ROLLOUT = "werfish track", "kubectl rollout status"
FAILING = "werfish track of a Job"
SHOWING = "werfish track of an image that is not there"


def measure_tracking(ground: Ground) -> str:
    """Measure, and return the table."""
    found = _Tracking(ground)
    for number in range(ground.rounds):
        ground.say(f"tracking: round {number + 1} of {ground.rounds}")
        found.deploys()
        found.follows()
        found.fails()
        found.shows()
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
        targets = {WERFISH: f"{HELM4}; 0.04", TRACK: f"0.02 after {ROLLOUT}"}
        targets |= {FAILING: "0.1", SHOWING: "0.5"}
        events = {FAILING: "failed to exit", SHOWING: "its trouble to the line that tells it"}
        for title, late in self._late.items():
            event = events.get(title, "ready to exit")
            yield Finding(f"{event}: {title}", late, target=targets.get(title, ""))

    def deploys(self) -> None:
        """Install the chart, and wait."""
        variables = self._ground.endpoints.variables
        helms = {HELM3: variables["WERF_HELM"], HELM4: variables[helm4.VARIABLE]}
        by_helm = ("upgrade", "--install", "bench", ".helm", "--wait")
        for title, command in (
            (WERFISH, (*_WERFISH, "deploy", "--release", "bench")),
            *((title, (program, *by_helm)) for title, program in helms.items()),
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

    def shows(self) -> None:
        """Follow a Deployment whose image is not there, until that is told."""
        with _namespace(self._ground) as name, _Watched("pods", PULLING, name) as watched:
            image = f"{self._ground.registry}/library/absent:1"
            self._apply(name, DEPLOYMENT.format(image=image, stamp="1"))
            process = self._start(*_WERFISH, "track", "deploy/web", "--namespace", name)
            event = watched.first(lambda one: one == [NO_IMAGE])
            process.ended(code=10)
            self._late.setdefault(SHOWING, []).append(process.said(NO_IMAGE) - event)

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
        self._said, self._end = list[tuple[float, str]](), 0.0
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def ended(self, code: int) -> float:
        """Return when it ended, which has to be with *code*."""
        self._thread.join()
        if self._process.returncode != code:
            said = "".join(line for _, line in self._said)
            raise SystemExit(f"bench: {' '.join(self._command)}\n{said}")
        return self._end

    def said(self, words: str) -> float:
        """Return when it first wrote a line with *words*, after it has ended."""
        return next(at for at, line in self._said if words in line)

    def _wait(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append((time.perf_counter(), line))
        self._process.wait()
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
