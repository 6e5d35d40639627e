"""What a watch tells of a kind, also after a gap."""

import queue

from tests.fakes.cluster import FakeCluster
from tests.track.following import CONFIG_MAP
from werfish.kube.resource import ResourceId
from werfish.track.feed import Change, Feed, News, Selection, Snapshot


def test_a_feed_tells_what_went_away_in_a_gap(cluster: FakeCluster) -> None:
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    for name in ("stays", "goes"):
        metadata = {"name": name, "namespace": "default"}
        cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    feed = Feed(cluster, Selection(CONFIG_MAP, "default"), news.put)
    first = news.get(timeout=10)
    assert isinstance(first, Snapshot)
    assert len(first.items) == 2
    cluster.delete(ResourceId(CONFIG_MAP, "default", "goes"))
    cluster.forget_history()
    told = news.get(timeout=10)
    while isinstance(told, Change):
        told = news.get(timeout=10)
    assert isinstance(told, Snapshot)
    assert [item["metadata"]["name"] for item in told.items] == ["stays"]
    feed.close()
