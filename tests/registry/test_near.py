"""How many small requests are sent at a time: one to a registry that answers at once."""

import io
from collections.abc import Iterator

import pytest

from tests.fakes.registry import FakeRegistry, running
from werfish.backoff import Timing
from werfish.log import Log
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import anonymous
from werfish.registry.hosts import RegistrySettings
from werfish.registry.transfer import WORKERS

DIGEST = "sha256:" + "1" * 64


class Clock:
    """A clock on which each answer takes the next of *seconds*."""

    def __init__(self, *seconds: float) -> None:
        self._time = 0.0
        self._steps: Iterator[float] = (step for one in seconds for step in (0.0, one))

    def __call__(self) -> float:
        """Tell the time: before a request, then after it."""
        self._time += next(self._steps)
        return self._time


@pytest.mark.parametrize(
    ("seconds", "workers"),
    [
        pytest.param((), WORKERS, id="nothing-is-known-yet"),
        pytest.param((0.002,), 1, id="near"),
        pytest.param((0.03, 0.04), WORKERS, id="far"),
        pytest.param((0.3, 0.001, 0.002), 1, id="near-but-slow-at-first"),
        pytest.param((0.001, 0.001, 0.5, 0.2, 0.1), WORKERS, id="busy-by-now"),
        pytest.param((0.5, 0.2, 0.1, 0.001, 0.001, 0.001), 1, id="busy-before"),
    ],
)
def test_a_registry_that_answers_at_once_is_asked_by_one(
    seconds: tuple[float, ...], workers: int
) -> None:
    timing = Timing(Clock(*seconds), lambda _: None, lambda: 0.0)
    with running(FakeRegistry()) as registry:
        client = RegistryClient(
            RegistrySettings(), anonymous, timing, Log(io.StringIO(), clock=lambda: 0.0)
        )
        repository = Repository(registry.host, "team/app")
        for _ in seconds:
            client.has_blob(repository, DIGEST)
        assert client.workers(repository) == workers
        assert client.workers(Repository("elsewhere.example", "team/app")) == WORKERS
        client.close()
