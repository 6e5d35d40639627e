"""Do the same to many things at once, a bounded number at a time.

Everything that began is finished before an error leaves; what did not begin is not begun.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 32

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return what *function* gives for each of *items*, in order; the first error is raised."""
    known = list(items)
    if len(known) < 2:
        return [function(item) for item in known]
    pool = ThreadPoolExecutor(min(AT_ONCE, len(known)))
    try:
        futures = [pool.submit(function, item) for item in known]
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
