"""What clones hide, and what counts as history: shallow, partial, rebased, merged virtually."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree, new_work_tree
from werfish.git.errors import ShallowCloneError, UnknownCommitError
from werfish.git.own_remote import unshallow
from werfish.git.refs import has_commit
from werfish.git.remote_config import remote_config_of
from werfish.git.remote_errors import RemoteError
from werfish.git.repository import open_repository
from werfish.git.source import ProjectSource
from werfish.git.virtual_merge import (
    NoMergeError,
    VirtualMerge,
    is_tree_there,
    merge_of,
    virtual_merge_at,
)


@dataclass
class Told:
    """What sources said."""

    warnings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def source(
        self, folder: Path, *, allows_shallow: bool = False, merge: VirtualMerge | None = None
    ) -> ProjectSource:
        return ProjectSource(
            open_repository(folder),
            self.said.append,
            self.warnings.append,
            merge=merge,
            allows_shallow=allows_shallow,
        )


@pytest.fixture
def told() -> Told:
    return Told()


def contents(source: ProjectSource) -> dict[str, bytes]:
    entries = source.entries(source.commit)
    read = [b"".join(content) for _, content in source.read_blobs([one.oid for one in entries])]
    return dict(zip((entry.path for entry in entries), read, strict=True))


# Shallow


def shallow_clone(work: WorkTree, folder: Path) -> tuple[str, str]:
    first, last = work.commit("first"), work.commit("last")
    work.git("clone", "--quiet", "--depth=1", work.root.as_uri(), str(folder))
    return first, last


def test_a_shallow_clone_is_an_error_by_default(work: WorkTree, told: Told, tmp_path: Path) -> None:
    first, last = shallow_clone(work, tmp_path / "clone")
    with pytest.raises(ShallowCloneError):
        told.source(tmp_path / "clone").is_ancestor(first, last)


def test_what_a_shallow_clone_hides_is_no_ancestor_where_allowed(
    work: WorkTree, told: Told, tmp_path: Path
) -> None:
    first, last = shallow_clone(work, tmp_path / "clone")
    source = told.source(tmp_path / "clone", allows_shallow=True)
    assert not source.is_ancestor(first, last)
    assert not source.is_ancestor("1" * 40, last)
    assert source.is_ancestor(last, last)
    assert len(told.warnings) == 1


def test_the_whole_history_is_fetched_where_wanted(
    work: WorkTree, told: Told, tmp_path: Path
) -> None:
    first, last = shallow_clone(work, tmp_path / "clone")
    unshallow(tmp_path / "clone", told.said.append)
    assert told.source(tmp_path / "clone").is_ancestor(first, last)
    assert len(told.said) == 1


def test_a_detached_shallow_clone_of_a_ref_of_its_own_is_completed(
    work: WorkTree, told: Told, tmp_path: Path
) -> None:
    """So the runners of merge requests clone."""
    first, last = work.commit("first"), work.commit("last")
    work.git("update-ref", "refs/merge-requests/1/merge", last)
    clone = new_work_tree(tmp_path / "clone")
    clone.git("remote", "add", "origin", work.root.as_uri())
    clone.git("fetch", "--quiet", "--depth=1", "origin", "refs/merge-requests/1/merge")
    clone.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    unshallow(clone.root, told.said.append)
    assert told.source(clone.root).is_ancestor(first, last)


def test_a_history_that_cannot_be_fetched(work: WorkTree, told: Told, tmp_path: Path) -> None:
    shallow_clone(work, tmp_path / "clone")
    WorkTree(tmp_path / "clone").git("remote", "set-url", "origin", "http://ada:word@127.0.0.1:1/a")
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1:1/a") as caught:
        unshallow(tmp_path / "clone", told.said.append)
    assert "word" not in str(caught.value)


# Partial


def test_a_partial_clone_gets_what_it_lacks_at_once(
    work: WorkTree, told: Told, tmp_path: Path
) -> None:
    work.git("config", "uploadpack.allowFilter", "true")
    work.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for number in range(20):
        work.write(f"folder/{number}", f"{number}".encode())
    work.write("outside", b"outside")
    first = work.commit()
    work.write("folder/1", b"changed")
    last = work.commit()
    clone = tmp_path / "clone"
    options = ("--quiet", "--no-checkout", "--filter=blob:none")
    work.git("clone", *options, work.root.as_uri(), str(clone))
    clone.joinpath("folder").mkdir()
    WorkTree(clone).git("read-tree", "HEAD")
    assert remote_config_of(clone).promisor == "origin"
    source = told.source(clone / "folder")
    assert contents(source) == {
        str(number): str(number).encode() if number != 1 else b"changed"
        for number in sorted(range(20), key=str)
    }
    assert told.said == ["fetching 20 files that this partial clone lacks"]
    (change,) = source.changes(first, last)
    assert change.before is not None
    assert change.before.size == 1
    assert told.said[1:] == ["fetching 1 file that this partial clone lacks"]


def test_a_whole_clone_has_no_promisor(work: WorkTree) -> None:
    assert remote_config_of(work.root).promisor == ""


def test_a_sparse_checkout_hides_nothing(work: WorkTree, told: Told) -> None:
    work.write("in/a", b"1")
    work.write("out/b", b"2")
    work.commit()
    work.git("sparse-checkout", "set", "in")
    assert not (work.root / "out").exists()
    assert contents(told.source(work.root)) == {"in/a": b"1", "out/b": b"2"}


# Histories


def test_rebase_amend_and_branches(work: WorkTree, told: Told) -> None:
    """Only what is in the history of what is checked out counts."""
    first = work.commit("first")
    work.git("checkout", "--quiet", "-b", "side")
    work.write("side", b"1")
    side = work.commit("side")
    work.git("checkout", "--quiet", "main")
    main = work.commit("main")
    work.git("checkout", "--quiet", "side")
    work.git("rebase", "--quiet", "main")
    rebased = work.git("rev-parse", "HEAD")
    work.git("commit", "--quiet", "--amend", "--message", "amended")
    amended = work.git("rev-parse", "HEAD")
    source = told.source(work.root)
    assert source.commit == amended
    counts = {commit: source.is_ancestor(commit, amended) for commit in (first, main, amended)}
    assert set(counts.values()) == {True}
    assert not source.is_ancestor(side, amended)
    assert not source.is_ancestor(rebased, amended)
    assert told.source(work.root).changes(rebased, amended) == ()


def test_replaced_and_grafted_commits_count_as_they_are(work: WorkTree, told: Told) -> None:
    first = work.commit("first")
    work.git("checkout", "--quiet", "--orphan", "other")
    other = work.commit("other")
    work.git("checkout", "--quiet", "main")
    last = work.commit("last")
    work.git("replace", "--graft", last, other)
    grafts = work.root / ".git/info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{last} {other}\n")
    source = told.source(work.root)
    assert source.is_ancestor(first, last)
    assert not source.is_ancestor(other, last)


# Virtual merges


@dataclass(frozen=True)
class Request:
    """A merge request: *merge* of *source* into *target*, checked out in *work*."""

    work: WorkTree
    target: str
    source: str
    merge: str


def merged(work: WorkTree, source: str, target: str) -> Request:
    work.git("checkout", "--quiet", "--detach", target)
    work.git("merge", "--quiet", "--no-ff", "--no-edit", source)
    return Request(work, target, source, work.git("rev-parse", "HEAD"))


@pytest.fixture
def request_(work: WorkTree) -> Request:
    work.write("a", b"1")
    work.commit("first")
    work.git("checkout", "--quiet", "-b", "feature")
    work.write("feature", b"1")
    source = work.commit("feature")
    work.git("checkout", "--quiet", "main")
    work.write("main", b"1")
    return merged(work, source, work.commit("main"))


def merge_source(told: Told, work: WorkTree) -> ProjectSource:
    head = work.git("rev-parse", "HEAD")
    return told.source(work.root, merge=virtual_merge_at(work.root, head))


def test_a_merge_records_where_it_comes_from_and_what_it_is(request_: Request, told: Told) -> None:
    source = merge_source(told, request_.work)
    merge = merge_of(source.commit)
    assert merge is not None
    assert (merge.commit, merge.source, merge.target) == (
        request_.merge, request_.source, request_.target,
    )  # fmt: skip
    assert str(merge) == source.commit
    assert sorted(contents(source)) == ["a", "feature", "main"]


def test_stages_of_the_branch_count_for_its_merge(request_: Request, told: Told) -> None:
    source = merge_source(told, request_.work)
    assert source.is_ancestor(request_.source, source.commit)
    assert not source.is_ancestor(request_.target, source.commit)
    assert [change.path for change in source.changes(request_.source, source.commit)] == ["main"]


def test_stages_of_a_merge_count_for_the_next_one(request_: Request, told: Told) -> None:
    """Patches are computed from what the merge was, not from the branch."""
    work = request_.work
    recorded = merge_source(told, work).commit
    work.git("checkout", "--quiet", "feature")
    work.write("feature", b"2")
    feature = work.commit()
    work.git("checkout", "--quiet", "main")
    work.write("later", b"1")
    merged(work, feature, work.commit())
    source = merge_source(told, work)
    assert source.is_ancestor(recorded, source.commit)
    changed = [change.path for change in source.changes(recorded, source.commit)]
    assert changed == ["feature", "later"]


def test_stages_of_a_merge_count_for_the_branch_and_after_merging(
    request_: Request, told: Told
) -> None:
    work = request_.work
    recorded = merge_source(told, work).commit
    work.git("checkout", "--quiet", "feature")
    branch = told.source(work.root)
    assert branch.is_ancestor(recorded, branch.commit)
    assert [(one.path, one.after) for one in branch.changes(recorded, branch.commit)] == [
        ("main", None)
    ]
    work.git("checkout", "--quiet", "main")
    assert not told.source(work.root).is_ancestor(recorded, request_.target)
    work.git("merge", "--quiet", "--no-ff", "--no-edit", "feature")
    after = told.source(work.root)
    assert after.is_ancestor(recorded, after.commit)
    assert after.changes(recorded, after.commit) == ()


def test_a_merge_that_a_clone_does_not_have_is_made_again(
    request_: Request, told: Told, tmp_path: Path
) -> None:
    recorded = merge_source(told, request_.work).commit
    request_.work.git(
        "clone", "--quiet", "--no-local", str(request_.work.root), str(tmp_path / "c")
    )
    clone = WorkTree(tmp_path / "c")
    clone.git("checkout", "--quiet", "origin/feature")
    clone.git("reflog", "expire", "--all", "--expire=now")
    merge = merge_of(recorded)
    assert merge is not None
    clone.git("gc", "--quiet", "--prune=now")
    assert not has_commit(clone.root, merge.commit)
    source = told.source(clone.root)
    assert source.is_ancestor(recorded, source.commit)
    assert [change.path for change in source.changes(recorded, source.commit)] == ["main"]


def test_a_merge_that_cannot_be_made_again_does_not_count(request_: Request, told: Told) -> None:
    """Somebody resolved a conflict by hand: git alone would get something else."""
    merge = virtual_merge_at(request_.work.root, request_.merge)
    other = VirtualMerge(merge.commit, merge.source, merge.target, "1" * 40)
    assert not is_tree_there(request_.work.root, other)
    source = merge_source(told, request_.work)
    assert not source.is_ancestor(str(other), source.commit)


def test_parents_may_be_named(request_: Request) -> None:
    root = request_.work.root
    found = virtual_merge_at(root, request_.source, "feature", "main")
    assert (found.commit, found.source, found.target) == (
        request_.source, request_.source, request_.target,
    )  # fmt: skip


def test_what_is_no_merge_is_refused(request_: Request) -> None:
    with pytest.raises(NoMergeError) as caught:
        virtual_merge_at(request_.work.root, request_.source)
    assert "--virtual-merge-from-commit" in caught.value.hint
    with pytest.raises(UnknownCommitError, match='"nowhere" of --virtual-merge-from-commit:'):
        virtual_merge_at(request_.work.root, request_.merge, "nowhere", "main")


@pytest.mark.parametrize("text", ["", "1" * 40, f"{'1' * 40} merges x into y as z"])
def test_plain_commits_are_no_merges(text: str) -> None:
    assert merge_of(text) is None


# What a clone is configured to do changes no content


def test_filters_and_line_ends_change_nothing(work: WorkTree, told: Told) -> None:
    """Content comes from objects; pointers of LFS stay pointers."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    work.git("config", "core.autocrlf", "true")
    work.git("config", "filter.lfs.clean", "cat")
    work.git("config", "filter.lfs.smudge", "echo smudged")
    work.write(".gitattributes", b"*.bin filter=lfs\nident ident\n")
    work.write("big.bin", pointer)
    work.write("text", b"a\r\nb\n")
    work.write("ident", b"$Id$\n")
    work.commit()
    found = contents(told.source(work.root))
    assert found["big.bin"] == pointer
    assert found["ident"] == b"$Id$\n"
    assert found["text"] == b"a\nb\n"  # as git keeps it


def test_odd_names_reach_the_builder_as_they_are(work: WorkTree, told: Told) -> None:
    names = [b"-rf", b"a b", b"a\nb", b"\xff\xfe", "zoë".encode(), b'"quoted"', b"*"]
    for name in names:
        work.write(name, name)
    work.commit()
    found = contents(told.source(work.root))
    assert sorted(found.values()) == sorted(names)
    assert all(path.encode("utf-8", "surrogateescape") == found[path] for path in found)
