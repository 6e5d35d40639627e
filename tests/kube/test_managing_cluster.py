"""The fake that knows managers of fields obeys the laws of clusters and of server-side apply."""

from typing import Any

import pytest

from tests.contracts.apply import ApplyLaws, WriteAs
from tests.contracts.cluster import ClusterLaws, id_of
from tests.fakes.managing_cluster import ManagingCluster


class TestManagingCluster(ClusterLaws, ApplyLaws):
    @pytest.fixture
    def cluster(self) -> ManagingCluster:
        return ManagingCluster()

    @pytest.fixture
    def namespace(self) -> str:
        return "default"

    @pytest.fixture
    def write_as(self, cluster: ManagingCluster, namespace: str) -> WriteAs:
        def write(manager: str, name: str, data: dict[str, Any]) -> None:
            cluster.manager = manager
            cluster.patch(id_of(namespace, name), {"data": data})
            cluster.manager = "helm"

        return write
