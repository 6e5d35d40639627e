"""What in a namespace is not of a release."""

from typing import Any

import pytest

from tests.deploy.objects import OTHER, OWNER, annotated, config_map, manifest, placed, resource
from tests.fakes.cluster import FakeCluster
from werfish.deploy.contents import Found, contents_of, foreign_objects, owned_objects
from werfish.kube.resource import Resource

STATEFUL = resource(
    manifest("StatefulSet", "db", "apps/v1", spec={
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}]})
)  # fmt: skip


def found(resource: Resource, **metadata: Any) -> Found:
    content = {**resource.manifest, "metadata": {**resource.manifest["metadata"], **metadata}}
    return Found(resource.id, content)


def record(release: str) -> Found:
    secret = resource(manifest("Secret", f"sh.helm.release.v1.{release}.v1"))
    labels = {"name": release, "owner": "helm"}
    one = found(secret, labels=labels)
    return Found(one.id, {**one.manifest, "type": "helm.sh/release.v1"})


def test_what_a_controller_made_goes_with_its_maker() -> None:
    """A Deployment's controller copies its annotations, and with them the release's marks."""
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    made = placed(resource(manifest("ReplicaSet", "web-1", "apps/v1")))
    reference = {"kind": "Deployment", "name": "web", "controller": True}
    made["metadata"]["ownerReferences"] = [reference]
    cluster.create(made)
    assert owned_objects(cluster, OWNER) == ()


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(Found(config_map("a").id, placed(config_map("a"))), id="its-own"),
        pytest.param(found(STATEFUL), id="recorded"),
        pytest.param(found(config_map("kube-root-ca.crt")), id="clusters-certificate"),
        pytest.param(found(resource(manifest("ServiceAccount", "default"))), id="clusters-account"),
        pytest.param(found(resource(manifest("Event", "x"))), id="event"),
        pytest.param(
            found(resource(manifest("Pod", "p")), ownerReferences=[{"kind": "ReplicaSet"}]),
            id="made-by-another-object",
        ),
        pytest.param(record("rel"), id="its-records"),
        pytest.param(
            found(resource(manifest("Lease", "werfish-rel", "coordination.k8s.io/v1"))),
            id="its-lease",
        ),
        pytest.param(
            found(resource(manifest("PersistentVolumeClaim", "data-db-10"))), id="claims-of-pods"
        ),
    ],
)
def test_what_may_go(one: Found) -> None:
    assert foreign_objects([one], OWNER, [STATEFUL]) == ()


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(found(config_map("a")), id="nobodys"),
        pytest.param(
            Found(config_map("a").id, placed(config_map("a"), OTHER)), id="another-releases"
        ),
        pytest.param(record("other"), id="another-releases-records"),
        pytest.param(
            found(resource(manifest("PersistentVolumeClaim", "data-dba-1"))), id="anothers-claims"
        ),
        pytest.param(
            found(annotated(config_map("a"), {"helm.sh/resource-policy": "keep"})), id="to-be-kept"
        ),
    ],
)
def test_what_must_not_be_lost(one: Found) -> None:
    assert foreign_objects([one], OWNER, [STATEFUL]) == (one.id,)


def test_objects_are_found_by_what_they_say_of_themselves() -> None:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    role = resource(manifest("ClusterRole", "r", "rbac.authorization.k8s.io/v1"), namespace="")
    for one in (placed(config_map("a")), placed(config_map("b"), OTHER), placed(role)):
        cluster.create(one)
    assert {str(one.id) for one in owned_objects(cluster, OWNER)} == {
        "ConfigMap/a",
        "ClusterRole/r",
    }
    assert {str(one.id) for one in contents_of(cluster, "prod")} == {"ConfigMap/a", "ConfigMap/b"}
