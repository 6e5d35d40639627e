"""Links are followed inside the image, as a kernel would with the image as root."""

import pytest

from tests.fakes.image_tree import FOLDER, FakeImageTree, link
from werfish.oci.facts import LinkLoopError, folders_above, resolve

TREE = FakeImageTree(
    {
        "usr": FOLDER,
        "usr/bin": FOLDER,
        "bin": link("usr/bin"),
        "var": FOLDER,
        "var/run": link("/run"),
        "home": FOLDER,
        "home/link": link("../../../../srv/./app"),
        "a": link("b"),
        "b": link("a"),
        "dangling": link("/opt/none"),
    }
)


@pytest.mark.parametrize(
    ("path", "real"),
    [
        pytest.param("bin/tool", "usr/bin/tool", id="relative-link"),
        pytest.param("/var/run/x", "run/x", id="absolute-link-starts-at-the-image-root"),
        pytest.param("home/link/x/y", "srv/app/x/y", id="dots-do-not-lead-out"),
        pytest.param("dangling/x", "opt/none/x", id="target-that-is-not-there"),
        pytest.param("new/folder", "new/folder", id="nothing-there"),
        pytest.param("bin/../lib", "usr/lib", id="dots-after-a-link-are-physical"),
        pytest.param("bin", "usr/bin", id="the-last-link-is-followed-too"),
        pytest.param("/", "", id="root"),
    ],
)
def test_resolve(path: str, real: str) -> None:
    assert resolve(path, TREE) == real


def test_a_loop_of_links_is_an_error() -> None:
    with pytest.raises(LinkLoopError, match='"/a/x"'):
        resolve("a/x", TREE)


def test_folders_above_go_inwards() -> None:
    assert folders_above("a/b/c") == ("a", "a/b")
    assert folders_above("a") == ()
