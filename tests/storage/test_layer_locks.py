"""Layers that several images share at once."""

import threading

from werfish.storage.transfer.layer_locks import LayerLocks


def test_the_first_one_has_seen_all_that_there_is() -> None:
    locks = LayerLocks()
    with locks.held(["a", "b"]) as was_held:
        assert not was_held
    with locks.held(["c"]) as was_held:
        assert not was_held


def test_one_who_came_and_went_counts_without_a_wait() -> None:
    locks = LayerLocks()
    with locks.held(["a"]):
        pass
    with locks.held(["b", "a"]) as was_held:
        assert was_held


def test_the_second_one_waits_for_the_first() -> None:
    locks, done = LayerLocks(), list[str]()

    def second() -> None:
        with locks.held(["b", "a"]) as was_held:
            done.append(f"second {was_held}")

    thread = threading.Thread(target=second)
    with locks.held(["a", "b"]):
        thread.start()
        done.append("first")
    thread.join()
    assert done == ["first", "second True"]
