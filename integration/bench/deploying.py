"""A release of 500 objects, by werfish and by helm: installed, unchanged, changed, from far away.

Nobody waits for pods: there are none. Requests are counted, and delayed, by a proxy before the
API server that both speak to without TLS.
"""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import urllib3

from integration.bench.chart import OBJECTS, STAMPED, chart_files, plain_objects
from integration.bench.contenders import run
from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground, spend_by_clock
from integration.bench.project import Project, start_project
from integration.bench.proxy import CountingProxy
from integration.bench.spent import Spent, spend

WERFISH, HELM, FLOOR = "werfish", "helm", f"{OBJECTS} POSTs, 8 at once"
INSTALLED, SAME = f"{OBJECTS} objects, first install", "nothing changed"
CHANGED, FAR = f"{STAMPED} of {OBJECTS} changed", "nothing changed, 30 ms a request"
TARGETS = {INSTALLED: "0.6 of helm's", SAME: "1/8 of helm's", CHANGED: "1/5", FAR: "1/10"}
LATENCY = 0.03
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "bench",
    "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "nobody"}}],
    "users": [{"name": "nobody", "user": {}}],
}


def measure_deploying(ground: Ground) -> str:
    """Measure, and return the table."""
    name = ground.name("deploying")
    files = {"werf.yaml": f"project: {name}\nconfigVersion: 1\n", **chart_files(".helm")}
    project = start_project(ground.scratch / name, name, files)
    spent: dict[tuple[str, str], list[Spent]] = defaultdict(list)
    counts: dict[tuple[str, str], int] = {}
    floors = list[float]()
    with _proxied(ground) as (proxy, far, api):
        for number in range(ground.rounds):
            ground.say(f"deploying: round {number + 1} of {ground.rounds}")
            with _namespace(f"{name}-floor-{number}") as namespace:
                floors.append(spend_by_clock(lambda: _post_all(api, namespace)))
            for who in (WERFISH, HELM) if number % 2 else (HELM, WERFISH):
                with _namespace(f"{name}-{who}-{number}") as namespace:
                    release = _Release(ground, project, who, namespace)
                    spent[who, INSTALLED].append(release.deploy("1"))
                    spent[who, SAME].append(release.deploy("1"))
                    spent[who, CHANGED].append(release.deploy("2"))
                    proxy.begin(LATENCY)
                    spent[who, FAR].append(release.deploy("2", far))
                    counts[who, FAR] = len(proxy.passed)
    yardsticks = ground.yardsticks()
    cases = [_finding(case, who, spent, counts) for case in TARGETS for who in (WERFISH, HELM)]
    return table_of([*cases, Finding(FLOOR, floors, target="werfish at most 1.6")], yardsticks)


class _Release:
    """The release of one contender in a namespace of its own."""

    def __init__(self, ground: Ground, project: Project, who: str, namespace: str) -> None:
        self._ground, self._project, self._who, self._namespace = ground, project, who, namespace

    def deploy(self, stamp: str, kubeconfig: Path | None = None) -> Spent:
        folder, namespace = self._project.folder, self._namespace
        named = ("--namespace", namespace, "--set-string", f"stamp={stamp}")
        own = {"KUBECONFIG": str(kubeconfig)} if kubeconfig else {}
        if self._who == HELM:
            helm = self._ground.endpoints.variables["WERF_HELM"]
            return spend([helm, "upgrade", "--install", "bench", ".helm", *named], folder, own)
        return self._ground.werfish(
            folder, self._project.name, "deploy", "--release", "bench", *named, **own
        )


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    folder = Path.cwd()
    run(["kubectl", "create", "namespace", name], folder)
    try:
        yield name
    finally:
        run(["kubectl", "delete", "namespace", name, "--wait=true"], folder)


@contextmanager
def _proxied(ground: Ground) -> Iterator[tuple[CountingProxy, Path, str]]:
    """Give a counting proxy, a kubeconfig that leads through it, and the way without it."""
    with subprocess.Popen(
        ["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            with CountingProxy(address) as proxy:
                clusters = [{"name": "bench", "cluster": {"server": f"http://{proxy.address}"}}]
                path = ground.scratch / "far.kubeconfig"
                path.write_text(json.dumps({**KUBECONFIG, "clusters": clusters}))
                yield proxy, path, f"http://{address}"
        finally:
            process.terminate()


def _post_all(api: str, namespace: str) -> None:
    with urllib3.PoolManager(maxsize=8) as pool, ThreadPoolExecutor(8) as threads:

        def post(one: tuple[str, dict[str, object]]) -> None:
            place, manifest = one
            answer = pool.request("POST", api + place.format(namespace=namespace), json=manifest)
            if answer.status != 201:
                raise SystemExit(f"bench: POST {place}: {answer.status}: {answer.data[:300]!r}")

        list(threads.map(post, plain_objects()))


def _finding(
    case: str,
    who: str,
    spent: dict[tuple[str, str], list[Spent]],
    counts: dict[tuple[str, str], int],
) -> Finding:
    found = spent[who, case]
    seconds = [one.seconds for one in found]
    more = [f"at most {max(one.peak for one in found):.0f} MB"]
    if (who, case) in counts:
        more.insert(0, f"{counts[who, case]} requests")
    if who == WERFISH:
        theirs = sorted(one.seconds for one in spent[HELM, case])
        ratio = sorted(seconds)[len(seconds) // 2] / theirs[len(theirs) // 2]
        more.insert(0, f"{ratio:.2f} of helm's")
    return Finding(
        f"{case}: {who}",
        seconds,
        [one.processor for one in found],
        ", ".join(more),
        TARGETS[case] if who == WERFISH else "",
    )
