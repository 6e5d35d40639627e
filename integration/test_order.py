"""The order of a deploy, and what policies make of it, on a real cluster beside a real helm."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.releasing import RealRelease, read_until
from werfish.deploy.changes import Action
from werfish.deploy.staging import ExternalMissingError
from werfish.errors import TrackError

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: NAME, annotations: {ANNOTATIONS}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers: [{name: job, image: {{ image . }}, command: [sh, -c, "COMMAND"]}]
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {ANNOTATIONS}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: web, image: {{ image . }}, command: [sleep, "1000"]}]
"""


def config(name: str, annotations: str = "", data: str = "{a: '1'}") -> str:
    metadata = f"{{name: {name}, annotations: {{{annotations}}}}}"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {data}\n"


def job(name: str, command: str, annotations: str = "") -> str:
    text = JOB.replace("NAME", name).replace("COMMAND", command)
    return text.replace("ANNOTATIONS", annotations)


def web(annotations: str = "") -> str:
    return WEB.replace("ANNOTATIONS", annotations)


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")


def ended(release: RealRelease, job: str) -> str:
    return str(release.json("get", "job", job)["status"]["completionTime"])


def began(release: RealRelease, kind: str, name: str) -> str:
    return str(release.json("get", kind, name)["metadata"]["creationTimestamp"])


def test_weights_and_dependencies_wait_until_what_is_before_is_ready(release: RealRelease) -> None:
    release.write(
        first=job("first", "sleep 2", "werf.io/weight: '-1'"),
        second=job("second", "sleep 2"),
        web=web("werf.io/deploy-dependency-second: 'state=ready,kind=Job,name=second'"),
        last=config("last", "werf.io/weight: '1'"),
        alone=config("alone"),
    )
    release.deploy()
    assert ended(release, "first") <= began(release, "job", "second")
    assert ended(release, "second") <= began(release, "deployment", "web")
    assert ended(release, "second") <= began(release, "configmap", "last")
    assert began(release, "configmap", "alone") < ended(release, "second")
    said = release.output.getvalue()
    assert "when Job/first is ready (werf.io/weight): ConfigMap/alone, Job/second" in said
    assert "when ConfigMap/alone, Job/second are ready (werf.io/weight): ConfigMap/last" in said
    assert release.deploy().plan.steps() == ()


def test_what_waits_is_not_written_where_that_fails(release: RealRelease) -> None:
    release.write(
        migrate=job("migrate", "echo no such table; exit 1"),
        web=web("werf.io/deploy-dependency-db: 'state=ready,kind=Job'"),
    )
    with pytest.raises(TrackError, match="no such table"):
        release.deploy()
    assert release.names("deployment") == []
    assert release.history() == [(1, "failed")]


def test_an_object_of_others_is_waited_for_by_watch(release: RealRelease) -> None:
    release.kubectl("create", "namespace", release.namespace)
    external = (
        "theirs.external-dependency.werf.io/resource: job/theirs, "
        "theirs.external-dependency.werf.io/namespace: " + release.namespace
    )
    release.write(mine=config("mine", external))
    process = release.start("deploy")
    read_until(process, "Waiting for Job/theirs")
    assert release.names("configmap") == []
    image = f"--image={release.image}"
    release.kubectl("create", "job", "theirs", image, "--", "sleep", "1")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert ended(release, "theirs") <= began(release, "configmap", "mine")


def test_an_object_of_others_that_does_not_come_is_named(release: RealRelease) -> None:
    release.timeout = 2
    release.write(mine=config("mine", "it.external-dependency.werf.io/resource: secret/theirs"))
    with pytest.raises(ExternalMissingError, match="Secret/theirs"):
        release.deploy()


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: oddsNUMBER.werfish.test
  annotations: {werf.io/deploy-dependency-first: 'state=ready,kind=Job,name=first'}
spec:
  group: werfish.test
  scope: Namespaced
  names: {kind: OddNUMBER, plural: oddsNUMBER, singular: oddNUMBER}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
