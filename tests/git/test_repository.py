"""Opening the repository of a project, and what it says of commits."""

import threading
from pathlib import Path

import pytest

from stages.sources import Repository
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.errors import GitError
from werfish.git.errors import (
    BareRepositoryError,
    GitMissingError,
    NoCommitError,
    NoRepositoryError,
    ShallowCloneError,
    UncommittedFolderError,
    UnknownCommitError,
    UntrustedRepositoryError,
)
from werfish.git.remote_config import RemoteConfig, remote_config_of
from werfish.git.repository import open_repository


def test_it_is_what_the_stages_ask_for(work: WorkTree) -> None:
    work.write("app.py")
    commit = work.commit()
    repository: Repository = open_repository(work.root)
    assert repository.commit == commit
    assert [entry.path for entry in repository.entries(commit)] == ["app.py"]


def test_the_commit_stays_when_head_moves(work: WorkTree) -> None:
    first = work.commit()
    repository = open_repository(work.root)
    work.commit()
    assert repository.commit == first


def test_a_subfolder_is_a_project_of_its_own(work: WorkTree) -> None:
    """Paths are relative to the project's folder, and the rest of the tree is not there."""
    work.write("other/x", b"1")
    work.write("shop/api/app.py", b"1")
    since = work.commit()
    work.write("shop/api/app.py", b"22")
    work.write("shop-b/y", b"2")
    until = work.commit()
    work.write("shop/api/new")
    work.write("other/new")
    repository = open_repository(work.root / "shop")
    assert [entry.path for entry in repository.entries(until)] == ["api/app.py"]
    assert [change.path for change in repository.changes(since, until)] == ["api/app.py"]
    assert repository.dirty_paths() == ("api/new",)


def test_a_subfolder_that_came_later_was_empty_before(work: WorkTree) -> None:
    work.write("other", b"1")
    since = work.commit()
    work.write("shop/app", b"22")
    until = work.commit()
    repository = open_repository(work.root / "shop")
    assert repository.entries(since) == ()
    (change,) = repository.changes(since, until)
    assert (change.path, change.before) == ("app", None)
    assert change.after is not None
    assert change.after.size == 2


def test_a_subfolder_with_odd_name(work: WorkTree) -> None:
    work.write("a *\n[b]/f", b"1")
    work.write("a x\nb/f", b"1")
    commit = work.commit()
    repository = open_repository(work.root / "a *\n[b]")
    assert [entry.path for entry in repository.entries(commit)] == ["f"]


def test_an_uncommitted_subfolder_is_an_error(work: WorkTree) -> None:
    work.commit()
    work.write("shop/app")
    repository = open_repository(work.root / "shop")
    with pytest.raises(UncommittedFolderError, match="shop"):
        repository.entries(repository.commit)


def test_worktrees_and_detached_heads(work: WorkTree, tmp_path: Path) -> None:
    first = work.commit()
    work.commit()
    work.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "second"), first)
    repository = open_repository(tmp_path / "second")
    assert (repository.commit, repository.branch()) == (first, "")
    assert open_repository(work.root).branch() == "main"


def test_the_surrounding_git_is_not_listened_to(
    work: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook sets these: the project's own repository counts, not the hook's."""
    commit = work.commit()
    other = new_work_tree(tmp_path / "other")
    other.commit("another")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    assert open_repository(work.root).commit == commit


def test_sha256_repositories(tmp_path: Path) -> None:
    work = new_work_tree(tmp_path / "sha256", "--object-format=sha256")
    work.write("a", b"1")
    since = work.commit()
    work.write("a", b"2")
    until = work.commit()
    repository = open_repository(work.root)
    assert len(repository.commit) == 64
    assert repository.is_ancestor(since, until)
    (change,) = repository.changes(since, until)
    assert change.after is not None
    ((size, content),) = [
        (size, b"".join(content)) for size, content in repository.read_blobs([change.after.oid])
    ]
    assert (size, content) == (1, b"2")
    assert repository.origin_url() == ""


def test_what_a_commit_says_of_itself(work: WorkTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1709200800 +0300")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Zoë\tX")
    work.commit("Say hello\n\nbody")
    work.git("tag", "v1")
    work.git("tag", "-a", "-m", "x", "v2")
    repository = open_repository(work.root)
    head = repository.head
    assert (head.committed_at, head.date) == (1709200800, "2024-02-29 13:00:00 +0300")
    assert (head.author_name, head.author_email) == ("Zoë\tX", "ada@example.org")
    assert head.subject == "Say hello"
    assert repository.tags() == ("v1", "v2")


def test_origin(work: WorkTree) -> None:
    work.commit()
    assert open_repository(work.root).origin_url() == ""
    work.git("remote", "add", "origin", "git@example.org:group/shop.git")
    assert open_repository(work.root).origin_url() == "git@example.org:group/shop.git"


def test_ancestry(work: WorkTree) -> None:
    first = work.commit()
    work.git("checkout", "--quiet", "-b", "side")
    side = work.commit("side")
    work.git("checkout", "--quiet", "main")
    second = work.commit("second")
    repository = open_repository(work.root)
    assert repository.is_ancestor(first, second)
    assert repository.is_ancestor(second, second)
    assert not repository.is_ancestor(second, first)
    assert not repository.is_ancestor(side, second)


@pytest.mark.parametrize("unknown", ["0" * 40, "", "main", "--all", "z" * 40])
def test_an_unknown_commit_is_no_ancestor_and_has_no_files(work: WorkTree, unknown: str) -> None:
    commit = work.commit()
    repository = open_repository(work.root)
    assert not repository.is_ancestor(unknown, commit)
    with pytest.raises(UnknownCommitError):
        repository.entries(unknown)
    with pytest.raises(UnknownCommitError):
        repository.changes(unknown, commit)


def test_a_shallow_clone_does_not_guess(work: WorkTree, tmp_path: Path) -> None:
    """What lies beyond the end of its history may be an ancestor: saying no would be wrong."""
    first, second, third = (work.commit(str(number)) for number in range(3))
    source = work.root.as_uri()
    work.git("clone", "--quiet", "--depth=2", source, str(tmp_path / "shallow"))
    repository = open_repository(tmp_path / "shallow")
    assert repository.is_ancestor(second, third)
    with pytest.raises(ShallowCloneError) as caught:
        repository.is_ancestor(first, third)
    assert "unshallow" in caught.value.hint
    with pytest.raises(UnknownCommitError) as unknown:
        repository.changes(first, third)
    assert "unshallow" in unknown.value.hint


def test_replaced_objects_are_read_as_they_are(work: WorkTree) -> None:
    """An object's id stands for its content, whatever ``git replace`` says."""
    work.write("a", b"true")
    commit = work.commit()
    repository = open_repository(work.root)
    (entry,) = repository.entries(commit)
    work.write("b", b"false")
    other = work.git("hash-object", "-w", "b")
    work.git("replace", entry.oid, other)
    assert [b"".join(content) for _, content in repository.read_blobs([entry.oid])] == [b"true"]


def test_threads_share_it(work: WorkTree) -> None:
    work.write("a", b"1")
    commit = work.commit()
    repository = open_repository(work.root)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(repository.entries(commit))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(entries is found[0] for entries in found)


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoRepositoryError) as caught:
        open_repository(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "git init" in caught.value.hint


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoRepositoryError, match="no such file or directory"):
        open_repository(tmp_path / "absent")
    with pytest.raises(NoRepositoryError, match="not a directory"):
        open_repository(tmp_path / "file")


