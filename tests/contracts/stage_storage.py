"""What holds for every stage storage: run on fakes here, on the real ones from integration/."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.backend import LocalImage
from werfish.errors import BuildError
from werfish.oci.labels import stage_labels
from werfish.storage.stage_storage import StageStorage
from werfish.storage.stored_stage import StoredStage

DIGEST, OTHER = Digest("a" * 64), Digest("b" * 64)
COMMITS, LATER = (("", "c" * 40),), (("", "d" * 40),)
GIT, BASE, SETTINGS = StageName.GIT_ARCHIVE, StageName.FROM, StageName.DOCKER_INSTRUCTIONS


@dataclass(frozen=True)
class Opened:
    """A storage as one process has it, and how that process makes images to be stages.

    Different marks make different images; *labels* are the image's.
    """

    storage: StageStorage
    image: Callable[..., LocalImage]


class StageStorageContract:
    """The laws; a subclass has the fixtures *opened* and *broken*.

    *opened* opens the same storage once more, as another process would; *broken* takes something
    of a stage away that its image needs.
    """

    @pytest.fixture
    def one(self, opened: Callable[[], Opened]) -> Opened:
        """Return the storage as the first process has it."""
        return opened()

    def test_what_is_saved_is_found(self, one: Opened) -> None:
        made = one.image("")
        stage = one.storage.save(GIT, DIGEST, COMMITS, made)
        assert (stage.name, stage.digest, stage.commits) == (GIT, DIGEST, COMMITS)
        assert stage.image_id == made.id
        assert str(DIGEST) in stage.reference
        assert one.storage.find(DIGEST) == (stage,)
        assert one.storage.image(stage) == made
        assert one.storage.find(OTHER) == ()

    def test_others_find_it_with_its_whole_configuration(
        self, one: Opened, opened: Callable[[], Opened]
    ) -> None:
        made = one.image("")
        saved = one.storage.save(GIT, DIGEST, COMMITS, made)
        other = opened()
        [found] = other.storage.find(DIGEST)
        assert found == saved
        assert other.storage.image(found) == made

    def test_the_first_of_equals_wins(self, one: Opened) -> None:
        stage = one.storage.save(GIT, DIGEST, COMMITS, one.image("one"))
        assert one.storage.save(GIT, DIGEST, COMMITS, one.image("two")) == stage

    def test_saving_the_same_image_again_keeps_it(self, one: Opened) -> None:
        made = one.image("")
        stage = one.storage.save(GIT, DIGEST, COMMITS, made)
        assert one.storage.save(GIT, DIGEST, COMMITS, made) == stage
        assert one.storage.image(stage) == made

    def test_other_commits_are_another_stage_and_the_oldest_comes_first(
        self, one: Opened, opened: Callable[[], Opened]
    ) -> None:
        first = one.storage.save(GIT, DIGEST, COMMITS, one.image("one"))
        two = opened()
        second = two.storage.save(GIT, DIGEST, LATER, two.image("two"))
        assert [*one.storage.find(DIGEST)] == [first, second]
        assert [*opened().storage.find(DIGEST)] == [first, second]

    @pytest.mark.parametrize("name", [BASE, SETTINGS])
    def test_stages_without_git_have_one_candidate(
        self,
        one: Opened,
        opened: Callable[[], Opened],
        name: StageName,
    ) -> None:
        commits = COMMITS if name is SETTINGS else ()
        stage = one.storage.save(name, DIGEST, commits, one.image("one"))
        [found] = opened().storage.find(DIGEST)
        assert (found.name, found.reference, found.commits) == (name, stage.reference, commits)

    def test_a_chain_that_is_whole_is_confirmed(
        self, one: Opened, opened: Callable[[], Opened]
    ) -> None:
        stage = one.storage.save(GIT, DIGEST, COMMITS, one.image(""))
        one.storage.confirm([stage], [DIGEST])
        other = opened()
        other.storage.confirm(other.storage.find(DIGEST), [])
        assert other.storage.find(DIGEST) == (stage,)

    def test_what_is_broken_does_not_count_and_is_saved_anew(
        self,
        one: Opened,
        opened: Callable[[], Opened],
        broken: Callable[[StoredStage], None],
    ) -> None:
        """It is noticed by a look-up, or at the end of the chain; then it is gone for good."""
        made = one.image("one")
        broken(one.storage.save(GIT, DIGEST, COMMITS, made))
        other = opened()
        found = other.storage.find(DIGEST)
        if found:
            with pytest.raises(BuildError):
                other.storage.confirm(found, [])
        assert other.storage.find(DIGEST) == ()
        again = other.storage.save(GIT, DIGEST, COMMITS, other.image("two"))
        assert [*other.storage.find(DIGEST)] == [again]
        assert [*opened().storage.find(DIGEST)] == [again]

    def test_all_stages_of_the_project_are_told(
        self, one: Opened, opened: Callable[[], Opened]
    ) -> None:
        labels = stage_labels("shop", GIT, DIGEST, COMMITS)
        first = one.storage.save(GIT, DIGEST, COMMITS, one.image("one", labels))
        labels = stage_labels("shop", BASE, OTHER, ())
        second = one.storage.save(BASE, OTHER, (), one.image("two", labels))
        told = opened().storage.stages()
        assert {stage.reference for stage in told} == {first.reference, second.reference}
        assert {stage.commits for stage in told} == {COMMITS, ()}
