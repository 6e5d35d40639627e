"""Deploys in other modes on a real cluster, beside a real helm and kubectl."""

import json
from pathlib import Path
from typing import Any

import pytest

from integration.kit.api import Endpoints
from integration.releasing import RealRelease
from werfish.actions.saved_plan import PlanDrift, StalePlanError
from werfish.deploy.changes import AdoptionError
from werfish.deploy.drift import PlanDriftError
from werfish.deploy.merging import REPAIR_PATCH
from werfish.deploy.modes import ApplyMethod, MergeMode, Modes
from werfish.deploy.server_side import FieldConflictsError
from werfish.errors import TrackError
from werfish.releases.records import CONFIG_MAPS

SERVER_SIDE = Modes(method=ApplyMethod.SERVER_SIDE)
FORCED = Modes(method=ApplyMethod.SERVER_SIDE, force_conflicts=True)
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {}}}\ndata: {}\n"
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas | default 0 }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: busybox:1
        env:
        - {name: A, value: {{ .Values.a | default "1" | quote }}}
        {{- if not .Values.less }}
        - {name: B, value: "1"}
        {{- end }}
"""
THING = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: GROUPthings.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: GROUPThing, plural: GROUPthings, singular: GROUPthing, listKind: GROUPThingList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: FIELDS}}}
"""


def config(name: str, data: str = "{a: '1'}") -> str:
    return CONFIG.format(name, data)


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")


def environment(release: RealRelease) -> dict[str, str]:
    spec = release.json("get", "deployment", "web")["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    return {entry["name"]: entry["value"] for entry in container["env"]}


def managers(release: RealRelease, *what: str) -> set[tuple[str, str]]:
    shown = release.json("get", *what, "--show-managed-fields")
    entries = shown["metadata"]["managedFields"]
    return {(e["manager"], e["operation"]) for e in entries if not e.get("subresource")}


def edit(release: RealRelease, kind: str, name: str, patch: Any, *more: str) -> None:
    release.kubectl("patch", kind, name, "--type", "merge", "-p", json.dumps(patch), *more)


def test_server_side_apply_installs_changes_and_leaves_alone(release: RealRelease) -> None:
    release.modes = SERVER_SIDE
    release.write(web=WEB, conf=config("a"))
    release.deploy()
    assert managers(release, "deployment", "web") == {("werfish", "Apply")}
    assert release.deploy().plan.steps() == ()
    plan = release.deploy("a=2", "less=true").plan
    assert [change.id.name for change in plan.steps()] == ["web"]
    assert environment(release) == {"A": "2"}
    edit(release, "configmap", "a", {"data": {"a": "drift", "foreign": "9"}})
    release.deploy("a=2", "less=true")
    assert release.json("get", "configmap", "a")["data"] == {"a": "1", "foreign": "9"}


@pytest.mark.parametrize(
    ("kind", "field", "other"),
    [("Deployment", "strategy", "Recreate"), ("StatefulSet", "updateStrategy", "OnDelete")],
)
@pytest.mark.parametrize("modes", [Modes(), SERVER_SIDE], ids=["client-side", "server-side"])
def test_a_strategy_of_another_type_drops_what_the_server_filled_in(
    release: RealRelease, modes: Modes, kind: str, field: str, other: str
) -> None:
    """Of server-side apply Kubernetes refuses the change: nobody set what it filled in."""
    release.modes = modes
    pod = {"containers": [{"name": "c", "image": "busybox:1.35"}]}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod}
    more = {} if kind == "Deployment" else {"serviceName": "one"}
    spec = {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": template, **more}
    for strategy in (None, {"type": other}, {"type": "RollingUpdate"}, {"type": other}, None):
        wanted = {**spec, field: strategy} if strategy else spec
        content = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "one"}}
        release.write(one=json.dumps({**content, "spec": wanted}))
        release.deploy()
        found = release.json("get", kind.lower(), "one")["spec"][field]
        assert found["type"] == (strategy or {"type": "RollingUpdate"})["type"]
        if modes is SERVER_SIDE or kind == "Deployment":  # a StatefulSet may keep it
            assert found["type"] == "RollingUpdate" or found == strategy
        assert release.deploy().plan.steps() == ()


