"""The work tree as a commit: everything is in it, and nothing of the user's changes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree, new_work_tree
from werfish.containers.atomic_file import sweep_unfinished
from werfish.git.errors import UntakenWorkTreeError, UnwritableRecordError
from werfish.git.repository import LocalRepository, open_repository

LONG_AGO = 1_000_000_000


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "home" / "dev"


def contents(repository: LocalRepository) -> dict[str, bytes]:
    entries = repository.entries(repository.commit)
    blobs = repository.read_blobs([entry.oid for entry in entries])
    pairs = zip(entries, blobs, strict=True)
    return {entry.path: b"".join(content) for entry, (_, content) in pairs}


def parents(work: WorkTree, commit: str) -> list[str]:
    return work.git("log", "-1", "--format=%P", commit).split()


def state(work: WorkTree) -> tuple[object, ...]:
    """Return what a user can see of the repository, and the very bytes of the index."""
    shown = [
        work.git(*command.split())
        for command in ("status --porcelain=v2", "stash list", "branch -a", "log --all", "reflog",
                        "for-each-ref")
    ]  # fmt: skip
    index = work.root / work.git("rev-parse", "--git-path", "index")
    return *shown, index.read_bytes(), index.stat().st_mtime_ns, sorted(index.parent.iterdir())


def test_everything_but_ignored_files_is_in_it(work: WorkTree, records: Path) -> None:
    work.write(".gitignore", b"ignored\n")
    work.write("changed", b"1")
    work.write("removed", b"1")
    head = work.commit()
    work.write("changed", b"2")
    (work.root / "removed").unlink()
    work.write("new \xe4", b"3")
    work.write("ignored", b"4")
    work.write("staged", b"5")
    work.git("add", "staged")
    work.write("staged", b"6")
    before = state(work)
    repository = open_repository(work.root, dev_records=records)
    assert contents(repository) == {
        ".gitignore": b"ignored\n", "changed": b"2", "new \xe4": b"3", "staged": b"6",
    }  # fmt: skip
    assert state(work) == before
    assert parents(work, repository.commit) == [head]
    assert not repository.dirty_paths()
    assert not repository.uncommitted([work.root / "changed"])


def test_a_clean_tree_is_the_commit_itself(work: WorkTree, records: Path) -> None:
    work.write("a", b"1")
    head = work.commit()
    assert open_repository(work.root, dev_records=records).commit == head
    assert list(records.iterdir()) == []


def test_the_same_content_is_the_same_commit(work: WorkTree, records: Path) -> None:
    work.commit()
    work.write("a", b"1")
    first = open_repository(work.root, dev_records=records)
    assert open_repository(work.root, dev_records=records).commit == first.commit
    assert open_repository(work.root, dev_records=records / "other").commit == first.commit


def test_later_commits_have_the_earlier_as_ancestors(work: WorkTree, records: Path) -> None:
    """Also when the user has committed meanwhile: what was built stays usable."""
    head = work.commit()
    work.write("a", b"1")
    first = open_repository(work.root, dev_records=records)
    work.write("a", b"2")
    second = open_repository(work.root, dev_records=records)
    assert parents(work, second.commit) == [head, first.commit]
    assert second.commit_time > first.commit_time
    next_head = work.commit()
    work.write("a", b"3")
    third = open_repository(work.root, dev_records=records)
    assert parents(work, third.commit) == [next_head, second.commit]
    assert third.is_ancestor(first.commit, third.commit)


def test_going_back_is_a_commit_of_its_own(work: WorkTree, records: Path) -> None:
    work.commit()
    commits = []
    for content in (b"1", b"2", b"1"):
        work.write("a", content)
        commits.append(open_repository(work.root, dev_records=records).commit)
    assert len(set(commits)) == 3


def test_another_history_starts_anew(work: WorkTree, records: Path) -> None:
    work.commit()
    work.write("a", b"1")
    open_repository(work.root, dev_records=records)
    work.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "other")
    head = work.git("rev-parse", "HEAD")
    found = open_repository(work.root, dev_records=records)
    assert parents(work, found.commit) == [head]


@pytest.mark.parametrize("kind", ["absent", "0" * 40, "no id", "HEAD~1", "", "\xff"])
def test_a_record_that_means_nothing(work: WorkTree, records: Path, kind: str) -> None:
    work.commit()
    head = work.commit()
    work.write("a", b"1")
    open_repository(work.root, dev_records=records)
    (record,) = records.iterdir()
    text = work.git("rev-parse", kind) if kind.startswith("HEAD") else kind
    record.unlink() if kind == "absent" else record.write_text(text)
    work.write("a", b"2")
    found = open_repository(work.root, dev_records=records)
    assert parents(work, found.commit) == [head]


def test_earlier_commits_that_were_collected(work: WorkTree, records: Path) -> None:
    """A chain with a gap would make git fail at every question about ancestors."""
    head = work.commit()
    work.write("a", b"1")
    first = open_repository(work.root, dev_records=records).commit
    work.write("a", b"2")
    open_repository(work.root, dev_records=records)
    (work.root / ".git/objects" / first[:2] / first[2:]).unlink()
    work.write("a", b"3")
    found = open_repository(work.root, dev_records=records)
    assert parents(work, found.commit) == [head]
    assert found.is_ancestor(head, found.commit)


def test_the_time_is_that_of_the_changes(
    work: WorkTree, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{LONG_AGO} +0300")
    work.write("folder/removed", b"1")
    work.write("same", b"1")
    work.commit()
    (work.root / "folder/removed").unlink()
    work.write("new", b"1")
    os.utime(work.root / "folder", (0, LONG_AGO + 7))
    os.utime(work.root / "new", (0, LONG_AGO + 3))
    found = open_repository(work.root, dev_records=records)
    assert (found.commit_time, found.head.date[-5:]) == (LONG_AGO + 7, "+0000")
    os.utime(work.root / "new", (0, LONG_AGO - 9))
    os.utime(work.root / "folder", (0, LONG_AGO - 9))
    again = open_repository(work.root, dev_records=records / "other")
    assert again.commit_time == LONG_AGO


def test_nothing_runs_and_nothing_is_signed(work: WorkTree, records: Path, tmp_path: Path) -> None:
    work.commit()
    ran = tmp_path / "ran"
    script = f"#!/bin/sh\ntouch {ran}\nexit 1\n".encode()
    for hook in ("pre-commit", "post-index-change", "post-commit", "reference-transaction"):
        work.write(f".git/hooks/{hook}", script, executable=True)
    work.write(".git/sign", script, executable=True)
    settings = {"commit.gpgsign": "true", "gpg.program": str(work.root / ".git/sign"),
                "core.fsmonitor": str(work.root / ".git/sign"), "core.splitIndex": "true",
                "core.safecrlf": "true", "i18n.commitEncoding": "latin1"}  # fmt: skip
    for name, value in settings.items():
        work.git("config", name, value)
    work.write("a", b"1\r\n2\n")
    found = open_repository(work.root, dev_records=records)
    assert not ran.exists()
    raw = work.git("cat-file", "commit", found.commit)
    assert "gpgsig" not in raw
    assert "encoding" not in raw
    assert (found.head.author_name, found.head.author_email) == ("werfish", "werfish@localhost")


def test_files_that_git_was_told_not_to_look_at(work: WorkTree, records: Path) -> None:
    for name in ("assumed", "skipped", "gone"):
        work.write(name, b"1")
    work.commit()
    work.git("update-index", "--assume-unchanged", "assumed")
    work.git("update-index", "--skip-worktree", "skipped", "gone")
    for name in ("assumed", "skipped"):
        work.write(name, b"2")
    (work.root / "gone").unlink()
    before = state(work)
    found = open_repository(work.root, dev_records=records)
    assert contents(found) == {"assumed": b"2", "gone": b"1", "skipped": b"2"}
    assert state(work) == before


def test_a_conflict_is_taken_as_it_is(work: WorkTree, records: Path) -> None:
    work.write("a", b"1")
    work.commit()
    work.git("checkout", "--quiet", "-b", "side")
    work.write("a", b"2")
    work.commit()
    work.git("checkout", "--quiet", "main")
    work.write("a", b"3")
    work.commit()
    work.git("read-tree", "-m", work.git("merge-base", "main", "side"), "main", "side")
    work.write("a", b"<<<")
    before = state(work)
    assert contents(open_repository(work.root, dev_records=records)) == {"a": b"<<<"}
    assert state(work) == before


def test_submodules_stay_what_is_checked_out(work: WorkTree, records: Path, tmp_path: Path) -> None:
    module = new_work_tree(tmp_path / "module")
    module.write("m", b"1")
    module.commit()
    work.git("submodule", "--quiet", "add", str(module.root), "lib")
    work.commit()
    inner = WorkTree(work.root / "lib")
    inner.write("m", b"2")
    checked_out = inner.commit()
    inner.write("m", b"uncommitted")
    found = open_repository(work.root, dev_records=records)
    (entry,) = (entry for entry in found.entries(found.commit) if entry.path == "lib")
    assert entry.oid == checked_out


def test_a_subfolder_a_worktree_and_a_shallow_clone(
    work: WorkTree, records: Path, tmp_path: Path
) -> None:
    for number in range(3):
        work.write("shop/app", str(number).encode())
        work.commit()
    second, shallow = tmp_path / "second", tmp_path / "shallow"
    work.git("worktree", "add", "--quiet", "--detach", str(second))
    work.git("clone", "--quiet", "--depth=1", work.root.as_uri(), str(shallow))
    for root in (work.root, second, shallow):
        tree = WorkTree(root)
        tree.write("shop/new", b"n")
        tree.write("beside", b"b")
        before = state(tree)
        found = open_repository(root / "shop", dev_records=records)
        assert contents(found) == {"app": b"2", "new": b"n"}
        assert tree.git("ls-tree", "--name-only", found.commit).split() == ["beside", "shop"]
        assert state(tree) == before
    assert len(list(records.iterdir())) == 3


def test_what_git_refuses_is_said(work: WorkTree, records: Path) -> None:
    work.commit()
    new_work_tree(work.root / "unborn")
    with pytest.raises(UntakenWorkTreeError, match="does not have a commit checked out"):
        open_repository(work.root, dev_records=records)


def test_a_home_that_cannot_be_written(work: WorkTree, records: Path) -> None:
    work.commit()
    work.write("a", b"1")
    records.parent.mkdir()
    records.write_text("a file")
    with pytest.raises(UnwritableRecordError, match="remember the commit of --dev"):
        open_repository(work.root, dev_records=records)


def test_a_killed_run_leaves_only_an_unfinished_file(
    work: WorkTree, records: Path, tmp_path: Path
) -> None:
    """Its index, with git's lock of it, is swept as other unfinished files are."""
    work.write("a", b"1")
    work.commit()
    work.write("a", b"2")
    (tmp_path / "tmp").mkdir()
    git = tmp_path / "git"
    git.write_text(
        "#!/bin/sh\n"
        'case "$*" in *" add "*) touch "$GIT_INDEX_FILE.lock"; kill -9 $PPID; exit 1;; esac\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    git.chmod(0o755)
    code = "from werfish.git.repository import open_repository as o; from pathlib import Path as P;"
    run = f"o(P({str(work.root)!r}), dev_records=P({str(records)!r}))"
    environment = {
        **os.environ,
        **{"PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path / "tmp")},
    }
    done = subprocess.run([sys.executable, "-c", code + run], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert list((tmp_path / "tmp").iterdir()) == []
    assert len(list(records.iterdir())) == 2
    sweep_unfinished(records, before=sys.float_info.max)
    assert list(records.iterdir()) == []