ODD = "apiVersion: werfish.test/v1\nkind: OddNUMBER\nmetadata: {name: x}\nspec: {a: 1}\n"


def test_a_definition_that_waits_holds_up_its_objects(release: RealRelease) -> None:
    number = release.namespace.removeprefix("test-")
    plural = f"odds{number}.werfish.test"
    release.write(
        crd=DEFINITION.replace("NUMBER", number),
        odd=ODD.replace("NUMBER", number),
        first=job("first", "sleep 1"),
    )
    try:
        release.deploy()
        assert ended(release, "first") <= began(release, "crd", plural)
        assert release.json("get", plural, "x")["spec"] == {"a": 1}
    finally:
        release.dismiss()
    assert plural not in release.kubectl("get", "crd", "-o", "name")


def test_what_left_goes_first_where_something_needs_that(release: RealRelease) -> None:
    release.write(old=web())
    release.deploy()
    release.write(new=config("new", "werf.io/deploy-dependency-old: 'state=absent,name=web'"))
    release.deploy()
    assert release.names("deployment") == []
    assert release.names("pod") == []
    assert release.names("configmap") == ["new"]


def test_delete_policies(release: RealRelease) -> None:
    always = job("always", "true", "werf.io/delete-policy: before-creation")
    release.write(always=always, once=job("once", "true", "werf.io/delete-policy: succeeded"))
    release.deploy()
    assert release.names("job") == ["always"]
    uid = release.json("get", "job", "always")["metadata"]["uid"]
    plan = release.deploy().plan
    assert plan.count(Action.RECREATE) == 1
    assert release.json("get", "job", "always")["metadata"]["uid"] != uid
    release.write(bad=job("bad", "false", "werf.io/delete-policy: failed"))
    with pytest.raises(TrackError):
        release.deploy()
    assert "bad" not in release.names("job")


def test_orphans_are_left_where_the_object_says_so(release: RealRelease) -> None:
    release.write(web=web("werf.io/delete-propagation: Orphan"))
    release.deploy()
    release.write(a=config("a"))
    release.deploy()
    assert release.names("deployment") == []
    assert len(release.names("replicaset")) == 1


