"""What differs from the commit, whatever the index says."""

from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree
from werfish.git.errors import OutsideWorkTreeError
from werfish.git.repository import open_repository


def uncommitted(work: WorkTree, *paths: str) -> list[str]:
    found = open_repository(work.root).uncommitted(work.root / path for path in paths)
    return [path.relative_to(work.root).as_posix() for path in found]


def below(work: WorkTree, folder: str) -> list[str]:
    found = open_repository(work.root).uncommitted_below(work.root / folder)
    return [str(path.relative_to(work.root)) for path in found]


def test_what_is_as_committed_is_not_named(work: WorkTree) -> None:
    names = ["a", 'odd "name"\n\\x', "folder/b"]
    for name in names:
        work.write(name, name.encode())
    (work.root / "link").symlink_to("a")
    work.commit()
    assert uncommitted(work, *names, "link", "never/there") == []


def test_every_way_of_differing(work: WorkTree) -> None:
    for name in ("changed", "removed", "kind", "folder"):
        work.write(name, b"1")
    (work.root / "link").symlink_to("changed")
    work.write(".gitignore", b"ignored\n")
    work.commit()
    work.write("changed", b"2")
    for name in ("removed", "kind", "folder", "link"):
        (work.root / name).unlink()
    (work.root / "kind").symlink_to("changed")
    (work.root / "link").symlink_to("kind")
    work.write("folder/inner", b"1")
    work.write("ignored", b"1")
    work.write("untracked", b"1")
    work.write("staged", b"1")
    work.git("add", "staged")
    names = ["changed", "removed", "kind", "link", "folder/inner", "ignored", "untracked", "staged"]
    assert uncommitted(work, *names) == names


@pytest.mark.parametrize("option", ["--assume-unchanged", "--skip-worktree"])
def test_marks_in_the_index_hide_nothing(work: WorkTree, option: str) -> None:
    work.write("a", b"1")
    work.commit()
    work.git("update-index", option, "a")
    work.write("a", b"2")
    assert uncommitted(work, "a") == ["a"]


def test_content_counts_as_git_stores_it(work: WorkTree) -> None:
    """Line endings of the platform are no change, nor are those that were committed as they are."""
    work.write("raw", b"1\r\n")
    work.commit()
    work.git("config", "core.autocrlf", "true")
    work.write("text", b"1\n")
    work.commit()
    work.write("text", b"1\r\n", executable=True)
    assert uncommitted(work, "text", "raw") == []


def test_many_paths(work: WorkTree) -> None:
    names = [f"f{number}" for number in range(300)]
    for name in names:
        work.write(name, b"1")
    work.commit()
    work.write("f7", b"2")
    assert uncommitted(work, *names) == ["f7"]


def test_what_is_outside_is_not_in_the_commit(work: WorkTree, tmp_path: Path) -> None:
    work.commit()
    (tmp_path / "other").touch()
    repository = open_repository(work.root)
    assert repository.uncommitted([tmp_path / "other"]) == (tmp_path / "other",)
    with pytest.raises(OutsideWorkTreeError, match="outside of the work tree"):
        repository.entries_below(tmp_path)


def test_all_of_a_folder(work: WorkTree) -> None:
    work.write(".gitignore", b"*.tgz\n")
    work.write("chart/kept", b"1")
    work.write("chart/removed", b"1")
    work.write("other", b"1")
    work.commit()
    (work.root / "chart/removed").unlink()
    work.write("chart/sub/new", b"1")
    work.write("chart/a.tgz", b"1")
    work.write("other", b"2")
    assert below(work, "chart") == ["chart/a.tgz", "chart/removed", "chart/sub/new"]
    assert below(work, "absent") == []


def test_a_folder_of_the_commit_that_is_gone(work: WorkTree) -> None:
    work.write("chart/a", b"1")
    work.commit()
    (work.root / "chart/a").unlink()
    (work.root / "chart").rmdir()
    assert below(work, "chart") == ["chart/a"]


def test_links_below_a_folder_are_followed(work: WorkTree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    work.write("common/a", b"1")
    work.write("chart/x", b"1")
    (work.root / "chart/common").symlink_to("../common")
    (work.root / "chart/again").symlink_to(".")
    (work.root / "chart/outside").symlink_to(outside)
    (work.root / "link").symlink_to("chart")
    work.commit()
    work.write("common/b", b"1")
    repository = open_repository(work.root)
    expected = (outside, work.root / "common/b")
    assert repository.uncommitted_below(work.root / "chart") == expected
    assert repository.uncommitted_below(work.root / "link") == expected
