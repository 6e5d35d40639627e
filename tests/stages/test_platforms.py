"""For which platform images are built, and what of it is in their digests."""

from dataclasses import replace

import pytest

from stages import ImageSpec, Sources, chain_of
from stages.platforms import with_platforms
from stages.variables import platform_variables
from tests.fakes.repository import FakeRepository
from tests.stages.dockerfiles import Written

ARM, AMD = "linux/arm64", "linux/amd64"
LOW = ImageSpec("low", "base:1", is_final=False)
HIGH = ImageSpec("high", "", base_image="low")


def platforms(*images: ImageSpec, own: str = AMD) -> list[tuple[str, ...]]:
    return [image.platforms for image in with_platforms(images, own)]


@pytest.mark.parametrize(
    ("images", "found"),
    [
        pytest.param((LOW, HIGH), [(AMD,), (AMD,)], id="the-machines"),
        pytest.param((LOW, replace(HIGH, platforms=(ARM,))), [(ARM,), (ARM,)], id="of-who-needs"),
        pytest.param(
            (replace(LOW, platforms=(AMD,)), replace(HIGH, platforms=(ARM,))),
            [(AMD,), (ARM,)],
            id="its-own-word",
        ),
        pytest.param(
            (replace(LOW, is_final=True), replace(HIGH, platforms=(ARM,))),
            [(ARM, AMD), (ARM,)],
            id="published-and-needed",
        ),
        pytest.param(
            (LOW, HIGH, replace(HIGH, name="x", platforms=(ARM,))),
            [(ARM, AMD), (AMD,), (ARM,)],
            id="needed-by-both",
        ),
    ],
)
def test_platforms(images: tuple[ImageSpec, ...], found: list[tuple[str, ...]]) -> None:
    assert platforms(*images) == found


def test_a_variant_that_goes_without_saying_is_left_out() -> None:
    assert platforms(replace(LOW, platforms=("linux/arm64/v8", ARM))) == [(ARM,)]


def test_the_platform_is_a_part_of_digests() -> None:
    repository = FakeRepository()
    repository.add("c1", {})
    images = [with_platforms((LOW,), own)[0] for own in (AMD, ARM)]
    chains = [chain_of(image, Sources(repository), lambda _: None) for image in images]
    assert chains[0].stages[0].digest != chains[1].stages[0].digest
    written = Written("FROM busybox\n", {})
    assert written.stage().digest != written.stage(platform=ARM).digest


def test_the_machine_that_builds_has_variables_of_its_own() -> None:
    found = platform_variables("linux/arm/v7", AMD)
    assert (found["TARGETARCH"], found["TARGETVARIANT"], found["BUILDARCH"]) == (
        *("arm", "v7"),
        "amd64",
    )
