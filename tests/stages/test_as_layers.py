"""``asLayers``: an instruction is a stage, built again from the first that changed on."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages import (
    GitMapping,
    ImageSpec,
    Instructions,
    Selected,
    Sources,
    Stage,
    StageDependencies,
    built,
    chain_of,
    explain,
)
from stages.imports import Import
from stages.stage import StageName
from tests.fakes.repository import FakeRepository

FILES = {"deps": "1", "main": "1"}
IMAGE = ImageSpec(
    "app",
    "base:1",
    mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
    before_install=Instructions(("one",)),
    install=Instructions(("a", "b", "c")),
    setup=Instructions(tasks=('{"shell":"x"}', '{"shell":"y"}')),
    as_layers=True,
)
COMMANDS = st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=5).map(tuple)


class Others:
    """Other images, which do not change."""

    place = ""

    def identity(self, image: str, stage: str = "") -> str:
        return f"{image}/{stage}"


class World:
    """A repository, and what was built from it."""

    def __init__(self) -> None:
        self.stored: dict[str, Selected] = {}
        self.repository = FakeRepository()
        self.repository.add("c1", FILES)

    def chain(self, image: ImageSpec) -> tuple[Stage, ...]:
        select = lambda stage: self.stored.get(stage.digest.value)  # noqa: E731
        return chain_of(image, Sources(self.repository, images=Others()), select).stages

    def build(self, image: ImageSpec) -> list[str]:
        missing = [stage for stage in self.chain(image) if stage.digest.value not in self.stored]
        self.stored.update({stage.digest.value: built(stage) for stage in missing})
        return [stage.title for stage in missing]


def installing(*commands: str, version: str = "") -> ImageSpec:
    return replace(IMAGE, install=Instructions(commands, version))


def test_each_instruction_stands_at_its_place() -> None:
    assert World().build(IMAGE) == [
        *("from", "beforeInstall-1", "gitArchive", "install-1", "install-2", "install-3"),
        *("setup-1", "setup-2"),
    ]


def test_imports_come_after_the_last_instruction_before_them() -> None:
    after = Import(to="/x", add="/x", image="other", stage=StageName.IMPORTS_AFTER_INSTALL)
    titles = World().build(replace(IMAGE, imports=(after,)))
    assert titles[5:7] == ["install-3", "importsAfterInstall"]


def test_the_digests_are_pinned() -> None:
    """A changed value here means that every user of ``asLayers`` builds everything again."""
    digests = {stage.title: stage.digest.short for stage in World().chain(IMAGE)}
    assert (digests["install-1"], digests["install-2"], digests["setup-2"]) == PINNED


PINNED = ("9f14c19b1c97", "7576a2c29120", "6a082ae16e03")


@pytest.mark.parametrize(
    ("image", "titles"),
    [
        pytest.param(installing("a", "B", "c"), ["install-2", "install-3"], id="changed"),
        pytest.param(installing("a", "b", "c", "d"), ["install-4"], id="appended"),
        pytest.param(installing("a", "c"), ["install-2"], id="removed"),
        pytest.param(installing("a", "b", "c", version="1"), [], id="cache-version"),
    ],
)
def test_what_is_built_again_begins_with_what_changed(image: ImageSpec, titles: list[str]) -> None:
    world = World()
    world.build(IMAGE)
    whole = ["install-1", "install-2", "install-3"]
    assert world.build(image) == [*(titles or whole), "setup-1", "setup-2"]


def test_a_file_that_a_stage_depends_on_builds_all_of_it() -> None:
    world = World()
    world.build(IMAGE)
    world.repository.add("c2", {**FILES, "deps": "2"})
    assert world.build(IMAGE)[:3] == ["install-1", "install-2", "install-3"]


def test_an_instruction_on_older_ones_brings_git_up_to_date() -> None:
    world = World()
    world.build(IMAGE)
    world.repository.add("c2", {**FILES, "main": "2"})
    changed = next(
        one for one in world.chain(installing("a", "b", "C")) if one.title == "install-3"
    )
    assert dict(changed.commits) == {"": "c2"}
    assert ("commit", "", "c1") in {(part.kind, part.name, part.value) for part in changed.parts}


@given(COMMANDS, COMMANDS)
def test_what_is_before_a_change_stays(kept: tuple[str, ...], other: tuple[str, ...]) -> None:
    world = World()
    world.build(installing(*kept))
    titles = [title for title in world.build(installing(*kept, *other)) if "install-" in title]
    assert titles == [f"install-{len(kept) + n}" for n in range(1, len(other) + 1)]


@given(COMMANDS)
def test_the_first_instruction_is_what_a_stage_of_it_alone_is(commands: tuple[str, ...]) -> None:
    world = World()
    image = replace(installing(*commands), before_install=Instructions())
    whole = replace(image, install=Instructions(commands[:1]), as_layers=False)
    first, alone = world.chain(image)[2], world.chain(whole)[2]
    assert (first.title, alone.title) == ("install-1", "install")
    assert first.digest == alone.digest


def test_a_cache_version_alone_is_a_stage_as_without_layers() -> None:
    image = replace(IMAGE, cache_version="1", before_install=Instructions())
    assert "beforeInstall" in World().build(image)


def test_reasons_name_the_instruction() -> None:
    world = World()
    before = {stage.title: stage.parts for stage in world.chain(IMAGE)}
    after = world.chain(installing("a", "B", "c"))
    said = [explain(stage, before[stage.title]) for stage in after[4:7]]
    assert said == [
        "install-2: command 2 changed",
        "install-3: the stage before it, install-2, was built again",
        "setup-1: the stage before it, install-3, was built again",
    ]
