"""The client against a real API server, and against what is none."""

import json
import os
import socket
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import yaml

from integration.kit.api import Endpoints
from tests.contracts.apply import ApplyLaws, WriteAs
from tests.contracts.cluster import CONFIG_MAP, ClusterLaws, config_map, id_of
from werfish.kube.client import KubeCluster, connect
from werfish.kube.cluster import STRATEGIC_PATCH
from werfish.kube.errors import (
    ForbiddenError,
    InvalidError,
    KubeconfigError,
    UnreachableError,
)
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Gvk, ResourceId

NAMESPACE = Gvk("", "v1", "Namespace")


@pytest.fixture
def options(kit: Endpoints) -> KubeOptions:
    return KubeOptions(config=kit.kubeconfig or "", environment=os.environ)


@pytest.fixture
def cluster(options: KubeOptions, tmp_path: Path) -> Iterator[KubeCluster]:
    found = connect(options, cache=tmp_path / "cache")
    yield found
    found.close()


@pytest.fixture
def made(cluster: KubeCluster, namespace: str) -> str:
    """Make the test's namespace."""
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    return namespace


class TestRealCluster(ClusterLaws, ApplyLaws):
    @pytest.fixture
    def namespace(self, made: str) -> str:
        return made

    @pytest.fixture
    def write_as(self, made: str) -> WriteAs:
        def write(manager: str, name: str, data: dict[str, Any]) -> None:
            patch = ["--type", "merge", "-p", json.dumps({"data": data})]
            command = ["kubectl", "-n", made, "patch", "configmap", name, *patch]
            subprocess.run([*command, "--field-manager", manager], check=True, capture_output=True)

        return write


def test_schemas_tell_how_to_merge(cluster: KubeCluster, tmp_path: Path) -> None:
    deployment = cluster.schema(Gvk("apps", "v1", "Deployment"))
    pod = deployment.field("spec").field("template").field("spec")
    containers = pod.field("containers")
    assert deployment.is_strategic
    assert containers.merge_keys == ("name",)
    assert containers.items.field("env").merge_keys == ("name",)
    assert containers.items.field("ports").merge_keys == ("containerPort",)
    assert containers.items.field("ports").list_map_keys == ("containerPort", "protocol")
    assert containers.items.field("args").is_atomic
    assert pod.field("volumes").retains_keys
    assert deployment.field("metadata").field("finalizers").is_set
    assert containers.items.field("resources").field("limits").field("cpu").is_quantity
    assert list((tmp_path / "cache").rglob("apis_apps_v1-*.json"))


def test_schemas_come_from_the_cache(
    cluster: KubeCluster, options: KubeOptions, tmp_path: Path
) -> None:
    cluster.schema(Gvk("batch", "v1", "Job"))
    for file in (tmp_path / "cache").rglob("*.json"):
        file.write_text('{"components": {}}')
    again = connect(options, cache=tmp_path / "cache")
    assert not again.schema(Gvk("batch", "v1", "Job")).is_known


def test_a_young_crd_is_known_at_once(cluster: KubeCluster, made: str) -> None:
    group = f"{made}.example.com"
    crd = ResourceId(
        Gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition"), "", f"wonders.{group}"
    )
    cluster.api_resources()
    cluster.create(_crd(group))
    try:
        _established(cluster, crd)
        wonder = {
            "apiVersion": f"{group}/v1",
            "kind": "Wonder",
            "metadata": {"name": "one", "namespace": made},
            "spec": {"size": 1},
        }
        id = ResourceId(Gvk(group, "v1", "Wonder"), made, "one")
        assert cluster.create(wonder)["spec"] == {"size": 1}
        assert not cluster.schema(id.gvk).is_strategic
        with pytest.raises(InvalidError):
            cluster.patch(id, {"spec": {"size": 2}}, content_type=STRATEGIC_PATCH)
    finally:
        cluster.delete(crd)


def test_long_lists_are_read_to_their_end(cluster: KubeCluster, made: str) -> None:
    for number in range(3):
        cluster.create(config_map(made, f"n{number}"))
    from werfish.kube import client

    page, client.PAGE = client.PAGE, 1
    try:
        assert len(cluster.list(CONFIG_MAP, made, labels="app").items) == 3
    finally:
        client.PAGE = page


def test_the_servers_words_are_kept(cluster: KubeCluster, made: str) -> None:
    bad = config_map(made, "Not_A_Name")
    with pytest.raises(InvalidError, match=r"create ConfigMap/Not_A_Name.*RFC 1123"):
        cluster.create(bad)


