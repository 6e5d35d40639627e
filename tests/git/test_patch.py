"""What changed between two commits."""

import os

import pytest

from stages.sources import EXECUTABLE, FILE, SUBMODULE, SYMLINK, TreeChange, TreeEntry
from tests.git.work_tree import WorkTree
from werfish.git.errors import MissingObjectError
from werfish.git.patch import changes_between
from werfish.git.tree import entries_of


def changes(work: WorkTree, since: str, until: str) -> dict[str, TreeChange]:
    return {change.path: change for change in changes_between(work.root, since, until)}


def test_added_changed_removed_and_moved(work: WorkTree) -> None:
    work.write("changed", b"1")
    work.write("moved/from", b"the same content, long enough to be found again\n" * 9)
    work.write("kept", b"1")
    since = work.commit()
    work.write("changed", b"22")
    work.git("mv", "moved/from", "to")
    work.write("a\nb \xe4", b"333")
    until = work.commit()
    found = changes(work, since, until)
    assert list(found) == ["a\nb \xe4", "changed", "moved/from", "to"]
    assert found["moved/from"].after is None
    assert found["to"].before is None
    assert [found["changed"].before, found["changed"].after] == [
        next(entry for entry in entries_of(work.root, commit) if entry.path == "changed")
        for commit in (since, until)
    ]


def test_modes_kinds_and_submodules(work: WorkTree) -> None:
    work.write("mode", b"1")
    work.write("kind", b"12")
    work.write("folder", b"1")
    since = work.commit()
    work.write("mode", b"1", executable=True)
    (work.root / "kind").unlink()
    (work.root / "kind").symlink_to("elsewhere")
    (work.root / "folder").unlink()
    work.write("folder/file", b"1")
    work.git("add", "--all")
    (work.root / "module").mkdir()
    work.git("update-index", "--add", "--cacheinfo", f"160000,{since},module")
    work.git("commit", "--quiet", "--message", "change")
    found = changes(work, since, "HEAD")
    modes = {
        path: (change.before and change.before.mode, change.after and change.after.mode)
        for path, change in found.items()
    }
    assert modes == {
        "folder": (FILE, None),
        "folder/file": (None, FILE),
        "kind": (FILE, SYMLINK),
        "mode": (FILE, EXECUTABLE),
        "module": (None, SUBMODULE),
    }
    assert found["module"].after == TreeEntry("module", SUBMODULE, since, 0)


def test_a_moved_submodule_counts_whatever_is_configured(work: WorkTree) -> None:
    first = work.commit()
    work.write(".gitmodules", b'[submodule "m"]\n path = m\n url = ./m\n ignore = all\n')
    work.git("add", ".gitmodules")
    (work.root / "m").mkdir()
    work.git("update-index", "--add", "--cacheinfo", f"160000,{first},m")
    work.git("commit", "--quiet", "--message", "1")
    second = work.git("rev-parse", "HEAD")
    work.git("update-index", "--cacheinfo", f"160000,{second},m")
    work.git("commit", "--quiet", "--message", "2")
    assert list(changes(work, second, "HEAD")) == ["m"]


def test_the_same_commit_has_no_changes(work: WorkTree) -> None:
    commit = work.commit()
    assert changes_between(work.root, commit, commit) == ()


def test_bytes_order(work: WorkTree) -> None:
    since = work.commit()
    paths = [b"a-b", b"a/b", b"a0", b"\xff", "é".encode(), "\U0001f41c".encode(), "ￃ".encode()]
    for path in paths:
        work.write(path, b"1")
    until = work.commit()
    assert [os.fsencode(path) for path in changes(work, since, until)] == sorted(paths)


def test_a_missing_blob_is_named(work: WorkTree) -> None:
    since = work.commit()
    work.write("a", b"content")
    until = work.commit()
    oid = work.git("rev-parse", "HEAD:a")
    (work.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(MissingObjectError) as caught:
        changes_between(work.root, since, until)
    assert caught.value.oid == oid
