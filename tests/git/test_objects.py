"""Reading blobs: in order, in pieces, with nothing left running."""

import threading
from collections.abc import Sequence

import pytest

from tests.git.work_tree import WorkTree
from werfish.git.command import run_git
from werfish.git.errors import MissingObjectError
from werfish.git.objects import PIECE, read_blobs


def stored(work: WorkTree, *contents: bytes) -> list[str]:
    return [
        run_git(work.root, "hash-object", "-w", "--stdin", stdin=content).text.strip()
        for content in contents
    ]


def read(work: WorkTree, oids: Sequence[str]) -> list[bytes]:
    return [b"".join(content) for _, content in read_blobs(work.root, oids)]


def test_contents_come_in_the_order_asked_for(work: WorkTree) -> None:
    one, two, empty = stored(work, b"one\n", b"two\0\n\n", b"")
    assert read(work, [two, one, empty, two]) == [b"two\0\n\n", b"one\n", b"", b"two\0\n\n"]


def test_nothing_asked_for_starts_nothing(work: WorkTree) -> None:
    assert read(work, []) == []


def test_a_big_blob_comes_in_pieces(work: WorkTree) -> None:
    content = bytes(range(256)) * (PIECE // 256 * 2) + b"end"
    (oid,) = stored(work, content)
    for size, pieces in read_blobs(work.root, [oid]):
        taken = list(pieces)
        assert size == len(content)
        assert max(map(len, taken)) <= PIECE
        assert b"".join(taken) == content


def test_what_is_not_taken_is_skipped(work: WorkTree) -> None:
    big, small = stored(work, b"x" * (2 * PIECE), b"small")
    seen = []
    for _, content in read_blobs(work.root, [big, big, small]):
        seen.append(next(iter(content))[:5])
    assert seen == [b"xxxxx", b"xxxxx", b"small"]


def test_more_requests_than_a_pipe_holds(work: WorkTree) -> None:
    oids = stored(work, b"a" * 200, b"b") * 4000
    assert sum(size for size, _ in read_blobs(work.root, oids)) == 201 * 4000


def test_leaving_early_leaves_nothing(work: WorkTree) -> None:
    """Neither the thread nor git survives, although most requests were never written."""
    before = threading.active_count()
    blobs = read_blobs(work.root, stored(work, b"x" * PIECE) * 5000)
    next(blobs)
    assert threading.active_count() == before + 1
    blobs.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("odd", ["0" * 40, "HEAD", "no such"])
def test_what_is_no_blob_is_named(work: WorkTree, odd: str) -> None:
    work.commit()
    (oid,) = stored(work, b"one")
    blobs = read_blobs(work.root, [oid, odd])
    next(blobs)
    with pytest.raises(MissingObjectError) as caught:
        next(blobs)
    assert caught.value.oid == odd


def test_a_damaged_blob_is_an_error(work: WorkTree) -> None:
    (oid,) = stored(work, b"x" * 1000)
    path = work.root / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:12])
    with pytest.raises(MissingObjectError):
        read(work, [oid])
