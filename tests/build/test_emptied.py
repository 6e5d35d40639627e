"""Which folders go with their last file, and that finding out takes one look."""

from collections.abc import Iterable

from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree
from werfish.build.emptied import emptied_folders
from werfish.oci.layer import EntryKind, LayerEntry


class WatchedTree(FakeImageTree):
    """Keeps what was asked: each listing may mean that an image's folder is streamed."""

    def names_below(self, path: str) -> Iterable[str]:
        """Note *path*."""
        self.contents[path] = b"listed"
        return FakeImageTree.names_below(self, path)


def whiteouts(*paths: str) -> dict[str, LayerEntry]:
    return {path: LayerEntry(path, EntryKind.WHITEOUT) for path in paths}


def test_a_tree_of_folders_is_listed_once() -> None:
    tree = WatchedTree({"m": FOLDER, "m/a": FOLDER, "m/a/f": FILE, "m/b": FOLDER, "m/b/f": FILE})
    assert emptied_folders(["m", "m/a", "m/b"], whiteouts("m/a/f", "m/b/f"), tree) == {"m"}
    assert list(tree.contents) == ["m"]


def test_what_is_left_holds_the_folders_above_it_only() -> None:
    tree = FakeImageTree(
        {"m": FOLDER, "m/a": FOLDER, "m/a/f": FILE, "m/b": FOLDER, "m/b/f": FILE, "m/b/own": FILE}
    )
    assert emptied_folders(["m", "m/a", "m/b"], whiteouts("m/a/f", "m/b/f"), tree) == {"m/a"}


def test_an_empty_folder_of_instructions_is_something_too() -> None:
    tree = FakeImageTree({"m": FOLDER, "m/f": FILE, "m/cache": FOLDER})
    assert emptied_folders(["m"], whiteouts("m/f"), tree) == set()
