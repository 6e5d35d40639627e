"""A release of 500 workloads with 5,000 simulated pods: what following costs, and the verdicts.

Every 25th workload is one whose pods have an image without a valid name; it is allowed to fail.
Whether each verdict was right is read from the report of the deploy, and from the cluster itself.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration.bench.contenders import run
from integration.bench.findings import Finding, table_of
from integration.bench.ground import Ground
from integration.bench.project import Project, start_project
from integration.bench.spent import Spent
from integration.kit import kwok

WORKLOADS, PODS, STATEFUL, BAD = 500, 10, 10, 25
"""So many workloads of so many pods; every so manieth is a StatefulSet, and has no valid image."""

RELEASE, REPORT = "bench", "report.json"
_WORKLOAD = """---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: app-{number}, annotations: {{werf.io/fail-mode: {fail_mode}}}}}
spec:
  replicas: {pods}
  selector: {{matchLabels: {{app: app-{number}}}}}
  {own}
  template:
    metadata:
      labels: {{app: app-{number}}}
      annotations: {{{annotations}stamp: {{{{ .Values.stamp | quote }}}}}}
    spec:
      terminationGracePeriodSeconds: 0
      automountServiceAccountToken: false
      tolerations: [{{key: {taint}, operator: Exists}}]
      nodeSelector: {{kubernetes.io/hostname: {node}}}
      containers: [{{name: app, image: "registry.example.com/app:1"}}]
"""


def measure_scale(ground: Ground) -> str:
    """Measure, and return the table."""
    found: dict[str, list[Spent]] = {}
    for number in range(ground.rounds):
        ground.say(f"scale: round {number + 1} of {ground.rounds}")
        with _node(ground) as node, _namespace(ground) as namespace:
            project = _made(ground, node)
            for title, stamp in (("all new", "1"), ("all changed", "2")):
                found.setdefault(title, []).append(_deployed(ground, project, namespace, stamp))
    return table_of([_finding(*one) for one in found.items()], ground.yardsticks())


def _finding(title: str, spent: list[Spent]) -> Finding:
    shares = ", ".join(f"{one.processor / one.seconds:.0%}" for one in spent)
    peak = max(one.peak for one in spent)
    return Finding(
        f"{WORKLOADS} workloads, {WORKLOADS * PODS} pods, {title}",
        [one.seconds for one in spent],
        [one.processor for one in spent],
        f"{shares} of a processor, at most {peak:.0f} MB, no verdict missed",
        "30% and 300 MB",
    )


def _made(ground: Ground, node: str) -> Project:
    name = ground.name("scale")
    chart = "".join(_workload(number, node) for number in range(WORKLOADS))
    files = {
        "werf.yaml": f"project: {name}\nconfigVersion: 1\n",
        ".helm/Chart.yaml": "apiVersion: v2\nname: bench\nversion: 0.1.0\n",
        ".helm/values.yaml": "stamp: '0'\n",
        ".helm/templates/all.yaml": chart,
    }
    return start_project(ground.scratch / name, name, files)


def _workload(number: int, node: str) -> str:
    is_stateful, is_bad = number % STATEFUL == 1, _is_bad(number)
    return _WORKLOAD.format(
        kind="StatefulSet" if is_stateful else "Deployment",
        number=number,
        fail_mode="IgnoreAndContinueDeployProcess"
        if is_bad
        else "FailWholeDeployProcessImmediately",
        pods=PODS,
        own="podManagementPolicy: Parallel" if is_stateful else "strategy: {type: RollingUpdate}",
        annotations=f"{kwok.FATE}: bad, " if is_bad else "",
        taint=kwok.TAINT,
        node=node,
    )


def _is_bad(number: int) -> bool:
    return number % BAD == 0


def _deployed(ground: Ground, project: Project, namespace: str, stamp: str) -> Spent:
    spent = ground.werfish(
        project.folder,
        project.name,
        *("deploy", "--release", RELEASE, "--namespace", namespace, "--deploy-report", REPORT),
        *("--set-string", f"stamp={stamp}"),
    )
    _check_report(json.loads((project.folder / REPORT).read_text()))
    _check_pods(namespace, stamp)
    return spent


def _check_report(report: dict[str, list[dict[str, str]]]) -> None:
    states = {one["name"]: one["state"] for one in report["resources"]}
    wanted = {
        f"app-{number}": "failed" if _is_bad(number) else "ready" for number in range(WORKLOADS)
    }
    if wrong := {name: states.get(name) for name in wanted if states.get(name) != wanted[name]}:
        raise SystemExit(f"bench: these verdicts are wrong: {wrong}")


def _check_pods(namespace: str, stamp: str) -> None:
    """Ask for the pods themselves: what was said to be ready has all of its new pods running."""
    columns = "LABEL:.metadata.labels.app,STAMP:.metadata.annotations.stamp,PHASE:.status.phase"
    argv = ["kubectl", "get", "pods", "-n", namespace, "--no-headers", "-o"]
    lines = run([*argv, f"custom-columns={columns}"], Path.cwd()).splitlines()
    running: Counter[str] = Counter()
    for line in lines:
        app, found, phase = line.split()
        running[app] += found == stamp and phase == "Running"
    good = [f"app-{number}" for number in range(WORKLOADS) if not _is_bad(number)]
    if short := {app: running[app] for app in good if running[app] < PODS}:
        raise SystemExit(f"bench: said to be ready, but so many pods run: {short}")


@contextmanager
def _node(ground: Ground) -> Iterator[str]:
    name = ground.name("node")
    file = ground.scratch / "node.json"
    file.write_text(json.dumps(kwok.node(name)))
    run(["kubectl", "create", "-f", str(file)], Path.cwd())
    try:
        yield name
    finally:
        run(["kubectl", "delete", "node", name], Path.cwd())


@contextmanager
def _namespace(ground: Ground) -> Iterator[str]:
    name = ground.name("scale")
    run(["kubectl", "create", "namespace", name], Path.cwd())
    try:
        yield name
    finally:
        run(["kubectl", "delete", "namespace", name, "--wait=true"], Path.cwd())
