"""Deploys on an API server that refuses, stalls and drops requests, and beside a live helm."""

import json
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from integration.kit.fault_proxy import Choice, Fault, FaultProxy
from integration.plain_api import plain_api
from integration.releasing import RealRelease, read_until
from integration.test_deploy import config
from werfish.deploy.pending import PendingReleaseError

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

MAPS = 60
HOOK = """
apiVersion: batch/v1
kind: Job
metadata:
  name: slow
  annotations: {{helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: before-hook-creation}}
spec:
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers: [{{name: slow, image: {image}, command: [sleep, "{seconds}"]}}]
"""


def refusal(status: int, reason: str, **headers: str) -> Fault:
    """Refuse as the API does, in its own form."""
    document = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": f"for this test: {reason}",
        "reason": reason,
        "code": status,
    }
    own = {
        "Content-Type": "application/json",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    return Fault("refuse", status, own, json.dumps(document).encode())


ALWAYS = (
    Fault("cut"),
    Fault("lost"),
    Fault("slow"),
    refusal(429, "TooManyRequests", Retry_After="1"),
    refusal(500, "InternalError"),
    refusal(503, "ServiceUnavailable", Retry_After="1"),
    refusal(504, "Timeout"),
)
READS = (Fault("short"), refusal(410, "Expired"))
WRITES = (refusal(409, "Conflict"),)


def at_random(chance: random.Random, share: float) -> Choice:
    """Let *share* of all requests meet something that an API server does."""

    def choose(method: str, path: str) -> Fault | None:
        if chance.random() >= share:
            return None
        own = READS if method == "GET" else WRITES if method in ("PUT", "PATCH") else ()
        choices: Sequence[Fault] = (*ALWAYS, *own)
        return chance.choice(choices)

    return choose


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")


@pytest.fixture
def troubled(kit: Endpoints, tmp_path: Path) -> Iterator[FaultProxy]:
    """Lead to the API server through a proxy; ``far.json`` is a kubeconfig of that way."""
    with plain_api() as target, FaultProxy(target) as proxy:
        (tmp_path / "far.json").write_text(json.dumps(_kubeconfig(proxy.address)))
        yield proxy


def _kubeconfig(address: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "far",
        "clusters": [{"name": "far", "cluster": {"server": f"http://{address}"}}],
        "contexts": [{"name": "far", "context": {"cluster": "far", "user": "far"}}],
        "users": [{"name": "far", "user": {}}],
    }


def check(release: RealRelease, value: str) -> None:
    """See that the cluster is as the chart says, and the history without anything pending."""
    found = {one["metadata"]["name"]: one["data"] for one in release.json("get", "cm")["items"]}
    assert {found[f"map{one}"]["a"] for one in range(MAPS)} == {value}
    assert release.history()[-1][1] == "deployed"
    assert not any(status.startswith("pending") for _, status in release.history())
    assert release.names("lease") == []


def test_a_troubled_server_is_put_up_with(
    release: RealRelease,
    troubled: FaultProxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release.write(
        **{f"map{one}": config(f"map{one}", "{a: '{{ .Values.v }}'}") for one in range(MAPS)}
    )
    release.deploy("v=first")
    for number, chance in enumerate(rounds("troubled-server")):
        troubled.choose = at_random(chance, chance.choice((0.02, 0.1)))
        with monkeypatch.context() as far:
            far.setenv("KUBECONFIG", str(tmp_path / "far.json"))
            process = release.start("deploy", f"v=far{number}")
            _, said = process.communicate()
        assert "Traceback" not in said, said
        assert process.returncode in (0, 9), said
        if process.returncode == 0:
            check(release, f"far{number}")
        release.deploy(f"v=near{number}")
        check(release, f"near{number}")
    assert troubled.met


def test_a_refusal_for_a_moment_is_not_an_error(
    release: RealRelease, troubled: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.write(
        **{f"map{one}": config(f"map{one}", "{a: '{{ .Values.v }}'}") for one in range(MAPS)}
    )
    seen: set[tuple[str, str]] = set()

    def first_of_each(method: str, path: str) -> Fault | None:
        key = method, path.partition("?")[0]
        is_first = key not in seen
        seen.add(key)
        return refusal(429, "TooManyRequests", Retry_After="1") if is_first else None

    troubled.choose = first_of_each
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "far.json"))
    release.deploy("v=1")
    assert troubled.met
    check(release, "1")


def test_a_webhook_that_is_briefly_away_is_waited_for(release: RealRelease, tmp_path: Path) -> None:
    release.write(a=config("a"), b=config("b"))
    webhook = tmp_path / "webhook.json"
    webhook.write_text(json.dumps(_webhook(release.namespace)))
    release.kubectl("create", "-f", str(webhook))
    try:
        process = release.start("deploy")
        said = read_until(process, 'webhook "maps.example.com"')
        release.kubectl("delete", "-f", str(webhook))
        said += process.communicate()[1]
    finally:
        release.kubectl("delete", "-f", str(webhook), "--ignore-not-found")
    assert process.returncode == 0, said
    assert said.count("it is tried again for a minute") == 1
    assert release.names("cm") == ["a", "b"]
    assert release.history() == [(1, "deployed")]


def _webhook(namespace: str) -> dict[str, object]:
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["*"],
        "resources": ["configmaps"],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": namespace},
        "webhooks": [
            {
                "name": "maps.example.com",
                "clientConfig": {"url": "https://127.0.0.1:1/maps"},
                "rules": [rule],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "timeoutSeconds": 1,
            }
        ],
    }


@contextmanager
def live_upgrade(release: RealRelease, folder: Path, seconds: int) -> Iterator[None]:
    """Have ``helm upgrade`` at work, which takes *seconds* more at least."""
    chart = folder / "helms"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (chart / "templates/a.yaml").write_text(config("a", "{by: helm}"))
    release.run_helm("upgrade", "--install", "--create-namespace", "rel", str(chart))
    (chart / "templates/hook.yaml").write_text(HOOK.format(image=release.image, seconds=seconds))
    command = [os.environ["WERF_HELM"], "-n", release.namespace, "upgrade", "rel", str(chart)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as helm:
        try:
            release.kubectl("wait", "--for=create", "job/slow", "--timeout=60s")
            yield
        finally:
            helm.kill()


def test_a_live_upgrade_of_helm_is_waited_for(release: RealRelease, tmp_path: Path) -> None:
    release.write(a=config("a", "{by: werfish}"))
    with live_upgrade(release, tmp_path, 6):
        release.deploy()
    assert "waiting for revision 2, which is pending-upgrade" in release.output.getvalue()
    assert release.json("get", "cm", "a")["data"] == {"by": "werfish"}
    assert [status for _, status in release.history()] == ["superseded", "superseded", "deployed"]


def test_a_live_upgrade_of_helm_is_not_broken_into(release: RealRelease, tmp_path: Path) -> None:
    release.write(a=config("a", "{by: werfish}"))
    with live_upgrade(release, tmp_path, 300):
        with pytest.raises(PendingReleaseError, match="revision 2 is pending-upgrade"):
            release.deploy()
        assert release.json("get", "cm", "a")["data"] == {"by": "helm"}
        assert [status for _, status in release.history()] == ["deployed", "pending-upgrade"]
    assert release.names("lease") == []