def test_replicas_and_resources_are_only_set_on_creation(release: RealRelease) -> None:
    names = ("set-replicas-only-on-creation", "set-resources-only-on-creation")
    kept = ", ".join(f"werf.io/{name}: 'true'" for name in names)
    release.write(web=web(kept))
    release.deploy()
    release.kubectl("scale", "deployment", "web", "--replicas=2")
    release.kubectl("set", "resources", "deployment", "web", "--requests=cpu=11m")
    release.kubectl("rollout", "status", "deployment", "web")
    assert release.deploy().plan.steps() == ()
    release.write(web=web(kept).replace("  replicas: 1\n", "").replace("1000", "2000"))
    release.deploy()
    spec = release.json("get", "deployment", "web")["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert spec["replicas"] == 2
    assert container["command"] == ["sleep", "2000"]
    assert container["resources"]["requests"] == {"cpu": "11m"}


def test_replicas_of_what_is_scaled_by_others_are_left(release: RealRelease) -> None:
    release.write(web=web())
    release.deploy()
    release.kubectl("autoscale", "deployment", "web", "--min=2", "--max=5")
    release.kubectl("scale", "deployment", "web", "--replicas=2")
    assert release.deploy().plan.steps() == ()
    release.kubectl("delete", "hpa", "web")
    assert release.deploy().plan.count(Action.UPDATE) == 1


def test_how_many_replicas_it_begins_with(release: RealRelease) -> None:
    begin = web("werf.io/replicas-on-creation: '2'").replace("  replicas: 1\n", "")
    release.write(web=begin)
    release.deploy()
    assert release.json("get", "deployment", "web")["spec"]["replicas"] == 2
    release.kubectl("scale", "deployment", "web", "--replicas=1")
    assert release.deploy().plan.steps() == ()


def test_what_is_anyones_is_shared_and_stays(release: RealRelease) -> None:
    release.kubectl("create", "namespace", release.namespace)
    release.kubectl("create", "configmap", "shared", "--from-literal=a=0")
    release.write(shared=config("shared", "werf.io/ownership: anyone"), own=config("own"))
    release.deploy()
    shared = release.json("get", "configmap", "shared")
    assert shared["data"] == {"a": "1"}
    assert "meta.helm.sh/release-name" not in shared["metadata"]["annotations"]
    release.dismiss()
    assert release.names("configmap") == ["shared"]


def test_events_and_phases(release: RealRelease) -> None:
    always = "werf.io/deploy-on: 'pre-install,pre-upgrade', werf.io/delete-policy: before-creation"
    release.write(
        before=job("before", "sleep 1", always),
        web=web("werf.io/deploy-on: install"),
        after=config("after", "werf.io/deploy-on: post-upgrade"),
    )
    release.deploy()
    assert ended(release, "before") <= began(release, "deployment", "web")
    assert release.names("configmap") == []
    release.write(
        before=job("before", "sleep 1", always),
        web=web("werf.io/deploy-on: install").replace("1000", "2000"),
        after=config("after", "werf.io/deploy-on: post-upgrade"),
    )
    release.deploy()
    assert release.names("configmap") == ["after"]
    (container,) = release.json("get", "deployment", "web")["spec"]["template"]["spec"][
        "containers"
    ]
    assert container["command"] == ["sleep", "1000"]


def hook(events: str, policy: str = "before-hook-creation", weight: int = 0) -> str:
    return (
        f"helm.sh/hook: '{events}', helm.sh/hook-weight: '{weight}', "
        f"helm.sh/hook-delete-policy: '{policy}'"
    )


def test_hooks_of_every_event_run_with_their_logs(release: RealRelease) -> None:
    events = "post-install,pre-upgrade,post-rollback,pre-delete"
    release.write(
        seen=job("seen", "echo it was seen; sleep 1", hook(events, "hook-succeeded")),
        bye=job("bye", "echo it said bye", hook("post-delete")),
        conf=config("conf"),
    )
    release.deploy()
    assert release.output.getvalue().count("it was seen") == 1
    release.deploy()
    release.rollback(1)
    assert release.output.getvalue().count("it was seen") == 3
    release.dismiss()
    assert release.output.getvalue().count("it was seen") == 4
    assert release.output.getvalue().count("it said bye") == 1
    assert release.names("job") == []


def test_tests_run_by_the_program_and_by_helm(
    release: RealRelease, program: Program, namespace: str
) -> None:
    release.write(
        conf=config("conf"),
        good=job("good", "echo all is well; sleep 1", hook("test")),
        bad=job("bad", "echo all is lost; exit 1", hook("test", weight=1)),
    )
    release.deploy()
    assert release.names("job") == []
    named = ("release", "test", "rel", "--namespace", namespace)
    done = program(*named, "--skip-test", "bad")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["TEST", "PHASE"],
        ["good", "Succeeded"],
    ]
    assert "all is well" in done.stderr
    done = program(*named, code=10)
    assert "bad" in done.stdout
    assert "all is lost" in done.stderr
    helm = [os.environ["WERF_HELM"], "-n", namespace]
    status = subprocess.run(
        [*helm, "status", "rel", "-o", "json"], check=True, capture_output=True, text=True
    ).stdout
    phases = {one["name"]: one["last_run"]["phase"] for one in json.loads(status)["hooks"]}
    assert phases == {"good": "Succeeded", "bad": "Failed"}
    tested = subprocess.run(
        [*helm, "test", "rel", "--filter", "name=good"], check=True, capture_output=True, text=True
    )
    assert "Succeeded" in tested.stdout
    assert release.history() == [(1, "deployed")]
