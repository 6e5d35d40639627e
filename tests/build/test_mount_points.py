"""What mounting leaves in a layer, and what of it goes."""

from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree, link
from werfish.build.mount_points import without_mount_points
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind

BEFORE = {"etc": FOLDER, "usr": FOLDER, "usr/bin": FOLDER, "bin": link("usr/bin")}
OWN = Fact(EntryKind.DIRECTORY, 0o700, 5, 6, 7)


def left(places: list[str], added: dict[str, Fact], **contents: bytes) -> dict[str, Fact | None]:
    """Return the tree's difference to `BEFORE` after the layer is applied."""
    after = FakeImageTree({**BEFORE, **added}, contents=contents)
    after.apply(without_mount_points(places, FakeImageTree(dict(BEFORE)), after))
    return {
        path: after.facts.get(path)
        for path in {*BEFORE, *after.facts}
        if after.facts.get(path) != BEFORE.get(path)
    }


def test_all_that_was_missing_goes() -> None:
    assert left(["/new/deep"], {"new": FOLDER, "new/deep": FOLDER}) == {}


def test_what_was_there_needs_no_layer() -> None:
    tree = FakeImageTree(dict(BEFORE))
    assert without_mount_points(["/etc", "/bin"], tree, tree) == ()


def test_links_are_followed() -> None:
    assert left(["/bin/cache"], {"usr/bin/cache": FOLDER}) == {}


def test_what_instructions_made_stays_with_the_folders_above() -> None:
    made = {"new": OWN, "new/deep": FOLDER, "new/own": FILE}
    assert left(["/new/deep"], made) == {"new": OWN, "new/own": FILE}


def test_the_place_of_a_file_goes_too() -> None:
    files = {"new": FOLDER, "new/file": FILE}
    after = FakeImageTree({**BEFORE, **files}, contents={"new/file": b""})
    entries = without_mount_points(["/new/file"], FakeImageTree(dict(BEFORE)), after)
    assert [(entry.path, entry.kind) for entry in entries] == [("new", EntryKind.WHITEOUT)]


def test_folders_above_keep_their_attributes() -> None:
    after = FakeImageTree({**BEFORE, "etc": OWN, "etc/new": FOLDER})
    entries = without_mount_points(["/etc/new"], FakeImageTree(dict(BEFORE)), after)
    assert [entry.path for entry in entries] == ["etc", "etc/new"]
    assert (entries[0].mode, entries[0].uid, entries[0].gid, entries[0].mtime) == (0o700, 5, 6, 7)


def test_mounts_in_each_other_go_together() -> None:
    made = {"new": FOLDER, "new/a": FOLDER, "new/b": FOLDER}
    assert left(["/new/a", "/new/b", "/new"], made) == {}


def test_what_is_not_there_any_more_is_nothing() -> None:
    assert left(["/new/deep"], {}) == {}
