"""Images and stages that somebody deletes in mid-build."""

from pathlib import Path

import pytest

from stages import ImageSpec, Instructions
from tests.build.world import APP, world_of
from tests.fakes.backend import FakeBackend
from werfish.containers.backend import ImageGoneError, LocalImage


class Deleting(FakeBackend):
    """Loses the image that it is to tag, or has just tagged, the third time that it tags one."""

    tagged_first = False
    count = 0

    def tag(self, image: LocalImage, reference: str) -> None:
        self.count += 1
        if self.count == 3 and not self.tagged_first:
            raise ImageGoneError(image.id, reference)
        super().tag(image, reference)
        if self.count == 3:
            self.untag(reference)


@pytest.mark.parametrize("tagged_first", [False, True])
def test_an_image_that_somebody_deletes_while_it_becomes_a_stage_is_made_again(
    tmp_path: Path, tagged_first: bool
) -> None:
    """A daemon deletes an image with the tag that another process gives it at that moment."""
    backend = Deleting()
    backend.tagged_first = tagged_first
    world = world_of(backend, tmp_path)
    (chain,) = world.build()
    assert world.files(chain)["installed"] == b"1"
    assert "is gone; the stages that need it are built anew" in world.said.getvalue()


class Vanishing(FakeBackend):
    """Loses the image that it tags as the *doomed*-th one when it is asked for again."""

    doomed = 0

    def __init__(self) -> None:
        super().__init__()
        self.tagged_as: list[str] = []
        self.asked = 0

    def tag(self, image: LocalImage, reference: str) -> None:
        super().tag(image, reference)
        self.tagged_as.append(reference)

    def inspect(self, reference: str) -> LocalImage | None:
        if self.doomed and self.tagged_as[self.doomed - 1 : self.doomed] == [reference]:
            self.asked += 1
            if self.asked == 2:
                self.untag(reference)
        return super().inspect(reference)


def test_a_finished_stage_that_is_gone_when_another_image_needs_it_is_made_again(
    tmp_path: Path,
) -> None:
    top = ImageSpec("top", "", base_image="app", install=Instructions(("mkdir /top",)))
    calm = Vanishing()
    world_of(calm, tmp_path / "calm").build()
    backend = Vanishing()
    backend.doomed = len(calm.tagged_as)
    world = world_of(backend, tmp_path / "not")
    chains = world.build(APP, top)
    assert "; the build begins again" in world.said.getvalue()
    assert [chain.image.name for chain in chains] == ["app", "top"]
    assert world.files(chains[1])["installed"] == b"1"
    assert len(chains[0].rebuilt) == len(chains[0].stages)  # also what was built before
    assert world.said.getvalue().count("are built anew") == 1
