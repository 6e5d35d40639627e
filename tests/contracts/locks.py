"""What holds for all locks: run on those in memory, on files, and on Leases of a cluster.

A suite is a class; who runs it supplies the fixture ``opened``: the same locks once more, as
another process, or another machine, has them.
"""

import threading
from collections.abc import Callable

import pytest

from werfish.locks.lock import Locks

SECONDS = 60.0


class LocksContract:
    """The laws."""

    def test_one_at_a_time(self, opened: Callable[[], Locks]) -> None:
        inside, most, turns = [0], [0], [0]

        def work(locks: Locks) -> None:
            for _ in range(5):
                with locks.held("one"):
                    inside[0] += 1
                    most[0], turns[0] = max(most[0], inside[0]), turns[0] + 1
                    inside[0] -= 1

        threads = [threading.Thread(target=work, args=[opened()]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert (most, turns) == ([1], [20])

    def test_who_comes_second_waits_until_it_is_free(self, opened: Callable[[], Locks]) -> None:
        first, second, order = opened(), opened(), []

        def take() -> None:
            with second.held("one"):
                order.append("second")

        thread = threading.Thread(target=take)
        with first.held("one"):
            thread.start()
            thread.join(0.2)
            order.append("first")
        thread.join(SECONDS)
        assert order == ["first", "second"]

    @pytest.mark.parametrize(
        "other", ["two", "on", "a/b", "../one", "ONE", pytest.param("é" * 90, id="long")]
    )
    def test_another_name_is_another_lock(self, opened: Callable[[], Locks], other: str) -> None:
        with opened().held("one"), opened().held(other):
            pass

    def test_long_names_that_begin_alike_are_two_locks(self, opened: Callable[[], Locks]) -> None:
        with opened().held("a" * 500), opened().held("a" * 501):
            pass

    def test_an_error_frees_it(self, opened: Callable[[], Locks]) -> None:
        with pytest.raises(ValueError, match="mine"), opened().held("one"):
            raise ValueError("mine")
        with opened().held("one"):
            pass

    def test_it_is_taken_again_and_again(self, opened: Callable[[], Locks]) -> None:
        locks = opened()
        for _ in range(3):
            with locks.held("one"):
                pass
