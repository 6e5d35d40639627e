"""Submodules: their files at the recorded commit, from wherever the clone keeps their objects."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stages.sources import SUBMODULE, Repository, TreeEntry
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.build.adapters import SourceRepository
from werfish.git.repository import open_repository
from werfish.git.source import ProjectSource


@dataclass
class Told:
    """What sources said."""

    warnings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def source(self, folder: Path) -> ProjectSource:
        return ProjectSource(open_repository(folder), self.said.append, self.warnings.append)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def lib(tmp_path: Path) -> WorkTree:
    """Return the repository of a submodule, with another one in it."""
    inner = new_work_tree(tmp_path / "inner")
    inner.write("deep", b"deep")
    inner.commit()
    lib = new_work_tree(tmp_path / "lib")
    lib.write("a", b"1")
    lib.write("old", b"old")
    lib.git("submodule", "--quiet", "add", str(inner.root), "in")
    lib.commit()
    return lib


@pytest.fixture
def project(work: WorkTree, lib: WorkTree) -> WorkTree:
    """Return a project with *lib* at ``sub/lib`` and files around it in byte order."""
    for name in ("sub/a", "sub/lib-x", "sub/lib0", "z"):
        work.write(name, name.encode())
    work.git("submodule", "--quiet", "add", "--name", "the lib", str(lib.root), "sub/lib")
    work.git("submodule", "--quiet", "update", "--init", "--recursive")
    work.commit()
    return work


def contents(source: ProjectSource) -> dict[str, bytes]:
    entries = source.entries(source.commit)
    assert [entry.path for entry in entries] == sorted(entry.path for entry in entries)
    files = [entry for entry in entries if entry.mode != SUBMODULE]
    read = [b"".join(content) for _, content in source.read_blobs([one.oid for one in files])]
    return dict(zip((entry.path for entry in files), read, strict=True))


INSIDE = {"sub/lib/a": b"1", "sub/lib/old": b"old", "sub/lib/in/deep": b"deep"}


def inside(source: ProjectSource) -> dict[str, bytes]:
    return {
        path: content
        for path, content in contents(source).items()
        if path.startswith("sub/lib/") and not path.endswith(".gitmodules")
    }


def test_it_is_what_stages_and_builder_ask_for(project: WorkTree, told: Told) -> None:
    source = told.source(project.root)
    repository: Repository = source
    builder: SourceRepository = source
    assert repository.commit == builder.commit == project.git("rev-parse", "HEAD")


def test_files_of_submodules_are_files_of_the_project(project: WorkTree, told: Told) -> None:
    source = told.source(project.root)
    assert inside(source) == INSIDE
    assert all(entry.mode != SUBMODULE for entry in source.entries(source.commit))
    assert told.warnings == []


def test_a_subfolder_with_a_submodule(project: WorkTree, told: Told) -> None:
    found = contents(told.source(project.root / "sub"))
    assert {path: found[path] for path in ("lib/a", "lib/in/deep", "lib-x")} == {
        "lib/a": b"1", "lib/in/deep": b"deep", "lib-x": b"sub/lib-x",
    }  # fmt: skip


def test_a_submodule_with_its_objects_in_its_folder(
    project: WorkTree, told: Told, lib: WorkTree
) -> None:
    """So clones made by hand look, which nobody absorbed."""
    shutil.rmtree(project.root / "sub/lib")
    shutil.rmtree(project.root / ".git/modules")
    project.git("clone", "--quiet", "--recursive", str(lib.root), "sub/lib")
    assert inside(told.source(project.root)) == INSIDE


def test_a_submodule_that_is_not_checked_out(project: WorkTree, told: Told) -> None:
    """Its objects are there, so nobody needs its work tree."""
    project.git("submodule", "--quiet", "deinit", "--all")
    assert inside(told.source(project.root)) == INSIDE


def test_a_linked_work_tree(project: WorkTree, told: Told, tmp_path: Path) -> None:
    project.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "second"))
    assert inside(told.source(tmp_path / "second")) == INSIDE


def test_one_that_is_not_initialised_is_an_empty_folder_and_a_warning(
    project: WorkTree, told: Told, tmp_path: Path
) -> None:
    """What commit it records does not matter: the image is the same."""
    project.git("clone", "--quiet", str(project.root), str(tmp_path / "clone"))
    source = told.source(tmp_path / "clone")
    assert TreeEntry("sub/lib", SUBMODULE, "", 0) in source.entries(source.commit)
    assert inside(source) == {}
    assert source.entries(source.commit)
    (warning,) = told.warnings
    assert 'submodule "sub/lib" is not there' in warning
    assert "git submodule update" in warning


def bump(project: WorkTree, lib: WorkTree) -> tuple[str, str]:
    """Change the submodule, and record that in the project."""
    since = project.git("rev-parse", "HEAD")
    lib.write("a", b"22")
    (lib.root / "old").unlink()
    lib.write("new", b"333")
    lib.commit()
    project.git("submodule", "--quiet", "update", "--remote", "sub/lib")
    return since, project.commit()


def test_a_moved_submodule_changes_its_files(project: WorkTree, told: Told, lib: WorkTree) -> None:
    since, until = bump(project, lib)
    source = told.source(project.root)
    found = {
        change.path: (change.before and change.before.size, change.after and change.after.size)
        for change in source.changes(since, until)
    }
    assert found == {"sub/lib/a": (1, 2), "sub/lib/new": (None, 3), "sub/lib/old": (3, None)}
    assert source.is_ancestor(since, until)
    assert inside(source) == {
        "sub/lib/a": b"22", "sub/lib/new": b"333", "sub/lib/in/deep": b"deep",
    }  # fmt: skip


def test_a_submodule_that_came_and_one_that_became_a_folder(project: WorkTree, told: Told) -> None:
    since = project.git("rev-parse", "HEAD")
    project.git("rm", "--quiet", "--cached", "sub/lib")
    shutil.rmtree(project.root / "sub/lib")
    project.write("sub/lib/a", b"1")
    project.write("sub/lib/b", b"b")
    until = project.commit()
    source = told.source(project.root)
    there = [change.path for change in source.changes(until, since)]
    assert there == ["sub/lib/.gitmodules", "sub/lib/b", "sub/lib/in/deep", "sub/lib/old"]


def test_a_shallow_submodule_cannot_tell_what_was(
    project: WorkTree, told: Told, lib: WorkTree, tmp_path: Path
) -> None:
    """Files that went away would stay: stages of that commit are not used."""
    since, until = bump(project, lib)
    project.git("config", "protocol.file.allow", "always")
    source_url = lib.root.as_uri()
    project.git("config", "--file", ".gitmodules", "submodule.the lib.url", source_url)
    last = project.commit("url")
    clone = tmp_path / "clone"
    project.git("clone", "--quiet", str(project.root), str(clone))
    shallow = ("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
    WorkTree(clone).git(*shallow)
    source = told.source(clone)
    assert inside(source)["sub/lib/a"] == b"22"
    assert source.is_ancestor(until, last)
    assert not source.is_ancestor(since, last)
    (warning,) = told.warnings
    assert "git -C sub/lib fetch --unshallow" in warning


def test_one_that_never_was_there_can_be_compared(
    project: WorkTree, told: Told, lib: WorkTree, tmp_path: Path
) -> None:
    since, until = bump(project, lib)
    project.git("clone", "--quiet", str(project.root), str(tmp_path / "clone"))
    source = told.source(tmp_path / "clone")
    assert source.is_ancestor(since, until)
    assert source.changes(since, until) == ()


def test_a_name_that_leads_elsewhere_is_not_followed(
    project: WorkTree, told: Told, tmp_path: Path
) -> None:
    shutil.move(project.root / ".git/modules/the lib", tmp_path / "elsewhere")
    shutil.rmtree(project.root / "sub/lib")
    text = (project.root / ".gitmodules").read_text()
    (project.root / "sub/lib").mkdir()
    for name in ("../../../elsewhere", str(tmp_path / "elsewhere")):
        (project.root / ".gitmodules").write_text(text.replace("the lib", name))
        project.git("commit", "--quiet", "-am", "name")
        assert inside(told.source(project.root)) == {}


def below(project: WorkTree, folder: str) -> dict[str, bytes]:
    repository = open_repository(project.root)
    entries = repository.entries_below(project.root / folder)
    files = [entry for entry in entries if entry.mode != SUBMODULE]
    read = [b"".join(content) for _, content in repository.read_blobs([one.oid for one in files])]
    return dict(zip((entry.path for entry in files), read, strict=True))


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("sub/lib/in", {"deep": b"deep"}),
        ("sub/lib-x", {}),
        ("sub/lib/none", {}),
        ("none", {}),
    ],
)
def test_a_folder_inside_of_a_submodule(
    project: WorkTree, folder: str, expected: dict[str, bytes]
) -> None:
    assert below(project, folder) == expected


@pytest.mark.parametrize(("folder", "prefix"), [("", "sub/lib/"), ("sub", "lib/"), ("sub/lib", "")])
def test_folders_with_submodules(project: WorkTree, folder: str, prefix: str) -> None:
    found = below(project, folder)
    assert (found[f"{prefix}a"], found[f"{prefix}in/deep"]) == (b"1", b"deep")


def uncommitted(project: WorkTree, *paths: str) -> list[str]:
    found = open_repository(project.root).uncommitted(project.root / path for path in paths)
    return [path.relative_to(project.root).as_posix() for path in found]


def test_files_of_submodules_are_committed_with_them(project: WorkTree) -> None:
    assert uncommitted(project, "sub/a", "sub/lib/a", "sub/lib/in/deep", "sub/lib") == []
    repository = open_repository(project.root)
    assert repository.uncommitted_below(project.root / "sub") == ()


def test_what_differs_in_submodules(project: WorkTree) -> None:
    project.write("sub/lib/a", b"2")
    project.write("sub/lib/new", b"1")
    project.write("sub/lib/in/deep", b"other")
    (project.root / "sub/lib/old").unlink()
    paths = ("sub/a", "sub/lib/a", "sub/lib/new", "sub/lib/old", "sub/lib/in/deep")
    assert uncommitted(project, *paths) == [*paths[1:]]


def test_a_submodule_at_another_commit_is_held_to_the_recorded_one(project: WorkTree) -> None:
    project.write("sub/lib/a", b"2")
    WorkTree(project.root / "sub/lib").commit()
    assert uncommitted(project, "sub/lib/a", "sub/lib/old") == ["sub/lib/a"]


def test_what_lies_where_a_submodule_is_not_checked_out(project: WorkTree) -> None:
    project.git("submodule", "--quiet", "deinit", "--force", "--all")
    project.write("sub/lib/a", b"1")
    assert uncommitted(project, "sub/lib/a") == ["sub/lib/a"]
