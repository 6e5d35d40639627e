"""Locks as Leases of a real cluster, and builders that share them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from tests.contracts.locks import LocksContract
from tests.locks.machine import Machine
from werfish.kube.client import KubeCluster, connect
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Manifest
from werfish.locks.lease import LEASE
from werfish.locks.left import SELECTOR, written_at
from werfish.locks.lock import Locks

HOLD = """
import sys
from pathlib import Path
from integration.test_locks import reached
from tests.locks.machine import Machine
machine = Machine(reached(Path(sys.argv[1])), namespace=sys.argv[2], duration=int(sys.argv[3]))
with machine.locks.held("one"):
    print("held", flush=True)
    sys.stdin.read()
"""
PROJECT = Path(__file__).parent.parent


def reached(cache: Path) -> KubeCluster:
    """Return the cluster of the environment."""
    return connect(KubeOptions(environment=os.environ), cache=cache)


@pytest.fixture
def cluster(kit: Endpoints, tmp_path: Path) -> Iterator[KubeCluster]:
    found = reached(tmp_path / "cache")
    yield found
    found.close()


def leases(cluster: KubeCluster, namespace: str) -> list[Manifest]:
    return list(cluster.list(LEASE, namespace, labels=SELECTOR).items)


class TestLeases(LocksContract):
    """In a namespace that the first lock makes."""

    @pytest.fixture
    def opened(self, cluster: KubeCluster, namespace: str) -> Callable[[], Locks]:
        return lambda: Machine(cluster, namespace=namespace).locks


def test_nothing_is_left(cluster: KubeCluster, namespace: str) -> None:
    machine = Machine(cluster, namespace=namespace)
    with machine.locks.held("one"):
        assert len(leases(cluster, namespace)) == 1
    machine.locks.close()
    assert not leases(cluster, namespace)
    assert not machine.output.getvalue()


def test_the_server_tells_when_it_renewed(cluster: KubeCluster, namespace: str) -> None:
    """What was left is told from what is in use by this time, see `werfish.locks.left`."""
    machine = Machine(cluster, namespace=namespace, duration=3)
    other = Machine(cluster, namespace=namespace, duration=3, patience=4.5)
    with machine.locks.held("one"):
        [before] = leases(cluster, namespace)
        with other.locks.held("one"):
            pass
        [after] = leases(cluster, namespace)
    assert written_at(after) > written_at(before)
    assert "going on without it" in other.output.getvalue()


@pytest.mark.parametrize("term", [2, 15])
def test_the_lock_of_a_killed_holder_is_free_within_its_term(
    cluster: KubeCluster, namespace: str, tmp_path: Path, term: int
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), namespace, str(term)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    machine, taken = Machine(cluster, namespace=namespace), threading.Event()

    def take() -> None:
        with machine.locks.held("one"):
            taken.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not taken.wait(1)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert taken.wait(term + 5)
    thread.join()
    holder.stdin.close()
    holder.stdout.close()
    assert not leases(cluster, namespace)
