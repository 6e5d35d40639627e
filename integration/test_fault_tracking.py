"""Rollouts followed through a network that cuts every connection again and again."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from integration.tracking import NEVER, Place
from tests.fakes.relay import Relay
from werfish.kube.client import KubeCluster
from werfish.kube.connection import Connection
from werfish.kube.kubeconfig import KubeOptions, load_access
from werfish.track.errors import ResourceFailedError

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(7200),
    # A feed ends by itself, with its connection, after whoever closed it.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

LINES = [f"line {n}." for n in range(1, 21)]
TALK = "for n in $(seq 20); do echo line $n.; sleep 0.1; done"


@contextmanager
def cut_at_times(place: Place, kit: Endpoints, chance: random.Random) -> Iterator[Place]:
    """Give *place* as it is reached through a relay that cuts all its connections."""
    access = load_access(KubeOptions(config=kit.kubeconfig or "", environment=os.environ))
    over = threading.Event()
    with Relay(access.server.removeprefix("https://")) as relay:

        def cut() -> None:
            while not over.wait(chance.uniform(0.2, 1.5)):
                relay.cut()

        cutting = threading.Thread(target=cut)
        cluster = KubeCluster(Connection(replace(access, server=f"https://{relay.address}")))
        cutting.start()
        try:
            yield Place(cluster, place.namespace, place.image)
        finally:
            over.set()
            cutting.join()
            cluster.close()


def test_rollouts_are_judged_right_though_watches_break(place: Place, kit: Endpoints) -> None:
    for number, chance in enumerate(rounds("watches", 2)):
        kind = chance.choice(("Deployment", "StatefulSet"))
        for again, check in enumerate(chance.sample(CHECKS, 2)):
            with cut_at_times(place, kit, chance) as flaky:
                check(place, flaky, kind, 2 * number + again)


def _ends_well(place: Place, flaky: Place, kind: str, number: int) -> None:
    manifest = _named(place.workload(kind, f"echo {number}; sleep 1000"), number)
    one = place.apply(manifest)
    assert flaky.track(one)[0].readiness.verdict.name == "READY"
    place.cluster.delete(one.id)


def _fails(place: Place, flaky: Place, kind: str, number: int) -> None:
    script = "echo dying; exit 7"
    one = place.apply(_named(place.workload(kind, script, readinessProbe=NEVER), number))
    error = flaky.failure(one)
    assert error.cause is not None
    assert (error.cause.exit_code, error.log) == (7, ("dying",))
    place.cluster.delete(one.id)


def _completes(place: Place, flaky: Place, kind: str, number: int) -> None:
    one = place.apply(_named(place.job(TALK), number))
    assert flaky.track(one)[0].readiness.message == "complete"
    shown = [line.split("| ")[1] for line in flaky.written.splitlines() if "/app | line" in line]
    assert shown == LINES
    place.cluster.delete(one.id)


def _job_fails(place: Place, flaky: Place, kind: str, number: int) -> None:
    one = place.apply(_named(place.job(f"{TALK}; exit 3"), number))
    with pytest.raises(ResourceFailedError, match="exit code 3"):
        flaky.track(one)
    place.cluster.delete(one.id)


CHECKS: tuple[Callable[[Place, Place, str, int], None], ...] = (
    *(_ends_well, _fails, _completes, _job_fails),
)


def _named(manifest: dict[str, Any], number: int) -> dict[str, Any]:
    """Return *manifest* under a name of its own: what is deleted may still be going."""
    name = f"{manifest['metadata']['name']}-{number}"
    manifest["metadata"]["name"] = name
    if "selector" in manifest["spec"]:
        manifest["spec"]["selector"] = {"matchLabels": {"app": name}}
        manifest["spec"]["template"]["metadata"]["labels"] = {"app": name}
    return manifest
