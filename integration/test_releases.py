"""Our records are Helm's: helm reads and continues ours, and we read helm's."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from tests.contracts.releases import ReleaseStorageLaws
from werfish.errors import ReleaseError
from werfish.kube.client import KubeCluster, connect
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Gvk, ResourceId
from werfish.releases.history import deployed, last
from werfish.releases.records import CONFIG_MAPS, RecordStorage
from werfish.releases.release import HookRecord, Release, Status
from werfish.releases.size import RecordTooLargeError, check_size
from werfish.releases.storage import ReleaseStorage

Helm = Callable[..., str]

CONFIG = """---
# Source: web/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  revision: "{revision}"
"""


@pytest.fixture
def cluster(kit: Endpoints, namespace: str) -> Iterator[KubeCluster]:
    found = connect(KubeOptions(config=kit.kubeconfig or "", environment=os.environ))
    found.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield found
    found.close()


@pytest.fixture
def storage(cluster: KubeCluster, namespace: str) -> RecordStorage:
    return RecordStorage(cluster, namespace, now=time.time)


@pytest.fixture
def helm(kit: Endpoints, namespace: str) -> Helm:
    def run(*arguments: str) -> str:
        return subprocess.run(
            [kit.helm or "helm", *arguments, "--namespace", namespace],
            env={**os.environ, **kit.variables},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    return run


class TestSecrets(ReleaseStorageLaws):
    @pytest.fixture
    def storage(self, storage: RecordStorage) -> ReleaseStorage:
        return storage


class TestConfigMaps(ReleaseStorageLaws):
    @pytest.fixture
    def storage(self, cluster: KubeCluster, namespace: str) -> ReleaseStorage:
        return RecordStorage(cluster, namespace, now=time.time, driver=CONFIG_MAPS)


def test_helm_reads_ours(storage: RecordStorage, helm: Helm, namespace: str) -> None:
    storage.create(_release(namespace, 1, Status.SUPERSEDED))
    storage.create(_release(namespace, 2, Status.DEPLOYED))
    listed = json.loads(helm("list", "-o", "json"))
    assert [(one["name"], one["revision"], one["status"]) for one in listed] == [
        ("web", "2", "deployed")
    ]
    assert listed[0]["chart"] == "web-1.2.3"
    history = json.loads(helm("history", "web", "-o", "json"))
    assert [one["status"] for one in history] == ["superseded", "deployed"]
    assert helm("get", "manifest", "web").strip() == CONFIG.format(revision=2).strip()
    assert json.loads(helm("get", "values", "web", "-o", "json")) == {"replicas": 2}
    assert "pre-install" in helm("get", "hooks", "web")
    assert "see the page" in helm("get", "notes", "web")
    assert "STATUS: deployed" in helm("status", "web")


def test_helm_rolls_back_to_ours(
    storage: RecordStorage, helm: Helm, namespace: str, cluster: KubeCluster
) -> None:
    for revision in (1, 2):
        status = Status.DEPLOYED if revision == 2 else Status.SUPERSEDED
        storage.create(replace(_release(namespace, revision, status), holder="run-1"))
    helm("rollback", "web", "1")
    config = ResourceId(Gvk("", "v1", "ConfigMap"), namespace, "web")
    assert cluster.get(config)["data"] == {"revision": "1"}
    current = deployed(storage.history("web"))
    assert current is not None
    assert current.revision == 3
    assert current.manifest.strip() == CONFIG.format(revision=1).strip()


def test_we_read_helms(storage: RecordStorage, helm: Helm, namespace: str, tmp_path: Path) -> None:
    helm("install", "web", str(_chart(tmp_path)), "--set", "color=blue", "--no-hooks")
    release = last(storage.history("web"))
    assert release is not None
    assert release.status is Status.DEPLOYED
    assert release.config == {"color": "blue"}
    assert "color: blue" in release.manifest
    assert [hook.events for hook in release.hooks] == [("pre-install",)]
    assert release.hooks[0].weight == 3
    assert release.first_deployed


def test_helm_goes_on_from_what_we_updated(
    storage: RecordStorage, helm: Helm, namespace: str, tmp_path: Path
) -> None:
    chart = str(_chart(tmp_path))
    helm("install", "web", chart, "--no-hooks")
    release = storage.history("web")[0]
    storage.update(replace(release, description="seen by werfish"))
    assert "seen by werfish" in helm("history", "web")
    helm("upgrade", "web", chart, "--no-hooks")
    assert [one.status for one in storage.history("web")] == [Status.SUPERSEDED, Status.DEPLOYED]


def test_a_record_that_is_too_large_is_explained(storage: RecordStorage, namespace: str) -> None:
    noise = os.urandom(1_200_000).hex()
    large = replace(_release(namespace, 1, Status.DEPLOYED), chart={"files": noise})
    with pytest.raises(RecordTooLargeError, match="1 MiB"):
        check_size(large)
    with pytest.raises(ReleaseError, match="Too long"):
        storage.create(large)


def test_the_largest_record_that_passes_the_check_is_taken(
    storage: RecordStorage, namespace: str
) -> None:
    noise = os.urandom(330_000).hex()
    large = replace(_release(namespace, 1, Status.DEPLOYED), chart={"files": noise * 2})
    check_size(large)
    storage.create(large)
    assert storage.history("web") == (large,)


def _release(namespace: str, revision: int, status: Status) -> Release:
    hook = HookRecord(
        name="web-hook",
        kind="ConfigMap",
        path="web/templates/hook.yaml",
        manifest="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-hook\n  annotations:\n"
        "    helm.sh/hook: pre-install\n",
        events=("pre-install",),
    )
    return Release(
        name="web",
        namespace=namespace,
        revision=revision,
        status=status,
        manifest=CONFIG.format(revision=revision),
        hooks=(hook,),
        chart={"metadata": {"name": "web", "version": "1.2.3", "apiVersion": "v2"}},
        config={"replicas": 2},
        first_deployed="2024-05-01T10:00:00.123456789Z",
        last_deployed="2024-05-01T10:00:00.123456789Z",
        description="Upgrade complete",
        notes="see the page",
    )


def _chart(folder: Path) -> Path:
    chart = folder / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text("color: red\n")
    (chart / "templates" / "config.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
        "data:\n  color: {{ .Values.color }}\n"
    )
    (chart / "templates" / "hook.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hook\n  annotations:\n"
        '    helm.sh/hook: pre-install\n    helm.sh/hook-weight: "3"\n'
    )
    return chart
