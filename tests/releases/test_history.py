"""Which revisions matter: what the cluster may still hold is never pruned."""

from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.releases import release
from werfish.releases.history import deployed, last, next_revision, since_deployed, to_prune
from werfish.releases.release import Release, Status

histories = st.lists(st.sampled_from(Status), max_size=8).map(
    lambda statuses: [release(number, status) for number, status in enumerate(statuses, 1)]
)


def test_an_empty_history_begins_with_one() -> None:
    assert (last([]), deployed([]), next_revision([])) == (None, None, 1)


def test_of_several_deployed_the_newest_counts() -> None:
    history = [release(1), release(2), release(3, Status.FAILED)]
    found = deployed(history)
    assert found is not None
    assert found.revision == 2


def test_failed_revisions_after_the_deployed_one_matter() -> None:
    history = [
        release(1, Status.SUPERSEDED),
        release(2),
        release(3, Status.FAILED),
        release(4, Status.PENDING_UPGRADE),
    ]
    assert [one.revision for one in since_deployed(history)] == [2, 3, 4]


def test_without_a_deployed_revision_all_matter() -> None:
    history = [release(1, Status.FAILED), release(2, Status.FAILED)]
    assert since_deployed(history) == tuple(history)


def test_the_oldest_go_first() -> None:
    history = [release(number, Status.SUPERSEDED) for number in (1, 2, 3)] + [release(4)]
    assert [one.revision for one in to_prune(history, 3)] == [1, 2]
    assert [one.revision for one in to_prune(history, 1)] == [1, 2, 3]


def test_no_limit_prunes_nothing() -> None:
    assert to_prune([release(1, Status.SUPERSEDED), release(2)], 0) == ()


@given(histories, st.integers(1, 5))
def test_pruning_spares_what_the_cluster_may_hold(history: list[Release], limit: int) -> None:
    pruned = to_prune(history, limit)
    assert not set(pruned) & set(since_deployed(history))
    assert len(pruned) <= max(len(history) + 1 - limit, 0)
