"""Back to an earlier revision, in memory."""

from pathlib import Path

import pytest

from tests.actions.releasing import Releasing, text
from werfish.actions.rollback import RevisionMissingError
from werfish.kube.errors import BusyError
from werfish.releases.release import Release, Status


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm")


def test_the_one_before_comes_back_as_a_new_revision(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"), text("b"))
    world.deploy(text("a", "{x: '2'}"), text("c"))
    release = world.rollback()
    assert world.data("a") == {"x": "1"}
    assert world.names() == ["a", "b"]
    assert world.history() == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    assert release.description == "Rollback to 1"
    assert release.manifest == world.records.history("rel")[0].manifest


def test_failed_revisions_are_passed_over(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.deploy(text("a", "{x: '2'}"))
    world.mark(status=Status.FAILED)
    world.deploy(text("a", "{x: '3'}"))
    world.rollback()
    assert world.data("a") == {"x": "1"}


def test_a_revision_by_its_number_also_the_newest(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.deploy(text("a", "{x: '2'}"))
    world.edit("a", x="drift")
    world.rollback(2)
    assert world.data("a") == {"x": "2"}
    world.rollback(1)
    assert world.data("a") == {"x": "1"}


def test_hooks_run_around_it(world: Releasing) -> None:
    hook = "  annotations: {helm.sh/hook: 'pre-rollback,post-rollback'}\n"
    world.deploy(text("a"), text("h", extra=hook))
    world.deploy(text("a", "{x: '2'}"))
    world.rollback()
    assert world.names() == ["a", "h"]


@pytest.mark.parametrize(("revision", "problem"), [(0, "an earlier deployed"), (7, "revision 7")])
def test_there_is_none(world: Releasing, revision: int, problem: str) -> None:
    world.deploy(text("a"))
    with pytest.raises(RevisionMissingError, match=problem) as caught:
        world.rollback(revision)
    assert caught.value.hint == "revisions on record: 1"
    assert world.history() == [(1, "deployed")]


def test_labels_that_users_gave_a_release_stay(world: Releasing) -> None:
    """As in Helm: an upgrade has those of the last revision, a rollback those of its target."""
    world.deploy(text("a"))
    world.mark(labels={"team": "one"})
    assert world.deploy(text("b")).release.labels == {"team": "one"}
    world.mark(labels={"team": "two"})
    assert world.rollback().labels == {"team": "one"}


def test_a_record_that_cannot_be_superseded_does_not_fail_a_deploy(world: Releasing) -> None:
    """All is applied and recorded by then; the next deploy supersedes what was left."""
    world.deploy(text("a"))
    update = world.records.update

    def refuse(release: Release) -> None:
        if release.status is Status.SUPERSEDED:
            raise BusyError("replace Secret/x", "come back later", status=503)
        update(release)

    world.records.update = refuse  # type: ignore[method-assign]
    world.deploy(text("b"), auto_rollback=True)
    assert world.history() == [(1, "deployed"), (2, "deployed")]
    assert "come back later" in world.output.getvalue()
    world.records.update = update  # type: ignore[method-assign]
    world.deploy(text("b"))
    assert world.history() == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
