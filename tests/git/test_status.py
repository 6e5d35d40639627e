"""Uncommitted changes, for the one warning about them."""

from tests.git.work_tree import WorkTree
from werfish.git.repository import open_repository


def test_a_clean_tree(work: WorkTree) -> None:
    work.write("a", b"1")
    work.commit()
    assert open_repository(work.root).dirty_paths() == ()


def test_every_way_of_being_dirty(work: WorkTree) -> None:
    for name in ("changed", "removed", "staged name", "old", "mode"):
        work.write(name, name.encode())
    work.write(".gitignore", b"ignored\n")
    work.commit()
    work.write("changed", b"2")
    (work.root / "removed").unlink()
    work.write("staged name", b"2")
    work.git("add", "staged name")
    work.git("mv", "old", "new")
    work.write("folder/un\ntracked", b"1")
    work.write("ignored", b"1")
    work.write("mode", b"mode", executable=True)
    repository = open_repository(work.root)
    assert repository.dirty_paths() == (
        "changed",
        "folder/un\ntracked",
        "mode",
        "new",
        "old",
        "removed",
        "staged name",
    )
    assert repository.dirty_paths(lambda path: path.startswith("folder/")) == (
        "folder/un\ntracked",
    )


def test_conflicts_are_dirty(work: WorkTree) -> None:
    work.write("a b", b"1")
    work.commit()
    work.git("checkout", "--quiet", "-b", "side")
    work.write("a b", b"2")
    work.commit()
    work.git("checkout", "--quiet", "main")
    work.write("a b", b"3")
    work.commit()
    tree = work.git("merge-base", "main", "side")
    work.git("read-tree", "-m", tree, "main", "side")
    assert open_repository(work.root).dirty_paths() == ("a b",)
