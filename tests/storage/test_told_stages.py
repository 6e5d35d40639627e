"""What a new machine was told of stages is not believed where the repository says otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.digest import Digest
from stages.stage import StageName
from tests.fakes.base_image import put_base_image
from tests.fakes.registry import FakeRegistry, Fault, running
from tests.storage.repo_machine import RepoMachine
from werfish.oci.reference import Repository
from werfish.storage.stage_storage import BrokenStageError, OutdatedStageError
from werfish.storage.stored_stage import StoredStage

DIGEST, OTHER = Digest("a" * 64), Digest("b" * 64)
FIRST, SECOND = (("", "1" * 40),), (("", "2" * 40),)


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with running(FakeRegistry()) as registry:
        put_base_image(registry, "library/base", "1")
        yield registry


def machine(registry: FakeRegistry, folder: Path) -> RepoMachine:
    return RepoMachine(folder, Repository(registry.host, "shop/stages"))


def early(registry: FakeRegistry, folder: Path) -> RepoMachine:
    """Return a machine that was before all others, and whose stages are used therefore."""
    return RepoMachine(folder, Repository(registry.host, "shop/stages"), clock=lambda: 1.0)


def saved(
    one: RepoMachine,
    registry: FakeRegistry,
    commits: tuple[tuple[str, str], ...],
    digest: Digest = DIGEST,
) -> StoredStage:
    image = one.image_on(f"{registry.host}/library/base:1", commits[0][1])
    return one.storage.save(StageName.SETUP, digest, commits, image)


@pytest.fixture
def stage(registry: FakeRegistry, tmp_path: Path) -> StoredStage:
    """Save a stage from the machine "one", and tell the others of it."""
    one = machine(registry, tmp_path / "one")
    stage = saved(one, registry, FIRST)
    one.storage.confirm([stage], [DIGEST])
    return stage


def test_what_others_told_is_used_without_asking(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    new = machine(registry, tmp_path / "new")
    (told,) = new.storage.remembered(DIGEST)
    assert told.reference == stage.reference
    new.storage.confirm([told], [])


def test_what_somebody_saved_who_was_killed_before_telling_it_counts(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    """Else machines that ask and machines that were told would use different ones for ever."""
    killed = saved(early(registry, tmp_path / "killed"), registry, SECOND)
    new = machine(registry, tmp_path / "new")
    told = new.storage.remembered(DIGEST)
    assert [each.reference for each in told] == [stage.reference]
    with pytest.raises(BrokenStageError, match="was built by another machine"):
        new.storage.confirm(told, [])
    assert new.storage.remembered(DIGEST) == ()
    found = new.storage.find(DIGEST)
    assert [each.reference for each in found] == [killed.reference, stage.reference]
    new.storage.confirm(found[:1], [])


def test_each_image_finds_out_for_itself(registry: FakeRegistry, tmp_path: Path) -> None:
    one, killed = machine(registry, tmp_path / "one"), early(registry, tmp_path / "killed")
    stages = [saved(one, registry, FIRST, digest) for digest in (DIGEST, OTHER)]
    one.storage.confirm(stages, [DIGEST, OTHER])
    for digest in (DIGEST, OTHER):
        saved(killed, registry, SECOND, digest)
    new = machine(registry, tmp_path / "new")
    told = [new.storage.remembered(digest) for digest in (DIGEST, OTHER)]
    for chain in told:
        with pytest.raises(BrokenStageError, match="was built by another machine"):
            new.storage.confirm(chain, [])
    for chain in told:
        new.storage.confirm(new.storage.find(chain[0].digest)[:1], [])


def test_what_this_host_has_built_itself_gives_way_to_what_all_use(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    """Two built one stage at one moment: who wrote its hint last is believed by both."""
    one, other = machine(registry, tmp_path / "one"), machine(registry, tmp_path / "other")
    base, plain = f"{registry.host}/library/base:1", StageName.BEFORE_INSTALL
    first, late = (each.image_on(base, each.folder.name) for each in (one, other))
    own = one.storage.save(plain, DIGEST, (), first)
    one.storage.confirm([own], [DIGEST])
    del registry.repository("shop/stages").tags[DIGEST.value]  # as it was when the other looked
    others = other.storage.save(plain, DIGEST, (), late)
    again = machine(registry, tmp_path / "one")
    told = again.storage.remembered(DIGEST)
    assert [each.reference for each in told] == [own.reference]
    with pytest.raises(OutdatedStageError, match="was built by another machine, too"):
        again.storage.confirm(told, [])
    found = again.storage.find(DIGEST)
    assert [each.reference for each in found] == [others.reference]
    again.storage.confirm(found, [])


def test_a_hint_that_is_gone_is_written_again(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    """Its stage is whole: whoever knows of it tells the others."""
    machine(registry, tmp_path / "one").storage.find(DIGEST)
    del registry.repository("shop/stages").tags[DIGEST.value]
    again = machine(registry, tmp_path / "one")
    again.storage.confirm(again.storage.remembered(DIGEST), [])
    [found] = machine(registry, tmp_path / "new").storage.find(DIGEST)
    assert found.reference == stage.reference


def test_what_another_branch_saved_later_changes_nothing(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    """Everybody uses the oldest that fits, and that is the same one."""
    machine(registry, tmp_path / "one").storage.find(DIGEST)
    saved(machine(registry, tmp_path / "branch"), registry, SECOND)
    again = machine(registry, tmp_path / "one")
    told = again.storage.remembered(DIGEST)
    again.storage.confirm(told, [])
    assert [each.reference for each in told] == [stage.reference]


def test_who_writes_a_hint_again_keeps_what_others_wrote(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    machine(registry, tmp_path / "one").storage.find(DIGEST)
    del registry.repository("shop/stages").tags[DIGEST.value]
    branch = saved(machine(registry, tmp_path / "branch"), registry, SECOND)
    again = machine(registry, tmp_path / "one")
    again.storage.confirm(again.storage.remembered(DIGEST), [])
    found = machine(registry, tmp_path / "new").storage.find(DIGEST)
    assert [each.reference for each in found] == [stage.reference, branch.reference]


def test_a_hint_that_cannot_be_written_again_is_told(
    registry: FakeRegistry, tmp_path: Path, stage: StoredStage
) -> None:
    machine(registry, tmp_path / "one").storage.find(DIGEST)
    del registry.repository("shop/stages").tags[DIGEST.value]
    registry.faults = [Fault("PUT", f"/manifests/{DIGEST.value}", 503, times=99)]
    again = machine(registry, tmp_path / "one")
    again.storage.confirm(again.storage.remembered(DIGEST), [])
    assert "other machines do not find the stage until the next build" in again.output.getvalue()
