"""Imports as entries of a layer: merged into the image as it is, attributes as in the source."""

from io import BytesIO, StringIO

import pytest

from stages import ImageSpec, StageName
from stages.imports import Import
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree, link
from werfish.build.import_layer import FileInTheWayError, FolderInTheWayError, import_entries
from werfish.build.import_source import Importer, MissingImportError
from werfish.build.owners import UnknownOwnerError
from werfish.build.scratch import Scratch
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layer_writer import write_layer

STAGE = StageName.IMPORTS_AFTER_INSTALL
PRIVATE = Fact(EntryKind.DIRECTORY, 0o2750, 7, 8, 50)
TOOL = Fact(EntryKind.FILE, 0o4755, 7, 8, 60)
PINNED = "sha256:fd7b6d8e71278b9938e2bb3cce3ff92bf0ef68cec816bc469387447acd5c3a2d"
CAPABLE = (("security.capability", b"\1"),)


def source() -> FakeImageTree:
    """Return what there is to import."""
    return FakeImageTree(
        facts={
            "out": PRIVATE,
            "out/bin": FOLDER,
            "out/bin/tool": TOOL,
            "out/bin/tool-2": TOOL,
            "out/empty": FOLDER,
            "out/lib": FOLDER,
            "out/lib/a.so": link("a.so.1"),
            "out/lib/a.so.1": FILE,
            "out/lib/pipe": FILE,
            "latest": link("out"),
        },
        contents={"out/bin/tool": b"tool", "out/lib/a.so.1": b"so"},
        same_as={"out/bin/tool-2": "out/bin/tool"},
        attributes={"out/bin/tool": CAPABLE},
        special={"out/lib/pipe"},
    )


class Copy:
    """Imports from `source` into *tree*; *said* are the warnings."""

    def __init__(self, tree: FakeImageTree | None = None) -> None:
        self.tree = tree or FakeImageTree({"usr": FOLDER, "bin": link("usr/bin"), "etc": FOLDER})
        self.said = StringIO()
        self.scratch = Scratch(BytesIO())

    def __call__(self, *imports: Import) -> dict[str, LayerEntry]:
        importer = Importer(ImageSpec("app", "base"), self.scratch, self.said.write)
        taken = [importer.take(one, source()) for one in imports]
        return {entry.path: entry for entry in import_entries(taken, self.tree)}

    def content(self, entry: LayerEntry) -> bytes:
        [(_, pieces)] = self.scratch.read([entry.source])
        return b"".join(pieces)


def an_import(to: str, add: str = "/out", **more: tuple[str, ...] | str) -> Import:
    return Import(add, to, STAGE, "artifact", **more)  # type: ignore[arg-type]


def test_a_folder_is_merged_with_its_attributes_and_times() -> None:
    copy = Copy()
    entries = copy(an_import("/srv/app"))
    assert entries["srv"] == LayerEntry("srv", EntryKind.DIRECTORY, 0o755, 0, 0, 50)
    assert entries["srv/app"] == LayerEntry("srv/app", EntryKind.DIRECTORY, 0o2750, 7, 8, 50)
    tool = entries["srv/app/bin/tool"]
    assert (tool.mode, tool.uid, tool.gid, tool.mtime) == (0o4755, 7, 8, 60)
    assert tool.attributes == CAPABLE
    assert copy.content(tool) == b"tool"
    assert entries["srv/app/lib/a.so"].link == "a.so.1"
    assert "srv/app/empty" in entries


def test_the_layer_of_an_import_is_pinned() -> None:
    """A changed value here means that every user's imports change: say "rebuild" in the commit."""
    copy = Copy()
    entries = copy(an_import("/srv/app", owner="5"), an_import("/one", add="/out/bin/tool"))
    assert write_layer(entries.values(), copy.scratch.read, len) == PINNED


def test_names_of_one_file_stay_names_of_one_file() -> None:
    name = Copy()(an_import("/app"))["app/bin/tool-2"]
    assert (name.kind, name.link, name.mode) == (EntryKind.HARDLINK, "app/bin/tool", 0o4755)
    assert name.attributes == CAPABLE


def test_a_further_name_comes_alone_where_the_first_is_left_out() -> None:
    copy = Copy()
    entries = copy(an_import("/app", exclude_paths=("bin/tool",)))
    assert "app/bin/tool" not in entries
    assert entries["app/bin/tool-2"].kind is EntryKind.FILE
    assert copy.content(entries["app/bin/tool-2"]) == b"tool"


