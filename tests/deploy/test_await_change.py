"""Waiting for one object to change."""

from threading import Timer
from time import monotonic

from tests.deploy.objects import config_map, config_map_id, placed
from tests.fakes.cluster import FakeCluster
from werfish.deploy.await_change import wait_change

ID = config_map_id("a", "default")


def world() -> tuple[FakeCluster, str]:
    cluster = FakeCluster()
    content = placed(config_map("a"))
    content["metadata"]["namespace"] = "default"
    return cluster, cluster.create(content)["metadata"]["resourceVersion"]


def seconds_until_change(cluster: FakeCluster, version: str, limit: float) -> float:
    began = monotonic()
    wait_change(cluster, ID, version, limit, clock=monotonic)
    return monotonic() - began


def test_an_object_that_has_changed_already_is_not_waited_for() -> None:
    cluster, version = world()
    cluster.patch(ID, {"data": {"x": "1"}})
    assert seconds_until_change(cluster, version, 60) < 30


def test_a_change_ends_the_wait() -> None:
    cluster, version = world()
    Timer(0.05, lambda: cluster.delete(ID)).start()
    assert seconds_until_change(cluster, version, 60) < 30


def test_without_a_change_time_ends_it() -> None:
    cluster, version = world()
    assert seconds_until_change(cluster, version, 0.05) >= 0.05
    assert seconds_until_change(cluster, "", 0.05) >= 0.05
