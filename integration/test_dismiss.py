"""Dismissals on a real cluster: what is gone, what stays, and what a killed one leaves."""

import subprocess
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from integration.releasing import RealRelease, read_until
from integration.test_deploy import WEB, config
from werfish.actions.dismiss import ReleaseMissingError
from werfish.deploy.contents import NamespaceInUseError

STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 0
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: {{ image . }}}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
"""
CLAIM = """{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data-db-0"},
"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}}"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "{{ .Release.Namespace }}"}
rules: []
"""


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    found = RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")
    found.write(web=WEB, conf=config("a"), role=ROLE)
    return found


def has_namespace(release: RealRelease) -> bool:
    found = release.kubectl("get", "namespaces", "-o", "name")
    return f"namespace/{release.namespace}" in found.split()


def has_role(release: RealRelease) -> bool:
    return release.namespace in release.kubectl("get", "clusterroles", "-o", "name")


def test_everything_is_gone_when_it_returns_but_the_namespace(release: RealRelease) -> None:
    release.deploy()
    release.dismiss()
    for kind in ("pod", "replicaset", "deployment", "configmap", "secret", "lease"):
        assert release.names(kind) == []
    assert not has_role(release)
    assert has_namespace(release)
    with pytest.raises(ReleaseMissingError):
        release.dismiss()


def test_the_namespace_is_gone_too_if_asked(release: RealRelease) -> None:
    release.write(web=WEB, db=STATEFUL, role=ROLE)
    release.deploy()
    subprocess.run(
        ["kubectl", "-n", release.namespace, "create", "-f", "-"],
        input=CLAIM.encode(),
        check=True,
        capture_output=True,
    )
    release.dismiss(with_namespace=True)
    assert not has_namespace(release)
    assert not has_role(release)
    with pytest.raises(ReleaseMissingError):
        release.dismiss(with_namespace=True)


def test_what_others_have_there_stops_it_until_forced(release: RealRelease) -> None:
    release.deploy()
    release.kubectl("create", "configmap", "foreign")
    with pytest.raises(NamespaceInUseError, match="ConfigMap/foreign"):
        release.dismiss(with_namespace=True)
    assert release.names("configmap") == ["a", "foreign"]
    release.dismiss()
    assert release.names("configmap") == ["foreign"]
    release.dismiss(with_namespace=True, force=True)
    assert not has_namespace(release)


@pytest.mark.parametrize("word", ["Deleting release", "Deleting namespace"])
def test_a_killed_dismissal_is_finished_by_the_next(release: RealRelease, word: str) -> None:
    release.deploy()
    process = release.start("dismiss", "--with-namespace")
    read_until(process, word)
    process.kill()
    process.communicate()
    release.dismiss(with_namespace=True)
    assert not has_namespace(release)
    assert not has_role(release)


def test_deploying_into_a_namespace_that_is_going_waits_for_it(release: RealRelease) -> None:
    release.deploy()
    release.kubectl("delete", "namespace", release.namespace, "--wait=false")
    release.kubectl("delete", "clusterrole", release.namespace)
    release.deploy()
    assert "is being deleted" in release.output.getvalue()
    assert release.history() == [(1, "deployed")]
    release.dismiss(with_namespace=True)
