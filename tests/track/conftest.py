"""Fixtures of all tests of tracking."""

import pytest

from tests.fakes.cluster import FakeCluster


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()
