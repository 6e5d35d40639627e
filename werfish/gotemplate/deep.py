"""Room for templates that nest deeply: Go's stack grows, Python's has to be told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 15_000
"""Enough for a thousand templates inside one another, and little enough for a stack of 8 MB, also
where each call goes through C (``str.join`` over a generator) and takes a piece of that stack."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow fifteen thousand calls inside one another, for the time of the block.

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
