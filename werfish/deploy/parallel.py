"""Do the same to many things at once, a bounded number at a time.

Everything that began is finished before an error leaves; what did not begin is not begun. An
interrupt waits only so long: what began may itself be waiting for the cluster, for ever.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

AT_ONCE = 32
PATIENCE = 5.0
"""Seconds that an interrupt waits for what began."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what *function* gives for each of *items*, in order; the first error is raised."""
    known = list(items)
    if len(known) < 2:
        return [function(item) for item in known]
    pool = ThreadPoolExecutor(min(AT_ONCE, len(known)))
    futures: list[Future[Result]] = []
    try:
        futures.extend(pool.submit(function, item) for item in known)
        found = [future.result() for future in futures]
    except Exception:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        wait([one for one in futures if not one.cancelled()], PATIENCE)
        raise
    pool.shutdown()
    return found
