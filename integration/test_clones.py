"""Building on the real Docker in the clones of CI systems: shallow, with submodules, of merges."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.project import GitProject
from integration.test_build import docker, reference_of

NAME = f"clones-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
image: app
from: busybox:1.35
git:
- to: /app
  stageDependencies:
    install: [deps.txt, lib]
shell:
  install:
  - cat /app/deps.txt > /installed
"""
BUILD = ("build", "--stages-storage", ":local")


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit({"werf.yaml": CONFIG, "text.txt": "one\n", "deps.txt": "1\n"})
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def shown(stderr: str, *names: str) -> str:
    return docker("run", "--rm", reference_of(stderr), "cat", *(f"/app/{name}" for name in names))


def clone(project: GitProject, folder: Path, *options: str) -> None:
    allowed = ("-c", "protocol.file.allow=always")
    project.git(*allowed, "clone", "-q", *options, project.folder.as_uri(), str(folder))


def test_a_shallow_clone_builds_as_it_is_told(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    program(*BUILD)
    project.commit({"text.txt": "two\n"})
    for name, options, said in (
        ("allowed", ("--allow-git-shallow-clone",), "gitArchive"),
        ("whole", ("--git-unshallow",), "fetching the whole history"),
    ):
        clone(project, tmp_path / name, "--depth=1")
        here = replace(program, folder=tmp_path / name)
        refused = here(*BUILD, code=4)
        assert "--unshallow" in refused.stderr
        built = here(*BUILD, *options)
        assert said in built.stderr
        assert shown(built.stderr, "text.txt") == "two"


def test_a_partial_clone_gets_what_it_lacks(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    project.git("config", "uploadpack.allowFilter", "true")
    clone(project, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    partial = GitProject(tmp_path / "partial")
    partial.git("checkout", "-q", "HEAD", "--", "werf.yaml")
    built = replace(program, folder=partial.folder)(*BUILD)
    assert "fetching 2 files that this partial clone lacks" in built.stderr
    assert shown(built.stderr, "text.txt", "deps.txt").split() == ["one", "1"]


def test_a_submodule_is_built_from_and_patched(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    (tmp_path / "lib").mkdir()
    lib = GitProject(tmp_path / "lib")
    lib.commit({"a.txt": "a\n", "old/b.txt": "b\n"})
    allowed = ("-c", "protocol.file.allow=always")
    program(*BUILD)
    project.git(*allowed, "submodule", "--quiet", "add", lib.folder.as_uri(), "lib")
    project.commit({})
    added = program(*BUILD)
    assert "install: file lib/a.txt added, file lib/old/b.txt added" in added.stderr
    lib.commit({"a.txt": "aa\n"}, remove=("old/b.txt",))
    project.git(*allowed, "submodule", "--quiet", "update", "--remote")
    project.commit({})
    moved = program(*BUILD)
    assert shown(moved.stderr, "lib/a.txt") == "aa"
    tree = docker("run", "--rm", reference_of(moved.stderr), "find", "/app/lib").split()
    assert sorted(tree) == ["/app/lib", "/app/lib/a.txt"]


def test_pipelines_of_a_merge_request_build_patches_only(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    """Each in a fresh clone of the merge as the server makes it, which the next one never sees."""
    project.git("checkout", "-q", "-b", "feature")
    project.commit({"feature.txt": "1\n"})
    first = merge(project, program, tmp_path / "first")
    assert "install" in first
    project.git("checkout", "-q", "feature")
    project.commit({"feature.txt": "2\n"})
    second = merge(project, program, tmp_path / "second")
    assert second.count("building") == 1
    assert "gitLatestPatch: file feature.txt changed" in second
    assert shown(second, "feature.txt", "text.txt").split() == ["2", "one"]


def merge(project: GitProject, program: Program, folder: Path) -> str:
    """Make the merge that the server shows, clone it as a runner does, and build."""
    project.git("checkout", "-q", "main")
    project.commit({f"main-{folder.name}.txt": "m\n"})
    project.git("checkout", "-q", "--detach", "main")
    project.git("merge", "-q", "--no-ff", "--no-edit", "feature")
    merged = project.git("rev-parse", "HEAD")
    project.git("update-ref", "refs/merge-requests/1/merge", merged)
    project.git("checkout", "-q", "main")
    folder.mkdir()
    runner = GitProject(folder)
    runner.git("init", "-q")
    runner.git("fetch", "-q", project.folder.as_uri(), "refs/merge-requests/1/merge")
    runner.git("checkout", "-q", "--detach", merged)
    return replace(program, folder=folder)(*BUILD, "--virtual-merge").stderr