@pytest.mark.parametrize("before", ["werfish", "helm"])
def test_what_was_deployed_client_side_goes_on_server_side_and_back(
    release: RealRelease, before: str
) -> None:
    release.write(web=WEB, conf=config("a", "{a: '1', gone: '1'}"))
    release.deploy()
    if before == "helm":
        release.kubectl("delete", "deployment/web", "configmap/a")
        release.run_helm("rollback", "rel", "1")
    assert managers(release, "configmap", "a") == {("helm", "Update")}
    release.modes = SERVER_SIDE
    release.write(web=WEB, conf=config("a"))
    plan = release.deploy("less=true").plan
    assert all("takes over the fields of" in change.reason for change in plan.steps())
    assert release.json("get", "configmap", "a")["data"] == {"a": "1"}
    assert environment(release) == {"A": "1"}
    assert managers(release, "configmap", "a") == {("werfish", "Apply")}
    assert release.deploy("less=true").plan.steps() == ()
    release.modes = Modes()
    assert release.deploy("less=true").plan.steps() == ()
    release.write(web=WEB, conf=config("a", "{b: '1'}"))
    release.deploy("a=3")
    assert environment(release) == {"A": "3", "B": "1"}
    assert release.json("get", "configmap", "a")["data"] == {"b": "1"}


def test_helm_4_goes_on_with_what_it_applied_and_we_changed(
    release: RealRelease, helm4: str
) -> None:
    """Helm 4 returns server-side to what it applied so, and takes over only what helm wrote."""
    release.write(conf=config("a", "{a: {{ .Values.a | quote }}}"))
    (release.chart / "Chart.yaml").write_text("{apiVersion: v2, name: shop, version: 0.1.0}")
    chart = str(release.chart)
    install = ("install", "rel", chart, "--create-namespace", "--set", "a=1")
    release.run_helm(*install, program=helm4)
    release.deploy("a=2")
    release.run_helm("rollback", "rel", "1", program=helm4)
    assert release.json("get", "configmap", "a")["data"] == {"a": "1"}
    release.deploy("a=3")
    release.run_helm("upgrade", "rel", chart, "--set", "a=4", program=helm4)
    assert release.json("get", "configmap", "a")["data"] == {"a": "4"}
    assert [status for _, status in release.history()] == [*["superseded"] * 4, "deployed"]


def test_conflicts_name_field_and_manager(release: RealRelease) -> None:
    release.modes = SERVER_SIDE
    release.write(web=WEB)
    release.deploy()
    edit(release, "deployment", "web", {"spec": {"replicas": 1}}, "--field-manager", "autoscaler")
    told = r'Deployment/web: \.spec\.replicas is set by "autoscaler"'
    with pytest.raises(FieldConflictsError, match=told):
        release.deploy()
    assert release.history() == [(1, "deployed")]
    release.modes = FORCED
    release.deploy()
    assert release.json("get", "deployment", "web")["spec"]["replicas"] == 0


def test_a_two_way_release_notes_drift_and_the_note_repairs_it(release: RealRelease) -> None:
    release.modes = Modes(MergeMode.DISABLED)
    release.write(web=WEB, conf=config("a", "{a: '1', b: '1'}"))
    release.deploy()
    edit(release, "configmap", "a", {"data": {"a": "drift"}})
    release.kubectl("set", "env", "deployment/web", "A=drift")
    release.modes = Modes(MergeMode.ONLY_NEW_RELEASES)
    release.write(web=WEB, conf=config("a", "{a: '1', b: '2'}"))
    release.deploy()
    live = release.json("get", "configmap", "a")
    assert live["data"] == {"a": "drift", "b": "2"}
    assert environment(release) == {"A": "drift", "B": "1"}
    assert release.deploy().plan.steps() == ()
    for kind, name in (("configmap", "a"), ("deployment", "web")):
        noted = release.json("get", kind, name)["metadata"]["annotations"][REPAIR_PATCH]
        edit(release, kind, name, json.loads(noted))
    assert release.json("get", "configmap", "a")["data"] == {"a": "1", "b": "2"}
    assert environment(release) == {"A": "1", "B": "1"}
    release.deploy()
    assert REPAIR_PATCH not in release.json("get", "configmap", "a")["metadata"]["annotations"]


