"""The oldest stage counts whose commits are all in the history of the current ones."""

import pytest

from stages.digest import Digest
from stages.stage import StageName
from werfish.storage.select import select_stage
from werfish.storage.stored_stage import StoredStage

HISTORY = ["first", "second", "third"]


def is_ancestor(repository: str, ancestor: str, commit: str) -> bool:
    return (
        repository == ""
        and ancestor in HISTORY
        and HISTORY.index(ancestor) <= HISTORY.index(commit)
    )


def stage(saved: float, **commits: str) -> StoredStage:
    reference = f"r:{saved}-{commits}"
    pairs = tuple((name.strip("_"), commit) for name, commit in commits.items())
    digest = Digest("0" * 64)
    return StoredStage(StageName.GIT_ARCHIVE, digest, reference, "id", saved, pairs)


NEW, OLD = stage(2, _="first"), stage(1, _="second")
FUTURE, BRANCH = stage(0, _="third"), stage(0, _="unmerged")


@pytest.mark.parametrize(
    ("candidates", "selected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([NEW, OLD], OLD, id="the-oldest"),
        pytest.param([FUTURE, BRANCH, NEW], NEW, id="only-what-is-in-the-history"),
        pytest.param([BRANCH], None, id="an-unmerged-branch"),
        pytest.param([stage(0, other="first"), NEW], NEW, id="a-repository-that-is-not-used"),
        pytest.param([stage(5)], stage(5), id="without-git-content"),
    ],
)
def test_select_stage(candidates: list[StoredStage], selected: StoredStage | None) -> None:
    assert select_stage(candidates, {"": "second"}, is_ancestor) == selected


def test_the_order_of_candidates_does_not_matter() -> None:
    twins = [stage(1, _="first"), stage(1, _="second")]
    one = select_stage(twins, {"": "second"}, is_ancestor)
    assert select_stage(twins[::-1], {"": "second"}, is_ancestor) == one
