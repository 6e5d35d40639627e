"""Deploys on a cluster that has its own troubles: a store that stalls."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from integration.kit.folders import folders_of
from integration.kit.processes import marked
from integration.releasing import RealRelease, read_until
from integration.test_deploy import config

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(3600)]

MAPS = 60


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    found = RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")
    found.write(
        **{f"map{one}": config(f"map{one}", "{a: '{{ .Values.v }}'}") for one in range(MAPS)}
    )
    return found


def check(release: RealRelease, value: str) -> None:
    """See that the cluster is as the chart says, and the history without anything pending."""
    found = {one["metadata"]["name"]: one["data"] for one in release.json("get", "cm")["items"]}
    assert {found[f"map{one}"]["a"] for one in range(MAPS)} == {value}
    assert release.history()[-1][1] == "deployed"
    assert not any(status.startswith("pending") for _, status in release.history())


@contextmanager
def stopped_store(seconds: float) -> Iterator[None]:
    """Let etcd do nothing for *seconds*, as a change of its leader does."""
    own = f"{folders_of().state}/etcd"
    (store,) = [one.pid for one, mark in marked(own) if mark == own]
    go_on = threading.Timer(seconds, os.kill, (store, signal.SIGCONT))
    os.kill(store, signal.SIGSTOP)
    go_on.start()
    try:
        yield
    finally:
        go_on.join()


def test_a_stall_of_the_store_is_waited_out(release: RealRelease) -> None:
    for number, chance in enumerate(rounds("store-stalls", 1)):
        process = release.start("deploy", f"v=r{number}")
        read_until(process, chance.choice(["Planning", "Applying"]))
        with stopped_store(chance.uniform(1, 5)):
            _, said = process.communicate()
        assert process.returncode == 0, said
        check(release, f"r{number}")