def test_crds_are_updated_only_where_that_is_asked_for(release: RealRelease) -> None:
    prefix = release.namespace.replace("-", "")
    name = f"{prefix}things.example.com"
    thing = THING.replace("GROUP", prefix)

    def fields() -> set[str]:
        (version,) = release.json("get", "crd", name)["spec"]["versions"]
        spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
        return set(spec["properties"])

    try:
        one, two = "{a: {type: string}, b: {type: string}}", "{a: {type: string}}"
        release.write(conf=config("a"))
        release.write(place="crds", thing=thing.replace("FIELDS", one))
        release.deploy()
        release.write(place="crds", thing=thing.replace("FIELDS", two))
        release.deploy()
        assert fields() == {"a", "b"}
        release.modes = Modes(update_crds=True)
        release.deploy()
        assert fields() == {"a"}
        assert release.deploy().plan.steps() == ()
        release.modes = Modes(update_crds=True, method=ApplyMethod.SERVER_SIDE)
        release.deploy()
        assert release.deploy().plan.steps() == ()
    finally:
        release.kubectl("delete", "crd", name, "--ignore-not-found")


def test_what_a_failed_run_created_goes_again(release: RealRelease) -> None:
    release.write(conf=config("a"))
    release.deploy()
    release.modes = Modes(cleanup_on_fail=True)
    release.write(conf=config("a", "{a: '2'}"), new=config("b"), web=WEB)
    with pytest.raises(TrackError):
        release.deploy("replicas=1")
    assert release.names("configmap") == ["a"]
    assert release.names("deployment") == []
    assert release.history() == [(1, "deployed"), (2, "failed")]


def test_records_in_config_maps_are_helms_too(release: RealRelease) -> None:
    release.driver = CONFIG_MAPS
    release.write(conf=config("a"))
    release.deploy()
    release.write(conf=config("a", "{a: '2'}"))
    release.deploy()
    assert release.history() == [(1, "superseded"), (2, "deployed")]
    release.run_helm("rollback", "rel", "1")
    assert release.json("get", "configmap", "a")["data"] == {"a": "1"}
    release.deploy()
    assert release.history()[-2:] == [(3, "superseded"), (4, "deployed")]
    assert not [name for name in release.names("secret") if name.startswith("sh.helm")]
    release.dismiss(with_namespace=True)


def test_a_saved_plan_is_carried_out_or_refused(release: RealRelease) -> None:
    release.write(web=WEB, conf=config("a"), gone=config("b"))
    release.deploy()
    release.write(web=WEB, conf=config("a", "{a: '2'}"))
    saved = release.saved("a=2")
    edit(release, "configmap", "a", {"data": {"a": "drift"}})
    with pytest.raises(PlanDriftError, match="ConfigMap/a changed"):
        release.deploy_saved(saved)
    assert release.history() == [(1, "deployed")]
    release.deploy_saved(saved, PlanDrift.REPLAN)
    assert release.json("get", "configmap", "a")["data"] == {"a": "2"}
    assert environment(release) == {"A": "2", "B": "1"}
    assert release.names("configmap") == ["a"]
    with pytest.raises(StalePlanError, match="other records"):
        release.deploy_saved(saved)
    again = release.saved("a=3")
    release.write(web="nonsense")
    release.deploy_saved(again)
    assert environment(release) == {"A": "3", "B": "1"}


@pytest.mark.parametrize("modes", [Modes(), SERVER_SIDE], ids=["client-side", "server-side"])
def test_adoption_can_be_forced(release: RealRelease, modes: Modes) -> None:
    release.write(conf=config("first"))
    release.deploy()
    release.kubectl("create", "configmap", "a", "--from-literal=a=1", "--from-literal=own=1")
    release.modes = modes
    release.write(conf=config("first"), taken=config("a"))
    with pytest.raises(AdoptionError):
        release.deploy()
    release.modes = Modes(method=modes.method, force_adoption=True)
    release.deploy()
    live = release.json("get", "configmap", "a")
    assert live["data"] == {"a": "1", "own": "1"}
    assert live["metadata"]["annotations"]["meta.helm.sh/release-name"] == "rel"
