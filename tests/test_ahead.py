"""What is asked ahead: the same answer, the same error."""

import threading

import pytest

from werfish.ahead import Ahead


def test_the_answer_is_asked_for_once_and_beside() -> None:
    asked: list[threading.Thread] = []

    def ask() -> str:
        asked.append(threading.current_thread())
        return "answer"

    ahead = Ahead(ask)
    assert [ahead.answer(), ahead.answer()] == ["answer"] * 2
    assert len(asked) == 1
    assert asked[0] is not threading.current_thread()


def test_an_error_is_raised_where_the_answer_is_taken() -> None:
    def ask() -> None:
        raise LookupError("not there")

    ahead = Ahead(ask)
    for _ in range(2):
        with pytest.raises(LookupError, match="not there"):
            ahead.answer()
