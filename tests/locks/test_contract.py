"""All locks keep the same laws."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.locks import LocksContract
from tests.fakes.cluster import FakeCluster
from tests.fakes.locks import MemoryLocks
from tests.locks.machine import Machine
from werfish.locks.local import FileLocks
from werfish.locks.lock import Locks


class TestMemory(LocksContract):
    """In memory."""

    @pytest.fixture
    def opened(self) -> Callable[[], Locks]:
        locks = MemoryLocks()
        return lambda: locks


class TestFiles(LocksContract):
    """As files of one host."""

    @pytest.fixture
    def opened(self, tmp_path: Path) -> Callable[[], Locks]:
        return lambda: FileLocks(tmp_path)


class TestLeases(LocksContract):
    """As Leases; each opening is another machine."""

    @pytest.fixture
    def opened(self) -> Callable[[], Locks]:
        cluster = FakeCluster()
        return lambda: Machine(cluster).locks


class TestLeasesOfOneHost(LocksContract):
    """As Leases; each opening is another process of the same host."""

    @pytest.fixture
    def opened(self, tmp_path: Path) -> Callable[[], Locks]:
        cluster, host = FakeCluster(), FileLocks(tmp_path)
        return lambda: Machine(cluster, host=host).locks
