"""The content of blobs, read by one ``git cat-file`` for all of them.

Content passes in pieces, so that no file is ever held whole. Requests are written by a thread of
their own: git's answers would otherwise fill one pipe while we still fill the other.
"""

import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from werfish import process
from werfish.git.command import ENVIRONMENT, git_line
from werfish.git.errors import MissingObjectError

PIECE = 1 << 20
"""The most bytes that one piece of content has."""


def read_blobs(
    root: Path, oids: Sequence[str]
) -> Generator[tuple[int, Iterable[bytes]], None, None]:
    """Yield the size and the content, in pieces, of each blob of *oids*, in their order.

    What the caller does not take of a content is skipped when the next one is asked for. An object
    that is missing or no blob is a `MissingObjectError`. Git has ended when the iterator has,
    whatever the reason.
    """
    if not oids:
        return
    line = git_line(root, "cat-file", "--batch", "--buffer")
    with process.start(line, env=ENVIRONMENT) as batch:
        if batch.stdin is None or batch.stdout is None:
            raise MissingObjectError(oids[0], "git cat-file was started without pipes")
        request = "".join(f"{oid}\n" for oid in oids).encode()
        writer = threading.Thread(target=_write, args=(batch.stdin, request), daemon=True)
        writer.start()
        try:
            yield from _answers(batch.stdout, oids)
        finally:
            batch.kill()
            writer.join()


def contents_of(root: Path, oids: Sequence[str]) -> Iterator[bytes]:
    """Yield the whole content of each blob of *oids*: for small files, such as configuration."""
    return (b"".join(content) for _, content in read_blobs(root, oids))


def _write(pipe: IO[bytes], request: bytes) -> None:
    try:
        with pipe:
            pipe.write(request)
    except BrokenPipeError:
        return  # git has ended; the reader sees that and says what was not read


def _answers(pipe: IO[bytes], oids: Sequence[str]) -> Iterator[tuple[int, Iterable[bytes]]]:
    for oid in oids:
        size = _size(pipe.readline(), oid)
        content = _pieces(pipe, oid, size)
        yield size, content
        for _ in content:
            pass


def _size(header: bytes, oid: str) -> int:
    words = header.decode(errors="replace").split()
    if len(words) != 3 or words[1] != "blob":
        problem = " ".join(words[1:]) or "git ended before it gave the content"
        raise MissingObjectError(oid, f"not a blob: {problem}" if len(words) == 3 else problem)
    return int(words[2])


def _pieces(pipe: IO[bytes], oid: str, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = pipe.read(min(left, PIECE))
        if not piece:
            raise MissingObjectError(oid, f"cut short, {left} of {size} bytes are missing")
        left -= len(piece)
        yield piece
    pipe.readline()
