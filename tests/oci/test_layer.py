"""Layers: pinned bytes, the order that images need, and what any reader of tar sees in them."""

import io
import tarfile
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.oci.layer import EntryKind, LayerEntry, UnstorableNameError
from werfish.oci.layer_writer import write_layer
from werfish.oci.tar import attributes_in

FILE, FOLDER = EntryKind.FILE, EntryKind.DIRECTORY
LINK, WHITEOUT = EntryKind.SYMLINK, EntryKind.WHITEOUT


def read(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
    """Give each source its own name as content, in two chunks."""
    for source in sources:
        raw = source.encode("utf-8", "surrogateescape")
        yield len(raw), (raw[:1], raw[1:])


def written(entries: Sequence[LayerEntry]) -> tuple[str, bytes]:
    sink = io.BytesIO()
    return write_layer(entries, read, sink.write), sink.getvalue()


def members(data: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getmembers()


EXAMPLE = (
    LayerEntry("app/run.sh", FILE, mode=0o755, uid=1000, gid=1000, mtime=1700000000, source="echo"),
    LayerEntry("app", FOLDER, mode=0o700, uid=1000, gid=1000, mtime=1600000000),
    LayerEntry("app/lib", LINK, link="../usr/lib", mtime=1700000000),
    LayerEntry("app/old", WHITEOUT),
    LayerEntry("app/" + "ü" * 60, FILE, source="name"),
)


def test_the_digest_of_a_layer_is_pinned() -> None:
    """A changed value here means that every layer of every user is made and uploaded anew."""
    diff_id, _ = written(EXAMPLE)
    assert diff_id == "sha256:c8d005c3ff379414a31e283ccd2b4665141d38ccdaf5299560ac69753830c7f8"


def test_order_of_entries_does_not_matter() -> None:
    assert written(EXAMPLE) == written(EXAMPLE[::-1])


def test_folders_come_first_and_removals_before_their_siblings() -> None:
    paths = ["a", "a/b", "a b", "a/+new", "a/z"]
    entries = [LayerEntry(path, FOLDER) for path in paths] + [LayerEntry("a/old", WHITEOUT)]
    names = [member.name for member in members(written(entries)[1])]
    assert names == ["a", "a/.wh.old", "a/+new", "a/b", "a/z", "a b"]


def test_what_fits_costs_no_extra_records() -> None:
    entries = [LayerEntry("d" * 90 + "/" + "f" * 99, FILE, source="x", mtime=5)]
    assert len(written(entries)[1]) == 512 * 4


@pytest.mark.parametrize("path", ["", "/a", "a/", "a/../b", "./a", "a\0b"])
def test_paths_that_are_not_clean_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a clean path"):
        written([LayerEntry(path, FILE)])


def test_two_entries_for_one_path_are_refused() -> None:
    with pytest.raises(ValueError, match="two entries"):
        written([LayerEntry("a", FILE), LayerEntry("a", FOLDER)])


CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")


def test_a_hard_link_is_another_name_of_a_file_before_it() -> None:
    names = [LayerEntry("b", EntryKind.HARDLINK, 0o4755, link="a"), LayerEntry("a", FILE, 0o4755)]
    file, link = members(written(names)[1])
    assert (link.name, link.linkname, link.islnk(), link.mode) == ("b", "a", True, 0o4755)
    assert file.isreg()


@pytest.mark.parametrize("kind", [FOLDER, LINK, WHITEOUT])
def test_a_hard_link_to_no_file_is_refused(kind: EntryKind) -> None:
    with pytest.raises(ValueError, match="which is no file before it"):
        written([LayerEntry("a", kind), LayerEntry("b", EntryKind.HARDLINK, link="a")])
    with pytest.raises(ValueError, match="which is no file before it"):
        written([LayerEntry("a", EntryKind.HARDLINK, link="b"), LayerEntry("b", FILE)])


def test_extended_attributes_are_kept_byte_by_byte() -> None:
    attributes = (("security.capability", CAPABILITY), ("user.text", "ü\n".encode()))
    [member] = members(written([LayerEntry("\udcff", FILE, attributes=attributes)])[1])
    assert attributes_in(member.pax_headers) == attributes
    assert member.name == "\udcff"


def test_names_that_would_remove_files_are_refused() -> None:
    with pytest.raises(UnstorableNameError, match=r'"app/\.wh\.x"'):
        written([LayerEntry("app/.wh.x", FILE)])


def test_a_content_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="announced"):
        write_layer([LayerEntry("a", FILE, source="a")], lambda _: [(2, [b"x"])], len)


name = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
    | st.sampled_from(["\udcff", "\udc80", "\n", " ", "é"]),
    min_size=1,
    max_size=120,
).filter(lambda text: text not in (".", "..") and not text.startswith(".wh."))
path = st.lists(name, min_size=1, max_size=5).map("/".join)
entry = st.builds(
    LayerEntry,
    path,
    st.sampled_from([FILE, FOLDER, LINK]),
    mode=st.integers(0, 0o7777),
    uid=st.integers(0, 2**32 - 2),
    gid=st.integers(0, 2**32 - 2),
    mtime=st.integers(-(2**40), 2**40),
    source=st.text(max_size=700),
    link=path,
)


def seen(member: tarfile.TarInfo, archive: tarfile.TarFile) -> LayerEntry:
    kind = FOLDER if member.isdir() else LINK if member.issym() else FILE
    content = archive.extractfile(member) if kind is FILE else None
    text = content.read().decode("utf-8", "surrogateescape") if content else ""
    attributes = (member.mode, member.uid, member.gid, int(member.mtime), text, member.linkname)
    return LayerEntry(member.name, kind, *attributes)


def kept(entry: LayerEntry) -> LayerEntry:
    mode = 0o777 if entry.kind is LINK else entry.mode
    source = entry.source if entry.kind is FILE else ""
    link = entry.link if entry.kind is LINK else ""
    attributes = (mode, entry.uid, entry.gid, entry.mtime, source, link)
    return LayerEntry(entry.path, entry.kind, *attributes)


@given(st.lists(entry, max_size=6, unique_by=lambda entry: entry.path))
def test_readers_of_tar_see_what_was_written(entries: list[LayerEntry]) -> None:
    with tarfile.open(fileobj=io.BytesIO(written(entries)[1])) as archive:
        found = [seen(member, archive) for member in archive]
    assert sorted(found, key=str) == sorted(map(kept, entries), key=str)
