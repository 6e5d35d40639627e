"""Many requests at once: the only threads of this package.

The first failure stops the others: no new one begins, and bodies that heed the event end. So does
an interrupt, which does not wait for a registry that does not answer.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from werfish.registry.bodies import StoppedError

T = TypeVar("T")
Job = Callable[[threading.Event], T]

WORKERS = 8
"""How many requests are under way at a time for one caller."""
PATIENCE = 3.0
"""Seconds that an interrupt waits for requests under way: a registry may never answer."""


def in_parallel(jobs: Sequence[Job[T]], workers: int = WORKERS) -> tuple[T, ...]:
    """Run *jobs* and return their results in order; the error of the first that failed is raised.

    One worker is the caller itself. Each job gets an event that is set when it should end early.
    """
    stop = threading.Event()
    if min(workers, len(jobs)) <= 1:
        return tuple(job(stop) for job in jobs)
    pool = ThreadPoolExecutor(min(workers, len(jobs)), thread_name_prefix="registry")
    futures: list[Future[T]] = []
    try:
        futures.extend(pool.submit(job, stop) for job in jobs)
        wait(futures, return_when=FIRST_EXCEPTION)
        if not all(map(_is_good, futures)):
            stop.set()
        pool.shutdown(cancel_futures=stop.is_set())
    except BaseException:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait([one for one in futures if not one.cancelled()], PATIENCE)
        raise
    _raise_first(futures)
    return tuple(future.result() for future in futures)


def _raise_first(futures: Sequence[Future[T]]) -> None:
    errors = [error for error in map(_error_of, futures) if error is not None]
    for error in errors:
        if not isinstance(error, StoppedError):
            raise error


def _is_good(future: Future[T]) -> bool:
    return future.done() and not _error_of(future)


def _error_of(future: Future[T]) -> BaseException | None:
    return None if future.cancelled() or not future.done() else future.exception()
