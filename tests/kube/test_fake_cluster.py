"""The fake cluster obeys the laws of clusters."""

import pytest

from tests.contracts.cluster import ClusterLaws
from tests.fakes.cluster import FakeCluster
from werfish.kube.cluster import Cluster


class TestFakeCluster(ClusterLaws):
    @pytest.fixture
    def cluster(self) -> Cluster:
        return FakeCluster()

    @pytest.fixture
    def namespace(self) -> str:
        return "default"
