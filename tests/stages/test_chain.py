"""The chain of an image: which stages exist, and what makes their digests change."""

from dataclasses import replace

import pytest

from stages import (
    GitMapping,
    ImageSpec,
    Instructions,
    MissingPathError,
    RuntimeSettings,
    Selected,
    Sources,
    Stage,
    StageDependencies,
    StageName,
    built,
    chain_of,
)
from tests.fakes.repository import FakeRepository

IMAGE = ImageSpec(
    name="app",
    base="alpine:3.20",
    mappings=(
        GitMapping(to="/app", stage_dependencies=StageDependencies(install=("package.json",))),
    ),
    before_install=Instructions(("apk add curl",)),
    install=Instructions(("npm ci",)),
    setup=Instructions(("npm run build",)),
    runtime=RuntimeSettings(cmd=("node", "server.js")),
)


class Store:
    """Remembers what was built; finds it again by digest."""

    def __init__(self) -> None:
        self.stages: dict[str, Selected] = {}

    def select(self, stage: Stage) -> Selected | None:
        return self.stages.get(stage.digest.value)

    def build(self, image: ImageSpec, repository: FakeRepository) -> list[StageName]:
        """Build *image* and return the names of the stages that had to be built."""
        chain = chain_of(image, Sources(repository), self.select)
        missing = [stage for stage in chain.stages if self.select(stage) is None]
        self.stages.update({stage.digest.value: built(stage) for stage in missing})
        return [stage.name for stage in missing]


@pytest.fixture
def repository() -> FakeRepository:
    repository = FakeRepository()
    repository.add("c1", {"package.json": "1", "server.js": "1", "README": "x"})
    return repository


def test_stages_stand_in_build_order(repository: FakeRepository) -> None:
    assert Store().build(IMAGE, repository) == [
        StageName.FROM,
        StageName.BEFORE_INSTALL,
        StageName.GIT_ARCHIVE,
        StageName.INSTALL,
        StageName.SETUP,
        StageName.DOCKER_INSTRUCTIONS,
    ]


def test_the_same_commit_builds_nothing(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    assert store.build(IMAGE, repository) == []


def test_a_changed_file_needs_only_the_patch(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    repository.add("c2", {"package.json": "1", "server.js": "2", "README": "x"})
    assert store.build(IMAGE, repository) == [
        StageName.GIT_LATEST_PATCH,
        StageName.DOCKER_INSTRUCTIONS,
    ]


def test_a_changed_dependency_rebuilds_from_its_stage(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    repository.add("c2", {"package.json": "2", "server.js": "1", "README": "x"})
    assert store.build(IMAGE, repository) == [
        StageName.INSTALL,
        StageName.SETUP,
        StageName.DOCKER_INSTRUCTIONS,
    ]


def test_a_commit_outside_the_mapping_builds_nothing(repository: FakeRepository) -> None:
    image = replace(IMAGE, mappings=(replace(IMAGE.mappings[0], exclude_paths=("README",)),))
    store = Store()
    store.build(image, repository)
    repository.add("c2", {"package.json": "1", "server.js": "1", "README": "changed"})
    assert store.build(image, repository) == []


def test_a_big_patch_gets_a_stage_of_its_own(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    big = "x" * (2 * 1024 * 1024)
    repository.add("c2", {"package.json": "1", "server.js": big, "README": "x"})
    assert store.build(IMAGE, repository) == [StageName.GIT_CACHE, StageName.DOCKER_INSTRUCTIONS]


def test_a_removed_file_is_a_patch(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    repository.add("c2", {"package.json": "1", "server.js": "1"})
    assert StageName.GIT_LATEST_PATCH in store.build(IMAGE, repository)


@pytest.mark.parametrize(
    ("change", "first"),
    [
        pytest.param({"base": "alpine:3.21"}, StageName.FROM, id="base"),
        pytest.param({"base_cache_version": "2"}, StageName.FROM, id="fromCacheVersion"),
        pytest.param({"platform": "linux/arm64"}, StageName.FROM, id="platform"),
        pytest.param(
            {"before_install": Instructions(("apk add git",))},
            StageName.BEFORE_INSTALL,
            id="beforeInstall",
        ),
        pytest.param(
            {"mappings": (replace(IMAGE.mappings[0], owner="app"),)},
            StageName.GIT_ARCHIVE,
            id="owner",
        ),
        pytest.param(
            {"setup": Instructions(("npm run build",), "2")}, StageName.SETUP, id="cacheVersion"
        ),
        pytest.param(
            {"runtime": RuntimeSettings(cmd=())}, StageName.DOCKER_INSTRUCTIONS, id="docker"
        ),
    ],
)
def test_a_change_rebuilds_from_its_stage_on(
    repository: FakeRepository, change: dict[str, object], first: StageName
) -> None:
    store = Store()
    store.build(IMAGE, repository)
    assert store.build(replace(IMAGE, **change), repository)[0] is first  # type: ignore[arg-type]


def test_where_commands_stand_is_no_part_of_the_stage(repository: FakeRepository) -> None:
    store = Store()
    store.build(IMAGE, repository)
    moved = replace(IMAGE, setup=replace(IMAGE.setup, lines=(99,)), line=7)
    assert store.build(moved, repository) == []


def test_a_cache_version_makes_all_four_stages_exist(repository: FakeRepository) -> None:
    image = ImageSpec(name="", base="alpine", cache_version="1")
    assert Store().build(image, repository) == [
        StageName.FROM,
        StageName.BEFORE_INSTALL,
        StageName.INSTALL,
        StageName.BEFORE_SETUP,
        StageName.SETUP,
    ]


def test_a_missing_path_names_image_path_and_commit(repository: FakeRepository) -> None:
    image = ImageSpec(name="app", base="alpine", mappings=(GitMapping(add="/nope", to="/app"),))
    with pytest.raises(MissingPathError, match=r'image "app": git path "/nope" .* commit c1'):
        Store().build(image, repository)
