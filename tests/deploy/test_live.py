"""What is live is read in few requests."""

import pytest

from tests.deploy.objects import config_map, config_map_id, placed
from tests.fakes.cluster import FakeCluster
from werfish.deploy.live import live_of
from werfish.kube.cluster import Listing
from werfish.kube.errors import ForbiddenError, UnknownKindError
from werfish.kube.resource import Gvk, ResourceId

IDS = [config_map_id(name) for name in "abcdef"]
CUSTOM = ResourceId(Gvk("own", "v1", "Foo"), "prod", "x")


class Unlisted(FakeCluster):
    """A cluster whose role may not list."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise ForbiddenError("list", "forbidden", status=403)


def filled(cluster: FakeCluster) -> FakeCluster:
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    for name in "abcde":
        cluster.create(placed(config_map(name)))
    cluster.create(placed(config_map("f"), owner=None))
    cluster.requests.clear()
    return cluster


def test_many_of_a_kind_are_listed_and_only_the_rest_fetched() -> None:
    cluster = filled(FakeCluster())
    assert set(live_of(cluster, IDS)) == set(IDS)
    assert [method for method, _ in cluster.requests] == ["list", "get"]


def test_a_few_are_fetched() -> None:
    cluster = filled(FakeCluster())
    assert set(live_of(cluster, [*IDS[:2], config_map_id("nosuch")])) == set(IDS[:2])
    assert {method for method, _ in cluster.requests} == {"get"}


def test_without_the_right_to_list_all_are_fetched() -> None:
    assert set(live_of(filled(Unlisted()), IDS)) == set(IDS)


def test_a_kind_that_the_chart_brings_may_be_unknown() -> None:
    assert live_of(FakeCluster(), [CUSTOM], coming=frozenset({CUSTOM.gvk})) == {}
    with pytest.raises(UnknownKindError, match="Foo"):
        live_of(FakeCluster(), [CUSTOM])
