"""What is live is read in few requests."""

import pytest

from tests.deploy.objects import config_map, config_map_id, placed
from tests.fakes.cluster import FakeCluster
from werfish.deploy.live import left_of, live_of
from werfish.kube.cluster import Listing
from werfish.kube.errors import ForbiddenError, UnknownKindError
from werfish.kube.resource import Gvk, ResourceId

IDS = [config_map_id(name) for name in "abcdef"]
CUSTOM = ResourceId(Gvk("own", "v1", "Foo"), "prod", "x")


class Unlisted(FakeCluster):
    """A cluster whose role may not list."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise ForbiddenError("list", "forbidden", status=403)

    def names(
        self, gvk: Gvk, namespace: str = "", *, fields: str = "", pages: int = 1
    ) -> frozenset[str] | None:
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


def test_of_many_that_are_not_listed_those_are_fetched_that_are_there() -> None:
    cluster = filled(FakeCluster())
    absent = [config_map_id(f"absent-{number}") for number in range(10)]
    assert set(live_of(cluster, [*IDS, *absent])) == set(IDS)
    assert [method for method, _ in cluster.requests] == ["list", "names", "get"]


def test_among_too_many_others_all_are_fetched() -> None:
    cluster = filled(FakeCluster())
    for number in range(500):
        cluster.create(placed(config_map(f"other-{number}"), owner=None))
    cluster.requests.clear()
    absent = [config_map_id(f"absent-{number}") for number in range(10)]
    assert set(live_of(cluster, [*IDS, *absent])) == set(IDS)
    assert [method for method, _ in cluster.requests] == ["list", "names", *["get"] * 11]


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


def test_what_is_gone_is_not_followed_among_what_others_have() -> None:
    cluster = filled(FakeCluster())
    for number in range(500):
        cluster.create(placed(config_map(f"other-{number}"), owner=None))
    cluster.delete(IDS[0])
    cluster.requests.clear()
    assert set(left_of(cluster, dict.fromkeys(IDS, "1"))) == set(IDS[1:])
    assert [method for method, _ in cluster.requests] == ["names", *["get"] * len(IDS)]


def test_what_of_a_deletion_cannot_be_looked_up_is_waited_for() -> None:
    going = dict.fromkeys([*IDS, CUSTOM], "1")
    assert left_of(filled(FakeCluster()), going) == going
