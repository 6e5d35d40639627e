"""Room for templates that nest deeply: Go's stack grows, Python's has to be told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 100_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow a hundred thousand calls inside one another, for the time of the block.

    The limit is the interpreter's, and is only ever raised here: two threads that leave in
    another order than they came do no harm.
    """
    before = sys.getrecursionlimit()
    if before >= _FRAMES:
        yield
        return
    sys.setrecursionlimit(_FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
