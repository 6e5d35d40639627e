"""Layers on the host: found as they were written, or not at all."""

import gzip
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from werfish.containers.fact_store import FactStore
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layered_facts import WrittenLayer
from werfish.storage.blobs import BlobStore, KnownBlob

ENTRIES = (LayerEntry("a", EntryKind.FILE, source="content"), LayerEntry("b", EntryKind.WHITEOUT))
KNOWN = KnownBlob("sha256:blob", 10, "localhost:5000/app")


def read(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
    for source in sources:
        yield len(source), (source.encode(),)


@pytest.fixture
def facts(tmp_path: Path) -> FactStore:
    return FactStore(tmp_path / "facts")


@pytest.fixture
def blobs(tmp_path: Path, facts: FactStore) -> BlobStore:
    return BlobStore(tmp_path / "blobs", facts)


def test_a_layer_is_found_as_it_was_written(blobs: BlobStore) -> None:
    layer = blobs.write(ENTRIES, read)
    assert blobs.find(layer.diff_id) == layer
    compressed = layer.path.read_bytes()
    assert layer.size == len(compressed)
    assert layer.digest == f"sha256:{sha256(compressed).hexdigest()}"
    assert layer.diff_id == f"sha256:{sha256(gzip.decompress(compressed)).hexdigest()}"


def test_what_a_layer_holds_is_told(blobs: BlobStore, facts: FactStore) -> None:
    known = facts.layer(blobs.write(ENTRIES, read).diff_id)
    assert isinstance(known, WrittenLayer)
    assert set(known.facts) == {"a", "b"}
    assert known.facts["b"] is None


def test_equal_entries_of_objects_are_read_once(tmp_path: Path, facts: FactStore) -> None:
    reads: list[Sequence[str]] = []

    def counted(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
        reads.append(sources)
        return read(sources)

    first = BlobStore(tmp_path / "blobs", facts).write_objects(ENTRIES, counted)
    again = BlobStore(tmp_path / "blobs", facts)
    assert again.write_objects(ENTRIES[::-1], counted) == first
    assert reads == [["content"]]
    for other in (
        (LayerEntry("a", EntryKind.FILE, source="else"), ENTRIES[1]),
        (LayerEntry("a", EntryKind.FILE, source="content", mtime=1), ENTRIES[1]),
        ENTRIES[:1],
    ):
        assert again.write_objects(other, counted).diff_id == again.write(other, read).diff_id
    assert len(reads) == 4


def test_objects_are_written_anew_where_their_layer_is_lost(
    blobs: BlobStore, facts: FactStore, tmp_path: Path
) -> None:
    first = blobs.write_objects(ENTRIES, read)
    whole = first.path.read_bytes()
    first.path.write_bytes(b"x" * len(whole))
    assert blobs.write_objects(ENTRIES, read) == first
    assert first.path.read_bytes() == whole
    first.path.unlink()
    assert blobs.write_objects(ENTRIES, read) == first
    assert first.path.read_bytes() == whole
    without_facts = BlobStore(tmp_path / "blobs", FactStore(tmp_path / "other"))
    assert without_facts.write_objects(ENTRIES, read) == first


def test_objects_wanted_at_once_are_read_once(blobs: BlobStore) -> None:
    reads: list[Sequence[str]] = []

    def counted(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
        reads.append(sources)
        return read(sources)

    with ThreadPoolExecutor(4) as pool:
        layers = list(pool.map(lambda _: blobs.write_objects(ENTRIES, counted), range(8)))
    assert (len(set(layers)), len(reads)) == (1, 1)


def test_the_first_blob_of_a_layer_stays(blobs: BlobStore) -> None:
    """Another process may be uploading it."""
    first = blobs.write(ENTRIES, read)
    before = first.path.stat().st_ino
    assert blobs.write(ENTRIES[::-1], read) == first
    assert first.path.stat().st_ino == before


def test_other_bytes_of_the_same_length_are_replaced(blobs: BlobStore) -> None:
    """A disk may give that back; a lookup does not read the whole file, writing it anew does."""
    layer = blobs.write(ENTRIES, read)
    before = layer.path.read_bytes()
    layer.path.write_bytes(b"x" * layer.size)
    assert blobs.write(ENTRIES, read) == layer
    assert layer.path.read_bytes() == before


@pytest.mark.parametrize("damage", ["truncated", "gone", "no record", "broken record"])
def test_a_damaged_layer_is_not_found_and_written_again(blobs: BlobStore, damage: str) -> None:
    layer = blobs.write(ENTRIES, read)
    record = layer.path.with_name(layer.path.name.replace(".tar.gz", ".json"))
    match damage:
        case "truncated":
            layer.path.write_bytes(layer.path.read_bytes()[:-1])
        case "gone":
            layer.path.unlink()
        case "no record":
            record.unlink()
        case _:
            record.write_bytes(b'{"digest": ')
    assert blobs.find(layer.diff_id) is None
    assert blobs.write(ENTRIES, read) == layer
    assert blobs.find(layer.diff_id) == layer


def test_an_interrupted_write_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    def broken(_: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
        yield 5, [b"12345"]
        raise KeyboardInterrupt

    entries = [LayerEntry(name, EntryKind.FILE, source=name) for name in "ab"]
    with pytest.raises(KeyboardInterrupt):
        blobs.write(entries, broken)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_where_a_blob_is_in_registries_is_remembered(blobs: BlobStore) -> None:
    blobs.remember("sha256:1", KNOWN.digest, KNOWN.size, KNOWN.repository)
    blobs.remember("sha256:1", "sha256:other", 11, "localhost:5000/other")
    blobs.remember("sha256:1", KNOWN.digest, KNOWN.size, KNOWN.repository)
    assert blobs.known("sha256:1") == (
        KNOWN,
        KnownBlob("sha256:other", 11, "localhost:5000/other"),
    )
    assert blobs.known("sha256:2") == ()


def test_a_repository_has_one_blob_of_a_layer(blobs: BlobStore) -> None:
    blobs.remember("sha256:1", "sha256:old", 9, KNOWN.repository)
    blobs.remember("sha256:1", KNOWN.digest, KNOWN.size, KNOWN.repository)
    assert blobs.known("sha256:1") == (KNOWN,)


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"digest": 1}', b"\xff"])
def test_a_broken_memory_is_none(blobs: BlobStore, tmp_path: Path, content: bytes) -> None:
    blobs.remember("sha256:1", KNOWN.digest, KNOWN.size, KNOWN.repository)
    [path] = (tmp_path / "blobs" / "known").iterdir()
    path.write_bytes(content)
    assert blobs.known("sha256:1") == ()
    blobs.remember("sha256:1", KNOWN.digest, KNOWN.size, KNOWN.repository)
    assert blobs.known("sha256:1") == (KNOWN,)
