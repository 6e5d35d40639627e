"""``:local``: what is saved is found, also without the index; the first of equals wins."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from stages.digest import Digest
from stages.stage import StageName
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FakeImageTree
from werfish.containers.backend import LocalImage
from werfish.locks.local import FileLocks
from werfish.oci.config import ImageConfig
from werfish.oci.labels import stage_labels
from werfish.storage.local import LocalStageStorage, StageVanishedError, stage_reference

DIGEST, OTHER = Digest("a" * 64), Digest("b" * 64)
COMMITS = (("", "c" * 40),)
NAME = StageName.GIT_ARCHIVE


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def clock() -> Callable[[], float]:
    ticks = count(100)
    return lambda: float(next(ticks))


@pytest.fixture
def storage(backend: FakeBackend, tmp_path: Path, clock: Callable[[], float]) -> LocalStageStorage:
    return storage_of(backend, tmp_path, clock)


def storage_of(
    backend: FakeBackend, folder: Path, clock: Callable[[], float], project: str = "shop"
) -> LocalStageStorage:
    locks = FileLocks(folder / "locks")
    return LocalStageStorage(backend, folder / "stages", project, locks, clock)


def image_of(
    backend: FakeBackend,
    *,
    digest: Digest = DIGEST,
    commits: tuple[tuple[str, str], ...] = COMMITS,
    created: str = "2020-01-01T00:00:00Z",
) -> LocalImage:
    """Put an image into the backend that was built to be a stage."""
    labels = stage_labels("shop", NAME, digest, commits)
    config = ImageConfig("amd64", "linux", created, {"Labels": labels}, ())
    return backend.add("", FakeImageTree(), config)


def test_what_is_saved_is_found(storage: LocalStageStorage, backend: FakeBackend) -> None:
    image = image_of(backend)
    stage = storage.save(NAME, DIGEST, COMMITS, image)
    assert stage.reference == stage_reference("shop", DIGEST, image.id)
    assert stage.saved == 100
    assert storage.find(DIGEST) == (stage,)
    assert storage.image(stage) == image
    assert storage.find(OTHER) == ()


def test_the_first_of_equals_wins(storage: LocalStageStorage, backend: FakeBackend) -> None:
    first, second = image_of(backend), image_of(backend, created="2021-01-01T00:00:00Z")
    stage = storage.save(NAME, DIGEST, COMMITS, first)
    assert storage.save(NAME, DIGEST, COMMITS, second) == stage
    assert backend.inspect(second.id) is None
    assert backend.inspect(first.id) == first


def test_saving_the_same_image_again_keeps_it(
    storage: LocalStageStorage, backend: FakeBackend
) -> None:
    image = image_of(backend)
    stage = storage.save(NAME, DIGEST, COMMITS, image)
    assert storage.save(NAME, DIGEST, COMMITS, image) == stage
    assert storage.image(stage) == image


def test_other_commits_are_another_stage(storage: LocalStageStorage, backend: FakeBackend) -> None:
    commits = (("", "d" * 40),)
    first = storage.save(NAME, DIGEST, COMMITS, image_of(backend))
    second = storage.save(NAME, DIGEST, commits, image_of(backend, commits=commits))
    assert storage.find(DIGEST) == (first, second)


def test_a_stage_whose_image_is_gone_is_left_out(
    storage: LocalStageStorage, backend: FakeBackend
) -> None:
    stage = storage.save(NAME, DIGEST, COMMITS, image_of(backend))
    backend.untag(stage.reference)
    assert storage.find(DIGEST) == ()
    with pytest.raises(StageVanishedError, match="gitArchive"):
        storage.image(stage)


def test_a_tag_that_was_moved_is_no_stage(storage: LocalStageStorage, backend: FakeBackend) -> None:
    stage = storage.save(NAME, DIGEST, COMMITS, image_of(backend))
    backend.tag(image_of(backend, created="2021-01-01T00:00:00Z"), stage.reference)
    assert storage.find(DIGEST) == ()


@pytest.mark.parametrize("damage", ["gone", "broken"])
def test_the_index_is_rebuilt_from_the_images(
    backend: FakeBackend, tmp_path: Path, clock: Callable[[], float], damage: str
) -> None:
    before = storage_of(backend, tmp_path, clock)
    stage = before.save(NAME, DIGEST, COMMITS, image_of(backend))
    if damage == "gone":
        shutil.rmtree(tmp_path / "stages")
    else:
        [path] = (tmp_path / "stages" / "shop" / "index").glob("*.json")
        path.write_text("[{")
    [found] = storage_of(backend, tmp_path, clock).find(DIGEST)
    assert (found.reference, found.commits) == (stage.reference, stage.commits)


def test_images_that_are_no_stages_do_not_matter(
    backend: FakeBackend, storage: LocalStageStorage
) -> None:
    config = ImageConfig("amd64", "linux", "", {"Labels": {"io.werfish.stage": "nonsense"}}, ())
    backend.add("werfish-stages/shop:strange", FakeImageTree(), config)
    assert storage.find(DIGEST) == ()


def test_projects_do_not_see_each_other(
    backend: FakeBackend, tmp_path: Path, clock: Callable[[], float]
) -> None:
    storage_of(backend, tmp_path, clock).save(NAME, DIGEST, COMMITS, image_of(backend))
    assert storage_of(backend, tmp_path, clock, "shop-2").find(DIGEST) == ()
