"""Which image of an index is for a platform."""

import pytest

from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor, Index, Platform
from werfish.oci.reference import parse_reference
from werfish.storage.transfer.learn import for_platform

PLACE = parse_reference("registry.example/base:1")


def child(name: str, platform: Platform | None) -> Descriptor:
    return Descriptor("application/json", f"sha256:{name * 64}", 2, platform=platform)


def chosen(wanted: Platform, *children: Descriptor) -> Descriptor:
    return for_platform(Index(children), wanted, PLACE)


AMD = child("a", Platform("linux", "amd64", ""))
ARM = child("b", Platform("linux", "arm64", "v8"))
SILENT = child("c", None)


def test_the_platform_decides() -> None:
    assert chosen(Platform("linux", "arm64", ""), SILENT, AMD, ARM) is ARM
    assert chosen(Platform("linux", "arm64", "v8"), AMD, ARM) is ARM


def test_a_lone_image_without_a_platform_is_for_any() -> None:
    assert chosen(Platform("linux", "amd64", ""), SILENT) is SILENT


@pytest.mark.parametrize("children", [(), (ARM,), (SILENT, SILENT), (SILENT, ARM)])
def test_nothing_else_is_guessed(children: tuple[Descriptor, ...]) -> None:
    with pytest.raises(RegistryError, match="it has no image for linux/amd64"):
        chosen(Platform("linux", "amd64", ""), *children)
