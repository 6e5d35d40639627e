"""Deploys on a real cluster, with a real helm: applied, repaired, failed, killed."""

import os
import subprocess
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from integration.releasing import RealRelease, read_until
from werfish.deploy.changes import Action, AdoptionError
from werfish.deploy.immutable import ImmutableFieldError
from werfish.errors import TrackError
from werfish.helm.render_errors import RenderError
from werfish.kube.errors import UnknownKindError

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {}}}\ndata: {}\n"
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        {{- werf_container_image . | nindent 8 }}
        command: [sh, -c, {{ .Values.command | default "sleep 1000" | quote }}]
        resources: {requests: {cpu: 0.01, memory: 1024Ki}}
        env:
        {{- werf_container_env . | nindent 8 }}
        readinessProbe: {exec: {command: [test, -e, /bin/sh]}, periodSeconds: 1}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata:
  name: job
  annotations: ANNOTATIONS
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: job, image: {{ image . }}, command: [sh, -c, {{ .Values.job | quote }}]}]
"""


def config(name: str, data: str = "{a: '1'}") -> str:
    return CONFIG.format(name, data)


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")


def test_install_upgrade_and_what_helm_sees_of_it(release: RealRelease) -> None:
    release.write(web=WEB, conf=config("a"), gone=config("b"))
    release.deploy()
    assert release.json("get", "deployment", "web")["status"]["availableReplicas"] == 1
    release.write(web=WEB, conf=config("a", "{a: '2'}"), new=config("c"))
    plan = release.deploy().plan
    assert [plan.count(action) for action in Action] == [1, 1, 0, 1, 1]
    assert release.names("configmap") == ["a", "c"]
    assert release.history() == [(1, "superseded"), (2, "deployed")]
    helm = [os.environ["WERF_HELM"], "-n", release.namespace]
    manifest = subprocess.run(
        [*helm, "get", "manifest", "rel"], check=True, capture_output=True, text=True
    ).stdout
    assert "kind: Deployment" in manifest
    subprocess.run([*helm, "rollback", "rel", "1", "--wait"], check=True, capture_output=True)
    assert release.names("configmap") == ["a", "b"]
    release.deploy()
    assert release.names("configmap") == ["a", "c"]


def test_an_unchanged_release_writes_nothing(release: RealRelease) -> None:
    release.write(web=WEB, conf=config("a"))
    release.deploy()
    versions = release.kubectl("get", "deployment,configmap", "-o", "yaml")
    plan = release.deploy().plan
    assert plan.steps() == ()
    assert release.kubectl("get", "deployment,configmap", "-o", "yaml") == versions


def test_drift_is_repaired_and_what_others_added_stays(release: RealRelease) -> None:
    release.write(web=WEB, conf=config("a"))
    release.deploy()
    release.kubectl("patch", "configmap", "a", "-p", '{"data": {"a": "drift", "foreign": "9"}}')
    sidecar = {"name": "sidecar", "image": release.image, "command": ["sleep", "1000"]}
    patch = str({"spec": {"template": {"spec": {"containers": [sidecar]}}}}).replace("'", '"')
    release.kubectl("patch", "deployment", "web", "-p", patch)
    release.kubectl("scale", "deployment", "web", "--replicas=2")
    release.deploy()
    assert release.json("get", "configmap", "a")["data"] == {"a": "1", "foreign": "9"}
    spec = release.json("get", "deployment", "web")["spec"]
    assert spec["replicas"] == 1
    containers = spec["template"]["spec"]["containers"]
    assert {container["name"] for container in containers} == {"web", "sidecar"}


def test_a_failing_release_is_recorded_with_its_cause_and_mended_by_the_next(
    release: RealRelease,
) -> None:
    release.write(web=WEB)
    release.deploy()
    with pytest.raises(TrackError, match=r"ErrImagePull|ImagePullBackOff"):
        release.deploy(image=release.image + "-nosuch")
    assert release.history() == [(1, "deployed"), (2, "failed")]
    release.deploy()
    assert release.history()[-1] == (3, "deployed")


def test_a_job_that_fails_shows_its_log(release: RealRelease) -> None:
    release.write(job=JOB.replace("ANNOTATIONS", "{}"))
    with pytest.raises(TrackError, match="Job/job") as caught:
        release.deploy("job=echo the cause; exit 3")
    assert "the cause" in str(caught.value)
    assert release.history() == [(1, "failed")]


def test_a_job_that_cannot_change_is_explained_or_made_anew(release: RealRelease) -> None:
    release.write(job=JOB.replace("ANNOTATIONS", "{}"))
    release.deploy("job=true")
    with pytest.raises(ImmutableFieldError, match="Job/job"):
        release.deploy("job=echo again")
    policy = "{werf.io/delete-policy: before-creation-if-immutable}"
    release.write(job=JOB.replace("ANNOTATIONS", policy))
    release.deploy("job=echo again")
    (container,) = release.json("get", "job", "job")["spec"]["template"]["spec"]["containers"]
    assert container["command"][-1] == "echo again"


def test_hooks_run_before_and_are_waited_for(release: RealRelease) -> None:
    hook = "{helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-succeeded}"
    release.write(job=JOB.replace("ANNOTATIONS", hook), conf=config("a"))
    release.deploy("job=true")
    assert release.names("job") == []
    with pytest.raises(TrackError):
        release.deploy("job=false")
    assert release.history() == [(1, "deployed"), (2, "failed")]
    assert release.names("job") == ["job"]


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foosNUMBER.werfish.test}
spec:
  group: werfish.test
  scope: Namespaced
  names: {kind: FooNUMBER, plural: foosNUMBER, singular: fooNUMBER}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
FOO = "apiVersion: werfish.test/v1\nkind: FooNUMBER\nmetadata: {name: x}\nspec: {a: [1, 2]}\n"


def test_a_kind_and_its_objects_come_in_one_release(release: RealRelease) -> None:
    number = release.namespace.removeprefix("test-")
    foo = FOO.replace("NUMBER", number)
    release.write(crd=CRD.replace("NUMBER", number), foo=foo)
    release.deploy()
    release.write(crd=CRD.replace("NUMBER", number), foo=foo.replace("[1, 2]", "[2]"))
    release.deploy()
    plural = f"foos{number}.werfish.test"
    assert release.json("get", plural, "x")["spec"] == {"a": [2]}
    release.dismiss()
    assert plural not in release.kubectl("get", "crd", "-o", "name")


def test_wrong_charts_leave_nothing(release: RealRelease) -> None:
    release.write(a="{{ nonsense }}")
    with pytest.raises(RenderError):
        release.deploy()
    release.write(a=FOO)
    with pytest.raises(UnknownKindError):
        release.deploy()
    assert release.namespace not in release.kubectl("get", "namespaces", "-o", "name")


def test_what_belongs_to_others_is_not_taken(release: RealRelease) -> None:
    release.kubectl("create", "namespace", release.namespace)
    release.kubectl("create", "configmap", "a")
    release.write(conf=config("a"), more=config("b"))
    with pytest.raises(AdoptionError, match="ConfigMap/a"):
        release.deploy()
    assert release.names("configmap") == ["a"]
    assert release.names("secret") == []


def test_lookups_see_the_cluster(release: RealRelease) -> None:
    lookup = """{{ (lookup "v1" "ConfigMap" .Release.Namespace "kept").data.a | quote }}"""
    release.write(conf=config("kept"))
    release.deploy()
    release.write(conf=config("kept"), more=config("b", "{seen: " + lookup + "}"))
    release.deploy()
    assert release.json("get", "configmap", "b")["data"] == {"seen": "1"}


@pytest.mark.parametrize("word", ["Applying", "Waiting until"])
def test_a_killed_deploy_is_finished_by_the_next(release: RealRelease, word: str) -> None:
    release.write(web=WEB)
    release.deploy()
    release.write(web=WEB, more=config("half"))
    process = release.start("deploy", "command=sleep 2000", "replicas=2")
    read_until(process, word)
    process.kill()
    process.communicate()
    release.write(web=WEB)
    release.deploy()
    assert release.names("configmap") == []
    assert release.json("get", "deployment", "web")["spec"]["replicas"] == 1
    assert [status for _, status in release.history()] == ["superseded", "failed", "deployed"]
    assert "marked failed" in release.output.getvalue()


def test_a_terminated_deploy_records_its_end_and_frees_the_lock(release: RealRelease) -> None:
    release.write(web=WEB)
    process = release.start("deploy", "command=sleep 1000", "replicas=9999")
    read_until(process, "Waiting until")
    process.terminate()
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert release.history() == [(1, "failed")]
    assert release.names("lease") == []


def test_two_deploys_at_once_come_one_after_the_other(release: RealRelease) -> None:
    release.write(conf=config("a", "{a: '{{ .Values.v }}'}"))
    processes = [release.start("deploy", f"v={number}") for number in "12"]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(release.history()) == [(1, "superseded"), (2, "deployed")]
