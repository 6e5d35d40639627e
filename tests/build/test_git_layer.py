"""Git content as layers: what the image below has survives, and patches reach any commit."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages import GitMapping, ImageSpec
from stages.kinds.git import changes_of
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree, link
from tests.fakes.repository import FakeRepository
from werfish.build.git_layer import Content, archive_entries, patch_entries
from werfish.build.in_the_way import InTheWayError
from werfish.build.owners import UnknownOwnerError
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind, LayerEntry

TIME = 1_700_000_000
APP = GitMapping(to="/app")


def archive(
    files: dict[str, str], tree: FakeImageTree, *mappings: GitMapping
) -> dict[str, LayerEntry]:
    repository = FakeRepository()
    repository.add("c1", files)
    found = repository.entries("c1")
    entries = archive_entries([Content(one, found, TIME) for one in mappings or (APP,)], tree)
    return linked(entries, repository)


def patch(
    tree: FakeImageTree, before: dict[str, str], after: dict[str, str], *mappings: GitMapping
) -> dict[str, LayerEntry]:
    repository = FakeRepository()
    repository.add("c1", before)
    repository.add("c2", after)
    image = ImageSpec("app", "base", mappings=mappings or (APP,))
    found = repository.entries("c2")
    changes = changes_of(image, {"": repository}, {"": "c1"})
    entries = patch_entries([Content(one, found, TIME, what) for one, what in changes], tree)
    return linked(entries, repository)


def linked(entries: Iterable[LayerEntry], repository: FakeRepository) -> dict[str, LayerEntry]:
    """Give links their targets, as is done before a layer is written."""
    return {
        entry.path: replace(entry, link=repository.blobs[entry.source].decode())
        if entry.kind is EntryKind.SYMLINK
        else entry
        for entry in entries
    }


def test_new_folders_are_written_with_the_commit_time() -> None:
    layer = archive({"src/main.py": "x"}, FakeImageTree())
    assert list(layer) == ["app", "app/src", "app/src/main.py"]
    assert {entry.mtime for entry in layer.values()} == {TIME}
    assert layer["app/src/main.py"].mode == 0o644


def test_a_parent_folder_of_the_image_keeps_its_attributes() -> None:
    home = Fact(EntryKind.DIRECTORY, 0o700, 1000, 1000, 5)
    tree = FakeImageTree({"home": FOLDER, "home/app": home})
    layer = archive({"x": "1"}, tree, GitMapping(to="/home/app/site"))
    assert (layer["home/app"].mode, layer["home/app"].uid, layer["home/app"].mtime) == (
        0o700, 1000, 5,
    )  # fmt: skip


def test_links_of_the_image_are_followed() -> None:
    tree = FakeImageTree({"bin": link("usr/bin"), "usr": FOLDER, "usr/bin": FOLDER})
    layer = archive({"bin/tool": "1"}, tree, GitMapping(to="/"))
    assert "bin" not in layer
    assert layer["usr/bin/tool"].kind is EntryKind.FILE


def test_a_link_that_leads_nowhere_yet_is_followed_too() -> None:
    layer = archive({"app.pid": "1"}, FakeImageTree({"var": FOLDER, "var/run": link("/run")}),
                    GitMapping(to="/var/run"))  # fmt: skip
    assert layer["run"].kind is EntryKind.DIRECTORY
    assert "run/app.pid" in layer
    assert "var/run" not in layer


@pytest.mark.parametrize(
    ("files", "mapping", "way"),
    [
        pytest.param(
            {"x": "1"}, GitMapping(to="/etc", add="/x"), "etc", id="file-over-a-full-folder"
        ),
        pytest.param({"etc": "-> x"}, GitMapping(to="/"), "etc", id="link-over-a-full-folder"),
        pytest.param({"x": "1"}, GitMapping(to="/etc/passwd"), "etc/passwd", id="place-is-a-file"),
        pytest.param({"x": "1"}, GitMapping(to="/etc/passwd/a"), "etc/passwd", id="file-above"),
        pytest.param({"passwd/x": "1"}, GitMapping(to="/etc"), "etc/passwd", id="folder-over-file"),
    ],
)
def test_what_the_image_has_is_not_destroyed(
    files: dict[str, str], mapping: GitMapping, way: str
) -> None:
    """A `git.to` that slipped replaced all of /etc by one file, and the build went through."""
    tree = FakeImageTree({"etc": FOLDER, "etc/passwd": FILE})
    with pytest.raises(InTheWayError) as error:
        archive(files, tree, mapping)
    assert error.value.path == way


@pytest.mark.parametrize(
    ("files", "mapping", "problem", "hint"),
    [
        pytest.param(
            {"x": "1"},
            GitMapping(to="/etc", add="/x", line=7),
            '"/etc" is a folder in the image, and "/x" is a file',
            "write to: /etc/x",
            id="all-there-is",
        ),
        pytest.param(
            {"d/etc": "1"},
            GitMapping(to="/", add="/d", line=7),
            '"/etc" is a folder in the image, and "/d/etc" is a file',
            "correct git.to, or leave the file out with excludePaths",
            id="one-of-many",
        ),
        pytest.param(
            {"passwd/x": "1"},
            GitMapping(to="/etc", line=7),
            '"/etc/passwd" is no folder in the image, and a folder comes',
            "correct git.to, or remove what is there in beforeInstall",
            id="folder-over-file",
        ),
    ],
)
def test_what_would_destroy_is_told_with_its_line_and_what_to_write(
    files: dict[str, str], mapping: GitMapping, problem: str, hint: str
) -> None:
    """Nobody wants to remove /etc."""
    tree = FakeImageTree({"etc": FOLDER, "etc/passwd": FILE})
    with pytest.raises(InTheWayError, match=problem) as error:
        archive(files, tree, GitMapping(to="/other", exclude_paths=("*",), line=3), mapping)
    assert (error.value.hint, error.value.line) == (hint, 7)


def test_a_file_is_not_the_root_of_an_image() -> None:
    """Even where `git.add` was a folder when the image was first built."""
    root = GitMapping(to="/", add="/x")
    with pytest.raises(InTheWayError, match='"/" is a folder'):
        archive({"x": "1"}, FakeImageTree(), root)
    with pytest.raises(InTheWayError, match='"/" is a folder'):
        patch(FakeImageTree({"y": FILE}), {"x/y": "1"}, {"x": "1"}, root)


@pytest.mark.parametrize("is_turned", [False, True])
def test_no_mapping_destroys_what_another_brings(is_turned: bool) -> None:
    """Whichever came last used to win, and the rest was missing in the image."""
    mappings = [GitMapping(to="/app", add="/a"), GitMapping(to="/app/sub/deep", add="/b")]
    mappings = mappings[:: -1 if is_turned else 1]
    refused = 'the file "a/sub" by one mapping, and a folder for git.to: /app/sub/deep'
    with pytest.raises(InTheWayError, match=refused):
        archive({"a/sub": "1", "b/x": "2"}, FakeImageTree(), *mappings)
    with pytest.raises(InTheWayError, match=refused):
        patch(FakeImageTree(), {"b/x": "2"}, {"a/sub": "1", "b/x": "2"}, *mappings)
    same = [GitMapping(to="/app", add="/a"), GitMapping(to="/app", add="/b")]
    with pytest.raises(InTheWayError, match="a file by one mapping and a folder by another"):
        archive({"a/sub": "1", "b/sub/x": "2"}, FakeImageTree(), *same[:: -1 if is_turned else 1])


def test_a_file_takes_the_place_of_a_file_or_an_empty_folder() -> None:
    tree = FakeImageTree({"srv": FOLDER, "srv/empty": FOLDER, "srv/file": FILE})
    layer = archive({"empty": "1", "file": "2"}, tree, GitMapping(to="/srv"))
    assert [layer[f"srv/{name}"].kind for name in ("empty", "file")] == [EntryKind.FILE] * 2


def test_owners_by_name_come_from_the_image() -> None:
    tree = FakeImageTree(contents={
        "etc/passwd": b"root:x:0:0::/:/bin/sh\napp:x:1001:1002::/:/bin/sh\n",
        "etc/group": b"www:x:33:\n",
    })  # fmt: skip
    owned = archive({"a": ""}, tree, replace(APP, owner="app"))["app/a"]
    grouped = archive({"a": ""}, tree, replace(APP, owner="7", group="www"))["app/a"]
    assert (owned.uid, owned.gid, grouped.uid, grouped.gid) == (1001, 1002, 7, 33)


def test_folders_outside_of_the_place_belong_to_root() -> None:
    layer = archive({"a": ""}, FakeImageTree(), GitMapping(to="/srv/app", owner="7"))
    assert (layer["srv"].uid, layer["srv/app"].uid) == (0, 7)


def test_an_unknown_owner_is_named() -> None:
    with pytest.raises(UnknownOwnerError, match='user "nobody" is not in the image'):
        archive({"a": ""}, FakeImageTree(), replace(APP, owner="nobody"))


def test_an_unselected_tree_still_makes_its_place() -> None:
    assert list(archive({"a": ""}, FakeImageTree(), replace(APP, include_paths=("b",)))) == ["app"]


def test_a_patch_holds_only_what_changed() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/a": FILE, "app/b": FILE})
    layer = patch(tree, {"a": "1", "b": "1"}, {"a": "2", "b": "1"})
    assert list(layer) == ["app", "app/a"]


def test_an_emptied_folder_goes_with_its_last_file() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/d": FOLDER, "app/d/e": FOLDER, "app/d/e/f": FILE})
    layer = patch(tree, {"d/e/f": "1", "a": ""}, {"a": ""})
    assert layer["app/d"].kind is EntryKind.WHITEOUT
    assert not [path for path in layer if path.startswith("app/d/")]


def test_an_emptied_folder_that_is_the_place_of_another_mapping_stays() -> None:
    """As in an image that is built anew."""
    one, two = GitMapping(to="/app"), GitMapping(to="/app/d/e", include_paths=("none",))
    tree = FakeImageTree({"app": FOLDER, "app/d": FOLDER, "app/d/e": FOLDER, "app/d/e/f": FILE})
    tree.apply(tuple(patch(tree, {"d/e/f": "1", "a": ""}, {"a": ""}, one, two).values()))
    assert sorted(tree.facts) == ["app", "app/d", "app/d/e"]


def test_a_folder_with_files_of_the_users_instructions_stays() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/d": FOLDER, "app/d/f": FILE, "app/d/made": FILE})
    layer = patch(tree, {"d/f": "1", "a": ""}, {"a": ""})
    assert layer["app/d/f"].kind is EntryKind.WHITEOUT
    assert layer["app/d"].kind is EntryKind.DIRECTORY


def test_an_emptied_folder_that_instructions_made_a_link_of_stays() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/d": link("/data"), "data": FOLDER, "data/f": FILE})
    layer = patch(tree, {"d/f": "1", "a": ""}, {"a": ""})
    assert {path for path, entry in layer.items() if entry.kind is EntryKind.WHITEOUT} == {"data/f"}


def test_a_file_that_instructions_removed_needs_no_whiteout() -> None:
    assert patch(FakeImageTree({"app": FOLDER}), {"f": "1", "a": ""}, {"a": ""}) == {}


def test_a_file_in_place_of_a_folder() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/x": FOLDER, "app/x/y": FILE})
    layer = patch(tree, {"x/y": "1"}, {"x": "2"})
    assert layer["app/x"].kind is EntryKind.FILE
    assert list(layer) == ["app", "app/x"]


def test_a_folder_in_place_of_a_file() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/x": FILE})
    layer = patch(tree, {"x": "1"}, {"x/y": "2"})
    assert layer["app/x"].kind is EntryKind.DIRECTORY
    assert layer["app/x/y"].kind is EntryKind.FILE


def test_a_folder_in_place_of_a_link_does_not_reach_where_the_link_led() -> None:
    """Followed, a link that git replaced would put the project's files into the system's."""
    tree = FakeImageTree({"app": FOLDER, "app/x": link("/etc"), "etc": FOLDER})
    layer = patch(tree, {"x": "-> /etc"}, {"x/passwd": "2"})
    assert list(layer) == ["app", "app/x", "app/x/passwd"]
    assert layer["app/x"].kind is EntryKind.DIRECTORY


def test_a_folder_that_instructions_made_a_link_of_is_followed() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/x": link("/data"), "data": FOLDER})
    assert "data/y" in patch(tree, {"x/y": "1"}, {"x/y": "2"})


def test_a_submodule_that_went_away_takes_its_empty_folder_along() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/m": FOLDER, "app/m/sub": FOLDER})
    layer = patch(tree, {"m/sub": "=> c1", "a": ""}, {"a": ""})
    assert layer["app/m"].kind is EntryKind.WHITEOUT


def test_a_submodule_in_place_of_a_link() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/x": link("/etc"), "etc": FOLDER})
    layer = patch(tree, {"x": "-> /etc", "a": ""}, {"x": "=> c1", "a": ""})
    assert layer["app/x"].kind is EntryKind.DIRECTORY


def test_a_path_that_another_mapping_brings_is_not_removed() -> None:
    tree = FakeImageTree({"app": FOLDER, "app/f": FILE})
    one, two = GitMapping(add="/one", to="/app"), GitMapping(add="/two", to="/app")
    layer = patch(tree, {"one/f": "1", "two/g": ""}, {"two/f": "2", "two/g": ""}, one, two)
    assert layer["app/f"].kind is EntryKind.FILE


names = st.sampled_from(["a", "b", "c"])
tree_paths = st.lists(names, min_size=1, max_size=3).map("/".join)


def _without_conflicts(files: dict[str, str]) -> dict[str, str]:
    """Leave out the files that are folders too."""
    return {
        path: text
        for path, text in files.items()
        if not any(other.startswith(path + "/") for other in files)
    }


texts = st.sampled_from(["1", "2", "-> a", "-> /app/b", "-> nowhere"])
trees = st.dictionaries(tree_paths, texts, max_size=6).map(_without_conflicts)


@given(st.lists(trees, min_size=2, max_size=4))
def test_patches_reach_what_an_archive_has(
    commits: list[dict[str, str]],
) -> None:
    commits = [{**files, "kept": ""} for files in commits]
    patched, fresh = FakeImageTree(), FakeImageTree()
    patched.apply(tuple(archive(commits[0], patched).values()))
    for before, after in pairwise(commits):
        patched.apply(tuple(patch(patched, before, after).values()))
    fresh.apply(tuple(archive(commits[-1], fresh).values()))
    assert patched.files() == fresh.files()
    assert set(patched.facts) == set(fresh.facts)


@given(trees, trees)
def test_files_of_instructions_survive_every_patch(
    before: dict[str, str], after: dict[str, str]
) -> None:
    tree = FakeImageTree()
    tree.apply(tuple(archive({**before, "kept": ""}, tree).values()))
    tree.facts["app/made"] = FILE
    tree.apply(tuple(patch(tree, {**before, "kept": ""}, {**after, "kept": ""}).values()))
    assert "app/made" in tree.facts
