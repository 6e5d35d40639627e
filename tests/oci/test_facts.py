"""Links are followed inside the image; what layers say is what the image would say."""

import pytest

from tests.fakes.tree import FakeTree
from werfish.oci.facts import LinkLoopError, resolve

TREE = FakeTree.of(
    {
        "usr/bin/": "",
        "bin": "-> usr/bin",
        "var/run": "-> /run",
        "run/": "",
        "srv/app/": "",
        "home/link": "-> ../../../../srv/./app",
        "a": "-> b",
        "b": "-> a",
        "dangling": "-> /opt/none",
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
        pytest.param("/", "", id="root"),
    ],
)
def test_resolve(path: str, real: str) -> None:
    assert resolve(path, TREE) == real


def test_a_loop_of_links_is_an_error() -> None:
    with pytest.raises(LinkLoopError, match='"/a/x"'):
        resolve("a/x", TREE)
