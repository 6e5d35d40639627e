"""What holds for every backend that puts layers of ours on images."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from werfish.containers.backend import (
    Backend,
    LocalImage,
)
from werfish.oci.config import ImageConfig
from werfish.oci.facts import Fact, resolve
from werfish.oci.image_files import ImageFile
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.storage.blobs import BlobStore

FOLDER, FILE = EntryKind.DIRECTORY, EntryKind.FILE
LINK, WHITEOUT = EntryKind.SYMLINK, EntryKind.WHITEOUT
TIME = 1_700_000_000
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")


def contents(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
    """Give each source its own name and a newline as content."""
    for source in sources:
        raw = f"{source}\n".encode()
        yield len(raw), (raw,)


def config_on(base: ImageConfig, **labels: str) -> ImageConfig:
    """Return the base's configuration with *labels*, and a time that does not depend on a clock."""
    runtime = {**base.runtime, "Labels": {**base.labels, **labels}}
    return replace(base, created="2023-11-14T22:13:20Z", runtime=runtime)


class LayerContract:
    """The laws of layers, on the fixtures of `BackendContract`."""

    @pytest.fixture
    def put(
        self, backend: Backend, base: LocalImage, blobs: BlobStore
    ) -> Callable[..., LocalImage]:
        """Return a function that puts entries on an image, by default on the base."""

        def put_layer(*entries: LayerEntry, on: LocalImage = base, tag: str = "") -> LocalImage:
            layer = blobs.write(entries, contents)
            config = config_on(on.config).with_layers((layer.diff_id,), "test")
            return backend.assemble(on, (layer,), config, tag)

        return put_layer

    def test_the_same_again_is_the_same_image(self, put: Callable[..., LocalImage]) -> None:
        entries = (LayerEntry("d", FOLDER, mtime=TIME), LayerEntry("d/f", FILE, source="x"))
        assert put(*entries) == put(*entries)

    def test_files_have_what_their_entries_say(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        image = put(
            LayerEntry("app", FOLDER, mode=0o750, uid=7, gid=8, mtime=TIME),
            LayerEntry("app/run", FILE, mode=0o4755, uid=1500, gid=1501, mtime=TIME, source="x"),
            LayerEntry("app/l", LINK, link="../usr/bin", mtime=TIME),
        )
        with backend.tree(image) as tree:
            assert tree.lookup("app") == Fact(FOLDER, 0o750, 7, 8, TIME)
            assert tree.lookup("app/run") == Fact(FILE, 0o4755, 1500, 1501, TIME)
            assert tree.lookup("app/l") == Fact(LINK, 0o777, 0, 0, TIME, "../usr/bin")
            assert tree.read("app/run") == b"x\n"
            assert list(tree.names_below("app")) == ["app/l", "app/run"]

    def test_names_need_not_be_text(
        self, backend: Backend, base: LocalImage, put: Callable[..., LocalImage]
    ) -> None:
        """Git takes any bytes, and so does an image, whoever wrote its layers."""
        with backend.tree(base) as tree:
            assert tree.lookup("usr/\udcff") is None
        image = put(LayerEntry("app", FOLDER), LayerEntry("app/\udcff", FILE, source="x"))
        with backend.tree(image) as tree:
            assert tree.read("app/\udcff") == b"x\n"
            assert [file.path for file in tree.stream("app")] == ["", "\udcff"]

    def test_files_are_streamed_as_they_are(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        """Folders first, names in order; the first name of a file has the content."""
        capable = (("security.capability", CAPABILITY),)
        image = put(
            LayerEntry("app", FOLDER, mode=0o1777, uid=7, gid=8, mtime=TIME),
            LayerEntry("app/d", FOLDER, mode=0o2755, mtime=TIME),
            LayerEntry("app/d/run", FILE, 0o4755, 5, 6, TIME, source="x", attributes=capable),
            LayerEntry("app/d!", FILE, 0o600, mtime=TIME),
            LayerEntry(
                *("app/e", EntryKind.HARDLINK, 0o4755, 5, 6, TIME),
                link="app/d/run",
                attributes=capable,
            ),
            LayerEntry("app/l", LINK, link="d", mtime=TIME),
        )
        run = Fact(FILE, 0o4755, 5, 6, TIME)
        with backend.tree(image) as tree:
            streamed = [(file, b"".join(file.content)) for file in tree.stream("app")]
            [(one, content)] = [(file, b"".join(file.content)) for file in tree.stream("app/e")]
            assert [file.path for file in tree.stream("app/l")] == [""]
            assert list(tree.stream("app/none")) == []
        assert streamed == [
            (ImageFile("", Fact(FOLDER, 0o1777, 7, 8, TIME)), b""),
            (ImageFile("d", Fact(FOLDER, 0o2755, 0, 0, TIME)), b""),
            (ImageFile("d/run", run, attributes=capable), b"x\n"),
            (ImageFile("d!", Fact(FILE, 0o600, 0, 0, TIME)), b""),
            (ImageFile("e", run, same_as="d/run", attributes=capable), b""),
            (ImageFile("l", Fact(LINK, 0o777, 0, 0, TIME, "d")), b""),
        ]
        assert (one, content) == (ImageFile("", run, attributes=capable), b"x\n")

    def test_what_an_engine_makes_is_not_streamed(self, backend: Backend, base: LocalImage) -> None:
        with backend.tree(base) as tree:
            names = {file.path for file in tree.stream("")}
        assert {"", "etc/passwd", "usr/bin"} <= names
        assert names.isdisjoint({".dockerenv", "etc/hostname", "etc/hosts", "dev/console"})

    def test_odd_names_survive(self, backend: Backend, put: Callable[..., LocalImage]) -> None:
        names = ["with space", "new\nline", "ü" * 50, "x" * 120, "\udcff\udcfe"]
        image = put(
            LayerEntry("odd", FOLDER, mtime=TIME),
            *(LayerEntry(f"odd/{name}", FILE, mtime=TIME, source="x") for name in names),
        )
        with backend.tree(image) as tree:
            assert list(tree.names_below("odd")) == sorted(f"odd/{name}" for name in names)

    def test_whiteouts_remove_files_and_folders(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        below = put(
            LayerEntry("d", FOLDER),
            LayerEntry("d/sub", FOLDER),
            LayerEntry("d/sub/f", FILE, source="x"),
            LayerEntry("d/file", FILE, source="x"),
            LayerEntry("d/kept", FILE, source="x"),
        )
        image = put(
            LayerEntry("d", FOLDER),
            LayerEntry("d/sub", WHITEOUT),
            LayerEntry("d/file", WHITEOUT),
            on=below,
        )
        with backend.tree(image) as tree:
            assert tree.lookup("d/sub") is None
            assert tree.lookup("d/sub/f") is None
            assert list(tree.names_below("d")) == ["d/kept"]

    def test_parents_that_are_written_again_stay_as_they_were(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        home = LayerEntry("home", FOLDER, mtime=TIME)
        private = LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME)
        below = put(home, private)
        image = put(home, private, LayerEntry("home/app/f", FILE, source="x"), on=below)
        with backend.tree(image) as tree:
            assert tree.lookup("home/app") == Fact(FOLDER, 0o700, 1500, 1500, TIME)

    def test_a_link_above_a_file_survives(
        self, backend: Backend, base: LocalImage, put: Callable[..., LocalImage]
    ) -> None:
        with backend.tree(base) as tree:
            path = resolve("bin/our-tool", tree)
        assert path == "usr/bin/our-tool"
        image = put(
            LayerEntry("usr", FOLDER), LayerEntry("usr/bin", FOLDER), LayerEntry(path, FILE)
        )
        with backend.tree(image) as tree:
            link = tree.lookup("bin")
            assert link is not None
            assert link.kind is LINK
            assert tree.lookup("usr/bin/our-tool") is not None
