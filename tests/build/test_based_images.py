"""Images that are built from images of the project, and from tags that move."""

from dataclasses import replace

import pytest

from stages import GitMapping, ImageSpec, Instructions
from tests.build.world import APP, World
from werfish.build.instruct import CommandFailedError
from werfish.build.plan import planned_stages

BASE = ImageSpec(
    name="base",
    base="base:1",
    mappings=(GitMapping(to="/lib", include_paths=("text",)),),
    setup=Instructions(("echo a > /made-by-base",)),
)


TOP = ImageSpec(name="top", base="", base_image="base", setup=Instructions(("echo b > /top",)))


def test_an_image_of_the_project_is_a_base(world: World) -> None:
    top, base = world.build(TOP, BASE)
    with world.backend.tree(world.adapters.storage.image(top.last)) as tree:
        assert tree.read("lib/text") == b"one"
        assert tree.read("made-by-base") == b"a\n"
    assert base.image is BASE
    assert world.rebuilt(TOP, BASE) == []


def test_what_changes_in_a_base_rebuilds_what_is_built_upon_it(world: World) -> None:
    world.build(TOP, BASE)
    world.repository.add("c2", {"deps": "1", "text": "two"})
    top, _ = world.build(TOP, BASE)
    assert [one.reason for one in top.rebuilt] == [
        "from: the image base that it is built from changed",
        "setup: the stage before it, from, was built again",
    ]


def test_a_dry_run_follows_images_that_need_each_other(world: World) -> None:
    found = planned_stages("p", [TOP, BASE], world.adapters)
    assert [(one.image.name, str(one.stage.name)) for one in found] == [
        ("base", "from"),
        ("base", "gitArchive"),
        ("base", "setup"),
        ("top", "from"),
        ("top", "setup"),
    ]


def test_an_image_does_not_wait_for_one_that_failed(world: World) -> None:
    broken = replace(BASE, setup=Instructions(("exit 3",)))
    with pytest.raises(CommandFailedError):
        world.build(TOP, broken)


def test_an_artifact_ends_before_git_is_brought_up_to_date(world: World) -> None:
    artifact = replace(APP, is_artifact=True, runtime=None)
    world.build(artifact)
    world.repository.add("c2", {"deps": "1", "text": "two"})
    assert world.rebuilt(artifact) == []
    world.repository.add("c3", {"deps": "2", "text": "two"})
    assert world.rebuilt(artifact) == ["install"]


class Latest:
    """Base images whose tags move on when a test says so."""

    def __init__(self) -> None:
        self.digests = {"base:1": "sha256:" + "1" * 64}

    def digest(self, reference: str) -> str:
        return self.digests[reference]


def test_a_followed_base_is_built_from_again_when_its_tag_moved(world: World) -> None:
    latest = Latest()
    world.adapters = replace(world.adapters, bases=latest)
    follows = ImageSpec(name="app", base="base:1", follows=True)

    def moved(number: str) -> list[str]:
        latest.digests["base:1"] = "sha256:" + number * 64
        reference = f"docker.io/library/base@{latest.digests['base:1']}"
        world.backend.tags[reference] = world.backend.tags["base:1"]
        (chain,) = world.build(follows)
        return [one.reason for one in chain.rebuilt]

    assert moved("1") == ["from: never built before"]
    assert world.rebuilt(follows) == []
    assert moved("2") == ["from: what the base image base:1 stands for changed"]
