"""Many jobs at once: results in order, the first error ends the rest."""

import threading

import pytest

from werfish.errors import RegistryError
from werfish.registry.bodies import StoppedError, stoppable
from werfish.registry.transfer import Job, in_parallel


def test_results_keep_the_order_of_the_jobs() -> None:
    def job(number: int) -> Job[int]:
        return lambda stop: number

    assert in_parallel([job(number) for number in range(50)]) == tuple(range(50))


def test_no_jobs_no_results() -> None:
    jobs: list[Job[int]] = []
    assert in_parallel(jobs) == ()


def test_first_error_stops_the_bodies_of_others() -> None:
    """A big upload does not run to its end after another one was refused."""
    began = threading.Event()

    def endless(stop: threading.Event) -> int:
        for _ in stoppable(lambda: iter(lambda: b"x", b""), stop)():
            began.set()
        return 0

    def refused(stop: threading.Event) -> int:
        began.wait(10)
        raise RegistryError("refused")

    with pytest.raises(RegistryError, match="refused"):
        in_parallel([endless, refused])


def test_jobs_that_did_not_begin_never_do() -> None:
    ran: list[int] = []

    def refused(stop: threading.Event) -> None:
        raise RegistryError("refused")

    def job(stop: threading.Event) -> None:
        stop.wait(10)
        ran.append(1)

    with pytest.raises(RegistryError):
        in_parallel([refused, *[job] * 20], workers=1)
    assert len(ran) <= 1


def test_stopped_body_says_so() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        list(stoppable(lambda: [b"x"], stop)())
