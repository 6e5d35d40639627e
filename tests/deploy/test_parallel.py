"""Many things at once: all of them are done, or none that had not begun."""

import threading

import pytest

from werfish.deploy import parallel
from werfish.deploy.parallel import in_parallel


def test_results_are_in_order() -> None:
    assert in_parallel(lambda number: number * 2, range(100)) == [n * 2 for n in range(100)]
    assert in_parallel(str, []) == []
    assert in_parallel(str, [1]) == ["1"]


def test_what_began_is_finished_before_an_error_leaves() -> None:
    done: list[int] = []
    together = threading.Barrier(2)

    def work(number: int) -> None:
        if number < 2:
            together.wait(timeout=60)
        if number == 0:
            raise ValueError(number)
        done.append(number)

    with pytest.raises(ValueError, match="0"):
        in_parallel(work, range(2))
    assert done == [1]


def test_an_interrupt_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What began may be waiting until an object is gone, which it may never be."""
    monkeypatch.setattr(parallel, "PATIENCE", 0.01)
    over = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            raise KeyboardInterrupt
        over.wait(timeout=60)

    with pytest.raises(KeyboardInterrupt):
        in_parallel(work, range(3))
    assert not over.is_set()
    over.set()
