"""Deploys and dismissals killed at any instant: the next run finishes, nothing is left over."""

import json
import signal
import subprocess
import uuid

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.project import GitProject

CHART = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: one}}
data: {{text: "{text}"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: "only-{text}"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: sleeper}}
spec:
  selector: {{matchLabels: {{app: sleeper}}}}
  template:
    metadata:
      labels: {{app: sleeper}}
      annotations: {{text: "{text}"}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {{name: c, image: "busybox:1.35", command: [sleep, "1000"]}}
"""
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def kubectl(*arguments: str) -> str:
    done = subprocess.run(["kubectl", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def names(namespace: str, kind: str) -> list[str]:
    listing = json.loads(kubectl("get", kind, "-n", namespace, "-o", "json"))
    return [item["metadata"]["name"] for item in listing["items"]]


def killed(process: "subprocess.Popen[str]", seconds: float, how: signal.Signals) -> None:
    """Let *process* run for *seconds* and end it by *how*, unless it has ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
    process.communicate()


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_killed_deploys_and_dismissals_are_finished_by_the_next(
    program: Program, namespace: str
) -> None:
    project = GitProject(program.folder)
    release = ("--release", namespace, "--namespace", namespace)
    for chance in rounds("release-killed"):
        text = uuid.UUID(int=chance.getrandbits(128)).hex[:12]
        chart = {".helm/templates/all.yaml": CHART.format(text=text)}
        project.commit({"werf.yaml": "configVersion: 1\nproject: killed\n", **chart})
        killed(program.start("deploy", *release), chance.uniform(0.2, 3), chance.choice(SIGNALS))
        program("deploy", *release)
        maps = [name for name in names(namespace, "configmap") if name != "kube-root-ca.crt"]
        assert maps == ["one", f"only-{text}"]
        history = json.loads(
            subprocess.run(
                ["helm", "history", "-n", namespace, namespace, "-o", "json"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        assert [one["status"] for one in history].count("deployed") == 1
        assert history[-1]["status"] == "deployed"
        if chance.random() < 0.4:
            dismissal = ("dismiss", *release, "--with-namespace")
            killed(program.start(*dismissal), chance.uniform(0.2, 4), chance.choice(SIGNALS))
            finished = program(*dismissal, code=None)
            assert finished.code in (0, 8), finished.stderr
            assert namespace not in kubectl("get", "namespaces")
