"""How long something is waited for that is not good, and what the project's rules say of it."""

import pytest

from tests.fakes.cluster import FakeCluster
from tests.track.following import Running, apply, set_status
from tests.track.manifests import workload
from werfish.kube.cluster import ApiResource
from werfish.kube.resource import Gvk
from werfish.kube.status_rule import status_rule
from werfish.track.annotations import TrackingOptions
from werfish.track.errors import ResourceFailedError, TrackTimeoutError
from werfish.track.patience import out_of_patience, patience_of
from werfish.track.verdict import Verdict, waiting

INGRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {},
}


def test_a_custom_resource_waits_for_the_rule_of_the_project(cluster: FakeCluster) -> None:
    gvk = Gvk("example.com", "v1", "Wonder")
    cluster.serve(ApiResource(gvk, "wonders", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "example.com/v1", "kind": "Wonder", "metadata": metadata})
    rules = [status_rule("example.com", "Wonder", ready=["{.status.phase}=Odd"])]
    run = Running(cluster, one, rules=rules)
    run.until("no controller has written its status")
    set_status(cluster, one.id, phase="Odd")
    assert run.result()[0].readiness.verdict is Verdict.READY


def test_a_failure_of_before_the_change_is_waited_for_until_it_changes(
    cluster: FakeCluster,
) -> None:
    gvk = Gvk("flagger.app", "v1", "Canary")
    cluster.serve(ApiResource(gvk, "canaries", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "flagger.app/v1", "kind": "Canary", "metadata": metadata})
    set_status(cluster, one.id, phase="Failed")
    run = Running(cluster, one)
    run.until("perhaps of before the change")
    set_status(cluster, one.id, phase="Progressing")
    run.until("phase: Progressing")
    set_status(cluster, one.id, phase="Failed", failedChecks=1)
    with pytest.raises(ResourceFailedError, match="phase: Failed"):
        run.result()


def test_a_failure_of_what_was_not_changed_counts_at_once(cluster: FakeCluster) -> None:
    gvk = Gvk("flagger.app", "v1", "Canary")
    cluster.serve(ApiResource(gvk, "canaries", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "flagger.app/v1", "kind": "Canary", "metadata": metadata})
    set_status(cluster, one.id, phase="Failed")
    with pytest.raises(ResourceFailedError, match="phase: Failed"):
        Running(cluster, one, changed=False).result()


def test_nothing_changing_for_too_long_is_a_failure(cluster: FakeCluster) -> None:
    one = apply(cluster, workload(no_activity_timeout="100ms"))
    with pytest.raises(ResourceFailedError, match=r"nothing changed for 0\.1 s"):
        Running(cluster, one).result()


def test_an_ingress_without_an_address_is_taken_as_it_is(
    cluster: FakeCluster,
) -> None:
    one = apply(cluster, INGRESS)
    found = waiting("no address", settles=0.1)
    assert patience_of("Ingress", found, TrackingOptions()) == 0.1
    assert out_of_patience(found, 0.1, TrackingOptions()).verdict is Verdict.READY
    set_status(cluster, one.id, loadBalancer={"ingress": [{"ip": "10.0.0.1"}]})
    assert Running(cluster, one).result()[0].readiness.message == "reached at 10.0.0.1"


def test_what_nobody_touched_needs_no_time_to_settle(cluster: FakeCluster) -> None:
    one = apply(cluster, INGRESS)
    [tracked] = Running(cluster, one, untouched={one.id}, timeout=5).result()
    assert tracked.readiness.message.startswith("taken as it is")
    assert tracked.readiness.message.endswith("(nobody touched it)")
    with pytest.raises(TrackTimeoutError):
        Running(cluster, one, timeout=0.1).result()
