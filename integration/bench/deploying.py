"""A release of 500 objects, by werfish, both helms and kubectl: every row of the speed targets.

Installed, unchanged, changed; from far away; among thousands of objects and records of others; and
ten times as large. Nobody waits for pods: there are none. Requests are counted, and delayed, by a
proxy before the API server that all speak to without TLS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration.bench.api_proxy import counted_api
from integration.bench.api_server import AT_ONCE, ApiServer
from integration.bench.chart import OBJECTS, STAMPED, chart_files
from integration.bench.contenders import run
from integration.bench.crowd import objects_of_others, records_of_others
from integration.bench.deployers import (
    HELM3,
    HELM4,
    KUBECTL,
    KUBECTL_SERVER,
    RELEASE,
    WERFISH,
    everybody,
    objects_of,
    rendered,
)
from integration.bench.deployments import Case, Deployments
from integration.bench.findings import table_of
from integration.bench.ground import Ground, spend_by_clock
from integration.bench.project import Project, start_project
from integration.bench.proxy import CountingProxy

DIVISIONS = ("usual", "far", "kubectl", "crowded", "large")
TIMES = 10
LATENCY = 0.03
INSTALLED = Case(f"{OBJECTS} objects, first install", "0.6 of helm 3, 1.6 of the POSTs")
SAME = Case("nothing changed", "1/8 of helm's, 30 requests")
CHANGED = Case(f"{STAMPED} of {OBJECTS} changed", "1/5 of helm's")
FAR = Case("nothing changed, 30 ms a request", "1/10 of helm 3's")
ALONE = Case("nothing changed, an empty namespace beside")
CROWDED = Case(
    "nothing changed, 5,000 objects and 200 records of others",
    "1.3 of the empty namespace",
    {ALONE.title: ("the empty namespace", 1)},
)
LARGE = Case(
    f"{OBJECTS * TIMES} objects, first install",
    f"{TIMES} times {OBJECTS}, 400 MB",
    {INSTALLED.title: (f"{TIMES} times {OBJECTS}", TIMES)},
)
LARGE_SAME = Case(
    f"{OBJECTS * TIMES} objects, nothing changed",
    f"{TIMES} times {OBJECTS}, 400 MB",
    {SAME.title: (f"{TIMES} times {OBJECTS}", TIMES)},
)
CASES = (INSTALLED, SAME, CHANGED, FAR, ALONE, CROWDED, LARGE, LARGE_SAME)


def measure_deploying(ground: Ground) -> str:
    """Measure, and return the table."""
    with counted_api(ground.scratch) as (proxy, far):
        bench = _Bench(ground, proxy, far)
        if ground.wants("usual") or ground.wants("far"):
            bench.usual()
        for part in ("kubectl", "crowded", "large"):
            if ground.wants(part):
                ground.say(f"deploying: {part}")
                getattr(bench, part)()
    findings = bench.found.findings(CASES, f"{AT_ONCE} POSTs at once")
    return table_of(list(findings), ground.yardsticks())


class _Bench:
    """Takes the times, in namespaces of its own that go with each part."""

    def __init__(self, ground: Ground, proxy: CountingProxy, far: Path) -> None:
        self._ground, self._proxy, self._far = ground, proxy, far
        self._name = ground.name("deploying")
        self._everybody = everybody(ground)
        self._helm = ground.endpoints.variables["WERF_HELM"]
        self._api = ApiServer.usual()
        self._project = self._made(1)
        self.found = Deployments(WERFISH)

    def usual(self) -> None:
        """Install, repeat, change, and repeat from afar; who was first is last the next time."""
        order = [WERFISH, HELM3, HELM4]
        for number in range(self._ground.rounds):
            self._ground.say(f"deploying: round {number + 1} of {self._ground.rounds}")
            self._floor(INSTALLED, self._project)
            for title in order[number % 3 :] + order[: number % 3]:
                with self._namespace() as namespace:
                    self._take(INSTALLED, title, namespace, "1")
                    self._take(SAME, title, namespace, "1")
                    self._take(CHANGED, title, namespace, "2")
                    if self._ground.wants("far"):
                        self._from_afar(title, namespace)

    def kubectl(self) -> None:
        """Let kubectl do the same, once: its own limit of requests makes it slow."""
        for title in (KUBECTL, KUBECTL_SERVER):
            with self._namespace() as namespace:
                for case, stamp in ((INSTALLED, "1"), (SAME, "1"), (CHANGED, "2")):
                    self._take(case, title, namespace, stamp)

    def crowded(self) -> None:
        """Repeat an unchanged release in a namespace full of others', and in one of its own."""
        one = self._everybody[WERFISH]
        with self._namespace() as full, self._namespace() as empty:
            for namespace in (full, empty):
                one.deploy(self._project, namespace, "1")
            name = f"sh.helm.release.v1.{RELEASE}.v1"
            record = run(["kubectl", "get", "secret", "-n", full, name, "-o", "json"], Path.cwd())
            self._api.post(full, [*objects_of_others(), *records_of_others(record)])
            for _ in range(self._ground.rounds):
                self._take(ALONE, WERFISH, empty, "1")
                self._take(CROWDED, WERFISH, full, "1")

    def large(self) -> None:
        """Do with ten times as many objects, once, what was done with the usual number."""
        project = self._made(TIMES)
        self._floor(LARGE, project)
        for title in (WERFISH, HELM3):
            with self._namespace() as namespace:
                self._take(LARGE, title, namespace, "1", project)
                self._take(LARGE_SAME, title, namespace, "1", project)

    def _take(
        self, case: Case, title: str, namespace: str, stamp: str, project: Project | None = None
    ) -> None:
        spent = self._everybody[title].deploy(project or self._project, namespace, stamp)
        self.found.spent[case.title, title].append(spent)

    def _from_afar(self, title: str, namespace: str) -> None:
        self._proxy.begin(LATENCY)
        spent = self._everybody[title].deploy(self._project, namespace, "2", self._far)
        self.found.spent[FAR.title, title].append(spent)
        for case in (SAME, FAR):
            self.found.requests[case.title, title] = len(self._proxy.passed)

    def _floor(self, case: Case, project: Project) -> None:
        objects = objects_of(rendered(self._helm, project, "1"))
        with self._namespace() as namespace:
            seconds = spend_by_clock(lambda: self._api.post(namespace, objects))
        self.found.floors[case.title].append(seconds)

    def _made(self, times: int) -> Project:
        name = f"{self._name}-{times}"
        files = {"werf.yaml": f"project: {name}\nconfigVersion: 1\n"}
        return start_project(
            self._ground.scratch / name, name, {**files, **chart_files(".helm", times)}
        )

    @contextmanager
    def _namespace(self) -> Iterator[str]:
        name, folder = self._ground.name("deploying"), Path.cwd()
        run(["kubectl", "create", "namespace", name], folder)
        try:
            yield name
        finally:
            run(["kubectl", "delete", "namespace", name, "--wait=true"], folder)