def test_a_kubeconfig_may_be_given_as_base64(options: KubeOptions) -> None:
    text = b64encode(Path(options.config).read_bytes()).decode()
    assert connect(KubeOptions(config_base64=text)).version().startswith("v1.")


def test_no_key_is_left_on_disk(
    options: KubeOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    cluster = connect(options)
    assert list(tmp_path.iterdir()) == []
    assert cluster.version()


def test_strange_credentials_are_refused(options: KubeOptions, tmp_path: Path) -> None:
    changed = _changed(options, user={"token": "wrong"})
    with pytest.raises(ForbiddenError) as caught:
        connect(_written(changed, tmp_path)).list(CONFIG_MAP, "default")
    assert "log in" in caught.value.hint


def test_a_refusing_server_is_told_quickly(options: KubeOptions, tmp_path: Path) -> None:
    changed = _changed(options, cluster={"server": f"https://127.0.0.1:{_free_port()}"})
    begin = monotonic()
    with pytest.raises(UnreachableError, match=r"connection refused") as caught:
        connect(_written(changed, tmp_path)).version()
    assert str(tmp_path / "config") in str(caught.value)
    assert monotonic() - begin < 5


def test_a_foreign_certificate_is_told(options: KubeOptions, tmp_path: Path) -> None:
    changed = _changed(options)
    changed["clusters"][0]["cluster"].pop("certificate-authority-data", None)
    changed["clusters"][0]["cluster"].pop("certificate-authority", None)
    with pytest.raises(UnreachableError, match=r"TLS failed.*certificate verify failed"):
        connect(_written(changed, tmp_path)).version()


def test_what_speaks_no_tls_is_told(options: KubeOptions, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_nonsense, args=(server,), daemon=True).start()
        address = f"https://127.0.0.1:{server.getsockname()[1]}"
        changed = _changed(options, cluster={"server": address})
        with pytest.raises(UnreachableError, match="TLS failed"):
            connect(_written(changed, tmp_path)).version()


def test_a_failing_credential_plugin_is_told(options: KubeOptions, tmp_path: Path) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", "echo please log in >&2; exit 1"],
        "interactiveMode": "Never",
    }
    changed = _changed(options, user={"exec": plugin})
    with pytest.raises(KubeconfigError, match="please log in"):
        connect(_written(changed, tmp_path))


def test_a_kubeconfig_list_skips_missing_files(options: KubeOptions) -> None:
    both = f"/nowhere/config:{options.config}"
    environment = {"KUBECONFIG": both}
    assert connect(KubeOptions(environment=environment)).version()


def test_an_unknown_context_is_named(options: KubeOptions) -> None:
    with pytest.raises(KubeconfigError, match="no-such-context"):
        connect(KubeOptions(config=options.config, context="no-such-context"))


def test_roles_limit_what_may_be_done(
    cluster: KubeCluster, options: KubeOptions, made: str, tmp_path: Path
) -> None:
    cluster.create(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "weak", "namespace": made},
        }
    )
    path = f"/api/v1/namespaces/{made}/serviceaccounts/weak/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    token = cluster.request("POST", path, body=request)["status"]["token"]
    weak = connect(_written(_changed(options, user={"token": token}), tmp_path))
    with pytest.raises(ForbiddenError, match="weak"):
        weak.get(id_of(made))


def _changed(
    options: KubeOptions, *, cluster: Any = None, user: dict[str, Any] | None = None
) -> Any:
    document = yaml.safe_load(Path(options.config).read_text())
    document["clusters"][0]["cluster"] |= cluster or {}
    if user is not None:
        document["users"][0]["user"] = user
    return document


def _written(document: Any, folder: Path) -> KubeOptions:
    file = folder / "config"
    file.write_text(yaml.safe_dump(document))
    return KubeOptions(config=str(file), environment=os.environ)


def _crd(group: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"wonders.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "wonders", "singular": "wonder", "kind": "Wonder"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def _established(cluster: KubeCluster, crd: ResourceId) -> None:
    fields = f"metadata.name={crd.name}"
    listing = cluster.list(crd.gvk, fields=fields)
    watch = cluster.watch(crd.gvk, resource_version=listing.resource_version, fields=fields)
    for manifest in listing.items:
        if _is_established(manifest):
            return watch.close()
    for event in watch:
        if _is_established(event.object):
            return watch.close()
    return None


def _is_established(manifest: Any) -> bool:
    conditions = (manifest.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answer_nonsense(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nhello")