def test_no_commits(work: WorkTree) -> None:
    with pytest.raises(NoCommitError, match="no commits"):
        open_repository(work.root)


def test_a_bare_repository(tmp_path: Path, work: WorkTree) -> None:
    work.commit()
    bare = new_work_tree(tmp_path / "bare", "--bare")
    for folder in (bare.root, work.root / ".git"):
        with pytest.raises(BareRepositoryError, match="no work tree"):
            open_repository(folder)


def test_another_users_repository(work: WorkTree, monkeypatch: pytest.MonkeyPatch) -> None:
    work.commit()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UntrustedRepositoryError) as caught:
        open_repository(work.root)
    assert f"safe.directory '{work.root}'" in caught.value.hint


def test_no_git(work: WorkTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing but ``env`` is on this PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "env").symlink_to("/usr/bin/env")
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(GitMissingError):
        open_repository(work.root)


def test_a_damaged_repository_is_one_clear_error(work: WorkTree) -> None:
    commit = work.commit()
    (work.root / ".git/objects" / commit[:2] / commit[2:]).unlink()
    with pytest.raises(GitError):
        open_repository(work.root)


def test_what_is_uncommitted_can_be_looked_for_ahead(work: WorkTree) -> None:
    work.write("a", b"1")
    work.write("b", b"1")
    work.commit()
    work.write("a", b"2")
    repository = open_repository(work.root)
    repository.look_ahead()
    assert repository.dirty_paths() == ("a",)
    work.write("b", b"2")
    assert repository.dirty_paths() == ("a", "b")


def test_a_file_may_be_called_head(work: WorkTree) -> None:
    work.write("HEAD", b"1")
    commit = work.commit()
    assert open_repository(work.root).commit == commit


def test_a_branch_that_is_no_commit_is_none(work: WorkTree) -> None:
    work.write("a", b"1")
    work.commit()
    branch = work.git("symbolic-ref", "HEAD").strip()
    tree = work.git("rev-parse", "HEAD^{tree}").strip()
    (work.root / ".git" / branch).write_text(f"{tree}\n")
    with pytest.raises(NoCommitError):
        open_repository(work.root)


def test_an_address_may_be_of_any_bytes(work: WorkTree) -> None:
    work.commit()
    config = work.root / ".git" / "config"
    config.write_bytes(config.read_bytes() + b'[remote "origin"]\n\turl = https://h/\xe9q/x\n')
    assert open_repository(work.root).origin_url() == "https://h/\ufffdq/x"


def test_a_git_that_cannot_be_run_is_told(
    work: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "git"
    program.write_bytes(b"\0 no program")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissingError, match="cannot be run: exec format error"):
        open_repository(work.root)


def test_what_is_configured_of_remotes(work: WorkTree) -> None:
    work.git("config", "remote.other.promisor", "false")
    work.git("config", "remote.Third.promisor", "true")
    work.git("config", "remote.origin.url", "https://example.org/first")
    work.git("config", "--add", "remote.origin.url", "https://example.org/last\nof two")
    found = remote_config_of(work.root)
    assert found == RemoteConfig("https://example.org/last\nof two", "Third")
