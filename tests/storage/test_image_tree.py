"""The files of an image in a registry: its layers on top of each other, as an engine would."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.base_image import ROOT, TIME, put_base_image
from tests.fakes.registry import FakeRegistry, running
from tests.storage.repo_machine import RepoMachine
from werfish.oci.facts import Fact, resolve
from werfish.oci.image_files import ImageFiles
from werfish.oci.layer import EntryKind
from werfish.oci.reference import Repository
from werfish.storage.repo.layer_archive import UnreadableLayerError
from werfish.storage.repo.lost import LostError

FOLDER, FILE, LINK = EntryKind.DIRECTORY, EntryKind.FILE, EntryKind.SYMLINK
SECOND = {
    "app/": "",
    "app/d/": "",
    "app/d/run": "run",
    "app/d!": "bang",
    "app/e": "=> app/d/run",
    "app/old": "old",
    "app/swept/": "",
    "app/swept/a": "a",
    "app/swept/deep/": "",
    "app/swept/deep/b": "b",
    "app/gone/": "",
    "app/gone/c": "c",
}
THIRD = {
    "app/": "",
    "app/.wh.old": "",
    "app/.wh.gone": "",
    "app/swept/": "",
    "app/swept/.wh..wh..opq": "",
    "app/swept/new": "new",
    "app/d!": "changed",
    "etc/": "",
    "etc/group": "root:x:0:\nmine:x:9:\n",
}


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with running(FakeRegistry()) as registry:
        yield registry


@contextmanager
def tree_of(
    registry: FakeRegistry, folder: Path, *layers: Mapping[str, str]
) -> Iterator[ImageFiles]:
    put_base_image(registry, "library/base", "1", *layers)
    machine = RepoMachine(folder, Repository(registry.host, "stages"))
    image = machine.backend.resolve_base(f"{registry.host}/library/base:1").image
    with machine.backend.tree(image) as tree:
        yield tree


def test_links_are_followed_inside_the_image(registry: FakeRegistry, tmp_path: Path) -> None:
    with tree_of(registry, tmp_path, ROOT) as tree:
        assert tree.lookup("bin") == Fact(LINK, 0o777, 0, 0, TIME, "usr/bin")
        assert resolve("bin/tool", tree) == "usr/bin/tool"
        assert tree.read("bin/tool") == b"#!/bin/sh\n"
        assert tree.lookup("usr/bin/none") is None


def test_upper_layers_hide_and_remove(registry: FakeRegistry, tmp_path: Path) -> None:
    with tree_of(registry, tmp_path, ROOT, SECOND, THIRD) as tree:
        assert tree.lookup("app/old") is None
        assert tree.lookup("app/gone/c") is None
        assert tree.lookup("app/swept/a") is None
        assert tree.lookup("app/swept/new") is not None
        assert list(tree.names_below("app/swept")) == ["app/swept/new"]
        assert [*tree.names_below("app")] == sorted(
            ["app/d", "app/d!", "app/d/run", "app/e", "app/swept", "app/swept/new"]
        )
        assert tree.read("etc/group") == THIRD["etc/group"].encode()
        assert (tree.read("etc/passwd") or b"").startswith(b"root:")


def test_files_are_streamed_with_their_contents(registry: FakeRegistry, tmp_path: Path) -> None:
    """Folders first, names in the order of their bytes; the first name of a file has its bytes."""
    with tree_of(registry, tmp_path, ROOT, SECOND, THIRD) as tree:
        found = [
            (file.path, b"".join(file.content), file.same_as, file.fact and file.fact.kind)
            for file in tree.stream("app")
        ]
    assert found == [
        ("", b"", "", FOLDER),
        ("d", b"", "", FOLDER),
        ("d/run", b"run", "", FILE),
        ("d!", b"changed", "", FILE),
        ("e", b"", "d/run", FILE),
        ("swept", b"", "", FOLDER),
        ("swept/new", b"new", "", FILE),
    ]


def test_one_file_is_streamed(registry: FakeRegistry, tmp_path: Path) -> None:
    with tree_of(registry, tmp_path, ROOT, SECOND) as tree:
        [file] = [(one.path, b"".join(one.content)) for one in tree.stream("app/e")]
        assert file == ("", b"run")
        assert list(tree.stream("app/none")) == []


def test_a_file_may_be_one_more_name_of_one_in_a_layer_below(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    """Its archive has the link alone; engines link to what the layers below have."""
    second = {"app/": "", "app/copy": "=> usr/bin/tool", "app/last": "=> app/copy"}
    third = {"usr/bin/tool": "another"}
    with tree_of(registry, tmp_path, ROOT, second, third) as tree:
        assert tree.read("app/last") == b"#!/bin/sh\n"
        found = {file.path: (b"".join(file.content), file.same_as) for file in tree.stream("app")}
    assert found == {"": (b"", ""), "copy": (b"#!/bin/sh\n", ""), "last": (b"", "copy")}


def test_a_link_to_nothing_is_an_error(registry: FakeRegistry, tmp_path: Path) -> None:
    second = {"app/": "", "app/e": "=> app/none"}
    with (
        tree_of(registry, tmp_path, ROOT, second) as tree,
        pytest.raises(UnreadableLayerError, match="app/none"),
    ):
        list(tree.stream("app"))


def test_everything_is_streamed(registry: FakeRegistry, tmp_path: Path) -> None:
    with tree_of(registry, tmp_path, ROOT, SECOND) as tree:
        names = {file.path for file in tree.stream("")}
    assert {"", "bin", "etc/passwd", "usr/bin/tool", "app/swept/deep/b"} <= names


def test_what_is_every_containers_own_is_not_streamed(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    """A daemon cannot give it: an import would be another layer with one than without."""
    files = {"etc/": "", "etc/hosts": "127.0.0.1", "etc/hosts.d/": "", "etc/hosts.d/x": "x"}
    with tree_of(registry, tmp_path, files) as tree:
        assert [file.path for file in tree.stream("etc")] == ["", "hosts.d", "hosts.d/x"]


def test_a_large_layer_is_read_by_one_machine(registry: FakeRegistry, tmp_path: Path) -> None:
    """The next one finds what it holds beside the stages, in one request."""
    files = {**ROOT, "noise": _noise()}
    for name in ("one", "two"):
        registry.seen.clear()
        with tree_of(registry, tmp_path / name, files) as tree:
            assert tree.lookup("usr/bin/tool") is not None
            assert (tree.read("etc/passwd") or b"").startswith(b"root:")
    assert len(registry.requests("GET", "/library/base/blobs/")) == 1  # the configuration
    assert len(registry.requests("GET", "/stages/manifests/facts-")) == 1


def test_a_layer_whose_bytes_are_broken_does_not_count(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    """Though what is wrong shows first as an archive that cannot be read."""
    put_base_image(registry, "library/base", "1", {**ROOT, "noise": _noise()})
    blobs = registry.repository("library/base").blobs
    layer = max(blobs, key=lambda digest: len(blobs[digest]))
    blobs[layer] = b"x" + blobs[layer][1:]
    machine = RepoMachine(tmp_path, Repository(registry.host, "stages"))
    image = machine.backend.resolve_base(f"{registry.host}/library/base:1").image
    with machine.backend.tree(image) as tree, pytest.raises(LostError):
        tree.lookup("usr/bin/tool")


def test_what_was_asked_is_not_read_again(registry: FakeRegistry, tmp_path: Path) -> None:
    for _ in range(2):
        registry.seen.clear()
        with tree_of(registry, tmp_path, ROOT) as tree:
            assert tree.read("etc/group") is not None
    assert len(registry.requests("GET", "/library/base/blobs/")) == 1


def _noise() -> str:
    return random.Random(1).randbytes(100_000).hex()


def test_layer_packed_by_zstd_is_refused_by_name(registry: FakeRegistry, tmp_path: Path) -> None:
    put_base_image(registry, "library/base", "1", packed=lambda one: b"\x28\xb5\x2f\xfd" + one)
    machine = RepoMachine(tmp_path, Repository(registry.host, "stages"))
    image = machine.backend.resolve_base(f"{registry.host}/library/base:1").image
    with (
        pytest.raises(UnreadableLayerError, match="compressed with zstd") as caught,
        machine.backend.tree(image) as tree,
    ):
        tree.lookup("etc")
    assert "gzip" in caught.value.hint
