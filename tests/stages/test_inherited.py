"""Mounts pass on to the images that are built from an image."""

from stages.image import ImageSpec
from stages.inherited import with_inherited_mounts
from stages.mount import Mount, MountKind

BELOW = ImageSpec(
    "below", "base:1", mounts=(Mount("/a", MountKind.TMP_DIR), Mount("/b", MountKind.BUILD_DIR))
)


def test_mounts_are_inherited_and_replaced() -> None:
    own = Mount("/a", MountKind.CUSTOM_DIR, "/host")
    middle = ImageSpec("middle", "", base_image="below", mounts=(own,))
    top = ImageSpec("top", "", base_image="middle")
    images = with_inherited_mounts((top, BELOW, middle))
    assert [image.name for image in images] == ["top", "below", "middle"]
    expected = (own, Mount("/b", MountKind.BUILD_DIR))
    assert [image.mounts for image in images] == [expected, BELOW.mounts, expected]


def test_what_is_built_from_something_else_has_its_own() -> None:
    """An image of a Dockerfile, for instance, is not among them."""
    image = ImageSpec("app", "", base_image="dockerfile", mounts=BELOW.mounts)
    assert with_inherited_mounts((image,)) == (image,)


def test_the_nameless_image_is_below_none() -> None:
    (image,) = with_inherited_mounts([ImageSpec("", "busybox", mounts=BELOW.mounts)])
    assert image.mounts == BELOW.mounts
