"""The laws of reading files, the same for a work tree and for a commit of it."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.sources import FILE, SYMLINK, TreeEntry
from tests.git.work_tree import WorkTree
from werfish.config.commit_tree import CommitTree
from werfish.config.errors import MissingFileError, OutsideFolderError, UnreadableConfigError
from werfish.config.files import ConfigFiles
from werfish.config.folder_tree import FolderTree
from werfish.config.resolve import resolve
from werfish.config.tree import Kind
from werfish.git.repository import open_repository

Reader = Callable[[str], ConfigFiles]

CONTENT = {
    "a.txt": b"a",
    "conf/x.yaml": b"x",
    "conf/deep/er/y.yaml": b"y",
    "conf/.hidden.yaml": b"h",
    "odd \xff name": b"odd",
    "other/z": b"z",
}
LINKS = {
    "file-link": "conf/x.yaml",
    "folder-link": "conf",
    "conf/up": "../a.txt",
    "conf/chain.yaml": "../folder-link/deep/../../file-link",
    "dangling": "nowhere",
    "loop": "loop-b",
    "loop-b": "loop",
    "absolute": "/etc/passwd",
    "out": "../secret",
    "out-chain": "conf/out-folder/secret",
    "conf/out-folder": "../..",
    "through-file": "a.txt/x",
}


@pytest.fixture(params=["work tree", "commit"])
def reader(request: pytest.FixtureRequest, work: WorkTree) -> Reader:
    """Return a function that gives the files below a folder of the repository."""
    (work.root.parent / "secret").write_bytes(b"secret")
    for path, content in CONTENT.items():
        work.write(os.fsencode(path) if path.isascii() else path.encode("latin-1"), content)
    for path, target in LINKS.items():
        (work.root / path).symlink_to(target)
    work.commit()
    if request.param == "work tree":
        return lambda folder: ConfigFiles(work.root, FolderTree(work.root / folder))
    repository = open_repository(work.root)

    def committed(folder: str) -> ConfigFiles:
        entries = repository.entries_below(work.root / folder)
        return ConfigFiles(work.root, CommitTree(entries, repository.read_blobs))

    return committed


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.txt", b"a"),
        ("/a.txt", b"a"),
        ("./conf//x.yaml", b"x"),
        ("conf/../a.txt", b"a"),
        ("file-link", b"x"),
        ("folder-link/deep/er/y.yaml", b"y"),
        ("folder-link/../a.txt", b"a"),
        ("conf/up", b"a"),
        ("conf/chain.yaml", b"x"),
        ("odd \udcff name", b"odd"),
    ],
)
def test_what_is_inside_is_read(reader: Reader, path: str, content: bytes) -> None:
    files = reader("")
    assert files.read(path) == content
    assert files.exists(path)
    assert not files.is_folder(path)


@pytest.mark.parametrize(
    "path",
    [
        *("../secret", "conf/../../secret", "..", "../work/a.txt"),
        *("absolute", "out", "out-chain", "conf/out-folder", "conf/out-folder/secret"),
        "folder-link/out-folder/secret",
    ],
)
def test_what_leads_out_is_refused(reader: Reader, path: str) -> None:
    files = reader("")
    for ask in (files.read, files.exists, files.is_folder):
        with pytest.raises(OutsideFolderError, match="it leads out of the folder"):
            ask(path)


def test_a_folder_is_a_boundary_of_its_own(reader: Reader) -> None:
    files = reader("conf")
    assert files.read("x.yaml") == b"x"
    for path in ("up", "../a.txt", "chain.yaml"):
        with pytest.raises(OutsideFolderError):
            files.read(path)


@pytest.mark.parametrize(
    "path",
    [
        "no",
        "conf/no",
        "a.txt/no",
        "dangling",
        "through-file",
        "n\0",
        "x" * 300,
        ".git/HEAD",
        "no/../../secret",
    ],
)
def test_what_is_not_there(reader: Reader, path: str) -> None:
    """As for the system, there is no way through a folder that is not there."""
    files = reader("")
    assert not files.exists(path)
    with pytest.raises(MissingFileError, match="no such file"):
        files.read(path)


def test_a_file_of_a_submodule_that_is_not_checked_out(work: WorkTree) -> None:
    work.write("conf/x.yaml", b"x")
    modules = b'[submodule "lib"]\n\tpath = vendor/lib\n[submodule "b"]\npath = conf\n'
    work.write(".gitmodules", modules)
    work.commit()
    repository = open_repository(work.root)
    entries = repository.entries_below(work.root)
    for tree in (FolderTree(work.root), CommitTree(entries, repository.read_blobs)):
        files = ConfigFiles(work.root, tree)
        with pytest.raises(MissingFileError, match=r'submodule "vendor/lib" is not checked out;'):
            files.read("./vendor/lib/x.tmpl")
        assert 'submodule "vendor/lib"' in files.unfetched("vendor/lib")
        assert 'submodule "vendor/lib"' in files.unfetched("vendor", below=True)
        assert not files.unfetched("vendor")
        assert not files.unfetched("conf", below=True)
        for path in ("vendor/other/x", "conf/absent"):
            with pytest.raises(MissingFileError) as caught:
                files.read(path)
            assert "submodule" not in str(caught.value)


def test_folders(reader: Reader) -> None:
    files = reader("")
    assert [files.is_folder(path) for path in ("conf", "folder-link", "", ".git", "no")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    with pytest.raises(UnreadableConfigError, match="is a directory"):
        files.read("conf")


def test_a_link_to_nothing(reader: Reader) -> None:
    files = reader("")
    assert [files.is_dangling(path) for path in ("dangling", "loop", "through-file")] == [True] * 3
    assert not any(files.is_dangling(path) for path in ("a.txt", "absent", "file-link", "out"))
    with pytest.raises(MissingFileError, match="the link leads to nothing"):
        files.read("dangling")


def test_loops_end(reader: Reader) -> None:
    files = reader("")
    assert not files.exists("loop")
    with pytest.raises(UnreadableConfigError, match="too many levels"):
        files.read("loop")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt"]),
        ("/a.*", ["a.txt"]),
        ("conf/*.yaml", ["conf/.hidden.yaml", "conf/chain.yaml", "conf/x.yaml"]),
        ("./conf//x.*", ["conf/x.yaml"]),
        ("conf/**/*.yaml",
         ["conf/.hidden.yaml", "conf/chain.yaml", "conf/deep/er/y.yaml", "conf/x.yaml"]),
        ("conf/**", ["conf/.hidden.yaml", "conf/chain.yaml", "conf/deep/er/y.yaml", "conf/up",
                     "conf/x.yaml"]),
        ("{a.txt,conf/deep/*/y.yaml}", ["a.txt", "conf/deep/er/y.yaml"]),
        ("folder-link/x.*", ["folder-link/x.yaml"]),
        ("*-link", ["file-link"]),
        ("*/x.yaml", ["conf/x.yaml"]),
        ("a.txt", ["a.txt"]),
        ("conf", []),
        ("conf/", []),
        ("", []),
        ("**/HEAD", []),
        (".git/*", []),
        ("no/*", []),
        ("a.txt/*", []),
        ("conf/*/../x.yaml", []),
        ("[", []),
    ],
)  # fmt: skip
def test_globs(reader: Reader, pattern: str, found: list[str]) -> None:
    assert list(reader("").glob(pattern).contents) == found


def test_what_a_glob_gives(reader: Reader) -> None:
    found = reader("").glob("*", "conf")
    assert found.contents == {".hidden.yaml": b"h", "chain.yaml": b"x", "up": b"a", "x.yaml": b"x"}
    assert found.outside == ("out-folder",)


def test_a_glob_passes_over_what_leads_out(reader: Reader) -> None:
    found = reader("").glob("**")
    assert found.outside == ("absolute", "conf/out-folder", "out", "out-chain")
    assert set(found.contents) == {
        *("a.txt", "conf/.hidden.yaml", "conf/chain.yaml", "conf/deep/er/y.yaml", "conf/up"),
        *("conf/x.yaml", "file-link", "odd \udcff name", "other/z"),
    }
    for pattern in ("../*", "conf/out-folder/*"):
        with pytest.raises(OutsideFolderError):
            reader("").glob(pattern)


def test_fragments(reader: Reader) -> None:
    said: list[str] = []
    found = reader("").fragments("conf", ".yaml", said.append)
    assert [(one.name, one.shown, one.content) for one in found] == [
        (".hidden.yaml", "conf/.hidden.yaml", b"h"),
        ("chain.yaml", "conf/chain.yaml", b"x"),
        ("deep/er/y.yaml", "conf/deep/er/y.yaml", b"y"),
        ("x.yaml", "conf/x.yaml", b"x"),
    ]
    assert [one.name for one in reader("").fragments("folder-link", "y.yaml", said.append)] == [
        "deep/er/y.yaml"
    ]
    assert reader("").fragments("no", "", said.append) == []
    assert reader("").fragments("a.txt", "", said.append) == []
    assert said == []


def test_fragments_that_are_links(reader: Reader) -> None:
    said: list[str] = []
    reader("").fragments("", "dangling", said.append)
    assert said == ["dangling is passed over: the link leads to nothing"]
    for suffix in ("out", "absolute", "out-folder"):
        with pytest.raises(OutsideFolderError, match=suffix):
            reader("").fragments("", suffix, said.append)
    with pytest.raises(OutsideFolderError):
        reader("").fragments("conf/out-folder", "", said.append)
    with pytest.raises(UnreadableConfigError, match="too many levels"):
        reader("").fragments("", "loop", said.append)


def test_what_was_seen_is_recorded(reader: Reader, work: WorkTree) -> None:
    files = reader("")
    files.read("conf/chain.yaml")
    files.exists("a.txt")
    files.exists("no")
    files.glob("other/*")
    assert {str(path.relative_to(work.root)) for path in files.seen} == {
        *("conf/chain.yaml", "folder-link", "file-link", "conf/x.yaml", "a.txt", "other/z"),
    }


def test_devices_and_pipes_are_not_opened(work: WorkTree) -> None:
    """A pipe that nobody writes to would be waited for."""
    os.mkfifo(work.root / "pipe.tmpl")
    files = ConfigFiles(work.root, FolderTree(work.root))
    assert files.glob("*").contents == {}
    with pytest.raises(UnreadableConfigError, match="not a regular file"):
        files.read("pipe.tmpl")
    with pytest.raises(UnreadableConfigError, match="not a regular file"):
        files.fragments("", ".tmpl", lambda _: None)


def test_what_took_a_files_place_is_not_followed(work: WorkTree) -> None:
    """Between looking and opening, a link or a pipe may have come."""
    tree = FolderTree(work.root)
    (work.root / "link").symlink_to("/etc/passwd")
    os.mkfifo(work.root / "pipe")
    assert [type(one).__base__ for one in tree.contents(["link", "pipe"])] == [Exception, Exception]


def test_git_is_not_there_in_any_spelling(work: WorkTree) -> None:
    work.write("sub/.GIT/config", b"x")
    files = ConfigFiles(work.root, FolderTree(work.root))
    assert not files.exists("sub/.GIT/config")
    assert files.glob("**/config").contents == {}


NAMES = st.sampled_from(["a", "b", "..", "c/d", "../a", "a/../..", "/a", "."])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["a", "b", "c/d", "c/e"]), NAMES), st.lists(NAMES))
def test_no_path_leads_out(
    tmp_path_factory: pytest.TempPathFactory, links: dict[str, str], path: list[str]
) -> None:
    """Whatever links there are: what is found is what the system finds, or it is refused."""
    root = tmp_path_factory.mktemp("tree")
    (root / "c").mkdir()
    for name, target in links.items():
        (root / name).symlink_to(target)
    joined = "/".join(path).lstrip("/")
    found = resolve(FolderTree(root), joined)
    entries = [TreeEntry(name, SYMLINK, target, 0) for name, target in links.items()]
    entries.append(TreeEntry("c/file", FILE, "", 0))
    blobs = lambda oids: ((len(oid), [oid.encode()]) for oid in oids)  # noqa: E731
    assert resolve(CommitTree(entries, blobs), joined) == found
    if found.kind is Kind.FOLDER:
        assert (root / found.path).resolve().is_relative_to(root.resolve())
        assert (root / joined).resolve() == (root / found.path).resolve()