@pytest.mark.parametrize(
    ("include", "exclude", "brought"),
    [
        pytest.param(("lib/*.1",), (), {"app", "app/lib", "app/lib/a.so.1"}, id="parents-come"),
        pytest.param(("lib",), ("**/*.so",), {"app", "app/lib", "app/lib/a.so.1"}, id="excluded"),
        pytest.param((), ("lib", "bin"), {"app", "app/empty"}, id="only-excluded"),
        pytest.param(("**/tool",), (), {"app", "app/bin", "app/bin/tool"}, id="any-depth"),
        pytest.param(("none",), (), {"app"}, id="nothing"),
    ],
)
def test_globs_choose(
    include: tuple[str, ...], exclude: tuple[str, ...], brought: set[str]
) -> None:
    entries = Copy()(an_import("/app", include_paths=include, exclude_paths=exclude))
    assert set(entries) == brought


def test_globs_that_match_nothing_are_warned_of() -> None:
    copy = Copy()
    copy(an_import("/app", include_paths=("none",)))
    assert "no file matches includePaths" in copy.said.getvalue()


def test_pipes_and_devices_are_left_out_with_a_warning() -> None:
    copy = Copy()
    assert "app/lib/pipe" not in copy(an_import("/app"))
    assert '"lib/pipe" is a device, a pipe or a socket' in copy.said.getvalue()


def test_links_of_the_image_to_folders_are_followed() -> None:
    entries = Copy()(an_import("/"))
    assert "bin" not in entries
    assert entries["usr/bin/tool"].mode == 0o4755
    assert entries["usr/bin"].kind is EntryKind.DIRECTORY


def test_the_root_of_the_image_keeps_its_attributes() -> None:
    assert "" not in Copy()(an_import("/"))


def test_a_link_at_the_path_is_followed() -> None:
    assert "app/bin/tool" in Copy()(an_import("/app", add="/latest"))


def test_a_file_gets_the_name_of_its_place() -> None:
    entries = Copy()(an_import("/opt/new-name", add="/out/bin/tool"))
    assert set(entries) == {"opt", "opt/new-name"}


def test_a_file_goes_into_a_folder_that_the_image_has() -> None:
    assert set(Copy()(an_import("/etc", add="/out/bin/tool"))) == {"etc", "etc/tool"}


def test_a_file_in_place_of_a_folder_that_holds_something_is_refused() -> None:
    copy = Copy(FakeImageTree({"app": FOLDER, "app/lib": FOLDER, "app/lib/a.so.1": FOLDER}))
    copy(an_import("/app"))
    copy.tree.facts["app/lib/a.so.1/file"] = FILE
    with pytest.raises(FolderInTheWayError, match=r'"/app/lib/a\.so\.1" is a folder'):
        copy(an_import("/app"))


@pytest.mark.parametrize("to", ["/etc/passwd", "/link"])
def test_a_folder_in_place_of_a_file_is_refused(to: str) -> None:

    copy = Copy(FakeImageTree({"etc": FOLDER, "etc/passwd": FILE, "link": link("etc/passwd")}))
    with pytest.raises(FileInTheWayError, match=f'"{to}" is a file in the image'):
        copy(an_import(to))


def test_owners_are_looked_up_in_the_image_and_stay_where_none_is_given() -> None:
    copy = Copy()
    copy.tree.contents["etc/passwd"] = b"app:x:1500:1501::/:/bin/sh\n"
    copy.tree.contents["etc/group"] = b"www:x:33:\n"
    by_owner = copy(an_import("/app", owner="app"))["app/bin/tool"]
    by_group = copy(an_import("/app", group="www"))["app/bin/tool"]
    by_number = copy(an_import("/app", owner="0", group="0"))["app/bin/tool"]
    assert (by_owner.uid, by_owner.gid) == (1500, 8)
    assert (by_group.uid, by_group.gid) == (7, 33)
    assert (by_number.uid, by_number.gid) == (0, 0)


def test_an_unknown_owner_is_named_with_the_import() -> None:
    with pytest.raises(UnknownOwnerError, match='import "artifact:/out -> /app": user "nobody"'):
        Copy()(an_import("/app", owner="nobody"))


@pytest.mark.parametrize("add", ["/none", "/out/none", "/out/bin/tool/none"])
def test_a_missing_path_is_named(add: str) -> None:
    with pytest.raises(MissingImportError, match=f'image "artifact" has no "{add}"'):
        Copy()(an_import("/app", add=add))


def test_the_later_import_wins() -> None:
    copy = Copy()
    entries = copy(an_import("/app"), an_import("/app/bin/tool", add="/out/lib/a.so.1"))
    assert copy.content(entries["app/bin/tool"]) == b"so"
    assert entries["app/bin/tool-2"].kind is EntryKind.FILE
    assert copy.content(entries["app/bin/tool-2"]) == b"tool"


def test_a_file_takes_away_what_an_earlier_import_brought_below_it() -> None:
    entries = Copy()(
        an_import("/app"),
        an_import("/app/lib", add="/out/lib/a.so.1"),
        an_import("/app/lib/more", add="/out/bin/tool"),
    )
    assert {path for path in entries if path.startswith("app/lib")} == {"app/lib", "app/lib/more"}
    assert entries["app/lib"].kind is EntryKind.DIRECTORY
