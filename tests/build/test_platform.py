"""Images for another machine, on working fakes."""

from dataclasses import replace

import pytest

from stages import GitMapping, ImageSpec, RuntimeSettings
from tests.build.world import World
from tests.fakes.image_tree import FOLDER, FakeImageTree
from werfish.build.support import UnsupportedImageError, require_supported
from werfish.containers.backend import InstructionError
from werfish.containers.docker_work import ContainerEndedError
from werfish.containers.emulation import NoEmulationError, is_unrunnable, told_if_foreign
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig, fits

APP = ImageSpec(
    "app",
    "arm:1",
    platform="linux/arm64",
    platforms=("linux/arm64",),
    mappings=(GitMapping(to="/app"),),
    runtime=RuntimeSettings(cmd=("run",)),
)


@pytest.fixture
def arm(workshop: World) -> World:
    config = ImageConfig("arm64", "linux", "", {}, (), variant="v8")
    workshop.backend.add("arm:1", FakeImageTree({"etc": FOLDER}), config)
    return workshop


def test_git_and_settings_need_nothing_to_run(arm: World) -> None:
    (chain,) = arm.build(APP)
    config = arm.adapters.storage.image(chain.last).config
    assert (config.architecture, config.variant) == ("arm64", "v8")
    assert arm.backend.runs == []


def test_a_base_is_wanted_for_the_platform(arm: World) -> None:
    with pytest.raises(BuildError, match="base:1"):
        arm.build(replace(APP, base="base:1"))


def test_an_image_is_not_built_upon_one_of_another_platform(arm: World) -> None:
    lower = ImageSpec("lower", "base:1")
    with pytest.raises(BuildError, match="is for linux/amd64, not for linux/arm64"):
        arm.build(lower, replace(APP, base="", base_image="lower"))


def test_several_platforms_are_refused_with_their_place() -> None:
    image = replace(APP, platforms=("linux/amd64", "linux/arm64"), line=4)
    with pytest.raises(UnsupportedImageError) as caught:
        require_supported((APP, image), lambda line: f"werf.yaml:{line}")
    assert 'werf.yaml:4: image "app": several platforms (linux/amd64, linux/arm64)' in str(
        caught.value
    )
    assert len(caught.value.images) == 1


@pytest.mark.parametrize(
    ("found", "wanted", "is_fit"),
    [
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm/v7", "linux/arm/v7", True),
        ("linux/arm/v6", "linux/arm/v7", False),
        ("linux/amd64", "linux/arm64", False),
    ],
)
def test_what_fits(found: str, wanted: str, is_fit: bool) -> None:
    assert fits(found, wanted) is is_fit


def test_what_another_machine_cannot_run_is_recognised() -> None:
    assert is_unrunnable(InstructionError("a", 1, ("exec /bin/sh: exec format error",)))
    assert is_unrunnable(ContainerEndedError("a"))
    assert not is_unrunnable(InstructionError("a", 1, ("no such file",)))
    said = NoEmulationError("app/setup", "linux/arm64/v8", "linux/amd64")
    assert said.hint.endswith("--install arm64")
    with pytest.raises(NoEmulationError), told_if_foreign("a", "linux/arm64", "linux/amd64"):
        raise ContainerEndedError("a")
    with pytest.raises(ContainerEndedError), told_if_foreign("a", "linux/amd64", "linux/amd64"):
        raise ContainerEndedError("a")
