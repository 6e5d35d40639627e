"""What resources say that must be before them, and what they refer to."""

from typing import Any

import pytest

from tests.deploy.objects import annotated, config_map, config_map_id, manifest, resource
from werfish.deploy.dependencies import Dependency, External, stated_of
from werfish.deploy.order import State
from werfish.deploy.references import automatic_needs
from werfish.kube.annotations import AnnotationError
from werfish.kube.resource import Gvk, Resource, ResourceId

DB = "werf.io/deploy-dependency-db"
EXTERNAL = "db.external-dependency.werf.io"


def said(annotations: dict[str, str]) -> Resource:
    config = config_map("a")
    return annotated(Resource(config.id, config.manifest, "shop/templates/a.yaml"), annotations)


def test_weights_and_dependencies() -> None:
    stated = stated_of(
        said({"werf.io/weight": "-5", DB: "state=ready,kind=StatefulSet, name=db ,group=apps"})
    )
    fields = (("kind", "StatefulSet"), ("name", "db"), ("group", "apps"))
    assert stated.weight == -5
    assert stated.dependencies == (Dependency(DB, State.READY, fields),)


@pytest.mark.parametrize(
    ("fields", "is_meant"),
    [
        ({"kind": "configmap"}, True),
        ({"kind": "ConfigMap", "name": "a", "namespace": "prod", "version": "v1"}, True),
        ({"name": "b"}, False),
        ({"kind": "Secret", "name": "a"}, False),
        ({"namespace": "other"}, False),
        ({"group": "apps"}, False),
    ],
)
def test_which_objects_are_meant(fields: dict[str, str], is_meant: bool) -> None:
    dependency = Dependency(DB, State.READY, tuple(fields.items()))
    assert dependency.matches(config_map_id("a")) is is_meant


@pytest.mark.parametrize(
    ("annotations", "external"),
    [
        ({"resource": "secret/login"}, External(f"{EXTERNAL}/resource", "secret", "login")),
        (
            {"resource": "statefulsets.v1.apps/db", "namespace": "data"},
            External(f"{EXTERNAL}/resource", "statefulsets.v1.apps", "db", "data"),
        ),
        (
            {"resource": "job", "name": "seed"},
            External(f"{EXTERNAL}/resource", "job", "seed"),
        ),
    ],
)
def test_objects_of_others(annotations: dict[str, str], external: External) -> None:
    stated = {f"{EXTERNAL}/{key}": value for key, value in annotations.items()}
    assert stated_of(said(stated)).externals == (external,)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("werf.io/weight", "heavy"),
        (DB, "kind=Job,name=a"),
        (DB, "state=done,name=a"),
        (DB, "state=ready"),
        (DB, "state=ready,nmae=a"),
        (DB, "state=ready,name"),
        (DB, "state=ready,name=a,name=b"),
        (f"{EXTERNAL}/resource", "secret"),
        (f"{EXTERNAL}/resource", "a b/c"),
        (f"{EXTERNAL}/name", "of what"),
    ],
)
def test_a_wrong_value_names_the_template(annotation: str, value: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        stated_of(said({annotation: value}))
    assert 'ConfigMap/a in "shop/templates/a.yaml"' in str(caught.value)


def test_a_name_needs_a_kind() -> None:
    with pytest.raises(AnnotationError, match="external-dependency"):
        stated_of(said({f"{EXTERNAL}/name": "db"}))


def workload(kind: str = "Deployment", **pod: Any) -> Resource:
    spec: dict[str, Any] = {"template": {"spec": pod}}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    return resource(manifest(kind, "web", "apps/v1", spec=spec))


def of(kind: str, name: str, namespace: str = "prod", **content: Any) -> Resource:
    return resource(manifest(kind, name, **content), namespace)


CONTAINER = {
    "name": "web",
    "envFrom": [{"configMapRef": {"name": "env"}}],
    "env": [
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "key", "key": "k"}}},
        {"name": "B", "value": "plain"},
    ],
}
SUBJECTS = [{"kind": "ServiceAccount", "name": "runner"}]


