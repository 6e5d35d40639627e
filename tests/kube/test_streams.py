"""Who closes an answer without an end: never another thread than the one that reads it."""

from collections.abc import Iterator

import pytest

from werfish.kube.errors import UnreachableError
from werfish.kube.streams import Lines


class Response:
    """An answer whose chunks are given; what is done to it is noted."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.done: list[str] = []

    def stream(self, size: int | None) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def shutdown(self) -> None:
        self.done.append("shutdown")

    def close(self) -> None:
        self.done.append("close")


def lines_of(response: Response) -> Lines:
    return Lines(response, lambda error: UnreachableError("s", "", str(error)))  # type: ignore[arg-type]


def test_lines_are_put_together_and_the_answer_is_closed_at_its_end() -> None:
    response = Response(b"on", b"e\ntwo\nth", b"ree")
    assert list(lines_of(response)) == [b"one", b"two", b"three"]
    assert response.done == ["close"]


def test_what_nobody_reads_is_closed_at_once() -> None:
    response = Response(b"one\n")
    lines = lines_of(response)
    lines.close()
    lines.close()
    assert response.done == ["shutdown", "close"]


def test_what_is_being_read_is_shut_down_and_closed_by_its_reader() -> None:
    response = Response(b"one\n", OSError("shut down"))
    lines = lines_of(response)
    reader = iter(lines)
    assert next(reader) == b"one"
    lines.close()
    assert response.done == ["shutdown"]
    assert list(reader) == []
    assert response.done == ["shutdown", "close"]


def test_a_connection_that_breaks_is_closed_and_told_of() -> None:
    response = Response(OSError("reset"))
    with pytest.raises(UnreachableError, match="reset"):
        list(lines_of(response))
    assert response.done == ["close"]