@pytest.mark.parametrize(
    ("user", "used"),
    [
        pytest.param(workload(containers=[CONTAINER]), of("ConfigMap", "env"), id="envFrom"),
        pytest.param(workload(initContainers=[CONTAINER]), of("Secret", "key"), id="env"),
        pytest.param(
            workload("CronJob", containers=[CONTAINER]), of("Secret", "key"), id="cron-job"
        ),
        pytest.param(
            workload(volumes=[{"configMap": {"name": "conf"}}]),
            of("ConfigMap", "conf"),
            id="volume",
        ),
        pytest.param(
            workload(volumes=[{"projected": {"sources": [{"secret": {"name": "s"}}]}}]),
            of("Secret", "s"),
            id="projected",
        ),
        pytest.param(
            workload(volumes=[{"persistentVolumeClaim": {"claimName": "data"}}]),
            of("PersistentVolumeClaim", "data"),
            id="claim",
        ),
        pytest.param(
            workload(imagePullSecrets=[{"name": "pull"}]), of("Secret", "pull"), id="pull-secret"
        ),
        pytest.param(
            workload(serviceAccountName="runner"), of("ServiceAccount", "runner"), id="account"
        ),
        pytest.param(
            workload(serviceAccountName="runner"),
            of("RoleBinding", "may", subjects=SUBJECTS),
            id="rights-of-the-account",
        ),
        pytest.param(
            workload(priorityClassName="high"), of("PriorityClass", "high", ""), id="cluster-wide"
        ),
        pytest.param(
            of("RoleBinding", "may", roleRef={"kind": "Role", "name": "r"}),
            of("Role", "r"),
            id="role",
        ),
        pytest.param(
            of("RoleBinding", "may", roleRef={"kind": "ClusterRole", "name": "r"}),
            of("ClusterRole", "r", ""),
            id="cluster-role",
        ),
        pytest.param(
            of("RoleBinding", "may", subjects=SUBJECTS),
            of("ServiceAccount", "runner"),
            id="subject",
        ),
        pytest.param(
            of("StatefulSet", "db", spec={"serviceName": "db"}), of("Service", "db"), id="service"
        ),
        pytest.param(
            of("HorizontalPodAutoscaler", "h", spec={"scaleTargetRef": {"name": "w", "kind": "X"}}),
            of("X", "w"),
            id="scaled",
        ),
        pytest.param(
            of("Ingress", "i", spec={"tls": [{"secretName": "tls"}]}), of("Secret", "tls"), id="tls"
        ),
        pytest.param(
            resource(manifest("Site", "s", "example.com/v1")),
            of(
                "CustomResourceDefinition",
                "sites.example.com",
                "",
                spec={"group": "example.com", "names": {"kind": "Site"}},
            ),
            id="definition",
        ),
    ],
)
def test_what_refers_to_something_needs_it(user: Resource, used: Resource) -> None:
    stranger = of(used.id.gvk.kind, "stranger", used.id.namespace)
    elsewhere = of(used.id.gvk.kind, used.id.name, "elsewhere")
    needs = automatic_needs([user, used, stranger, elsewhere])
    assert needs[user.id] == {used.id}
    assert needs[used.id] <= {user.id} - {user.id}


def test_two_bindings_of_one_account_do_not_need_each_other() -> None:
    bindings = [of("RoleBinding", name, subjects=SUBJECTS) for name in "ab"]
    assert not any(automatic_needs(bindings).values())


@pytest.mark.parametrize(
    "spec",
    [None, "text", {"template": []}, {"template": {"spec": {"containers": "x", "volumes": [3]}}}],
)
def test_a_malformed_object_refers_to_nothing(spec: object) -> None:
    odd = resource(manifest("Deployment", "web", "apps/v1", spec=spec))
    id = ResourceId(Gvk("apps", "v1", "Deployment"), "prod", "web")
    assert automatic_needs([odd, config_map("x")]) == {
        id: frozenset(),
        config_map_id("x"): frozenset(),
    }


@pytest.mark.parametrize("weight", ["ten", "1_0", "1.5", ""])
def test_a_weight_that_is_no_number_is_told_in_plain_words(weight: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        stated_of(said({"werf.io/weight": weight}))
    assert caught.value.hint == "write a whole number, such as 10 or -5"
