"""The files of a commit: kinds, sizes, order and every name that git can hold."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.sources import EXECUTABLE, FILE, SUBMODULE, SYMLINK, TreeEntry
from tests.git.work_tree import WorkTree
from werfish.git.command import bytes_of, run_git, text_of
from werfish.git.tree import entries_of

ODD = (b"a b", b"a\nb", b"a\tb", b'a"b', b"-rf", b"\xff\xfe", "zoë".encode(), b"*", b":(top)x")


def test_every_kind_of_entry(work: WorkTree) -> None:
    work.write("file", b"123")
    work.write("folder/tool", b"#!", executable=True)
    (work.root / "link").symlink_to("folder/tool")
    first = work.commit()
    work.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    (work.root / "module").mkdir()
    work.git("commit", "--quiet", "--message", "module")
    found = {
        entry.path: (entry.mode, entry.size)
        for entry in entries_of(work.root, "HEAD", with_sizes=True)
    }
    assert found == {
        "file": (FILE, 3),
        "folder/tool": (EXECUTABLE, 2),
        "link": (SYMLINK, len("folder/tool")),
        "module": (SUBMODULE, 0),
    }


def test_odd_names_are_kept_exactly(work: WorkTree) -> None:
    for name in ODD:
        work.write(b"d\xe4/" + name, name)
    work.commit()
    found = [bytes_of(entry.path) for entry in entries_of(work.root, "HEAD")]
    assert found == sorted(b"d\xe4/" + name for name in ODD)
    assert [os.fsencode(entry.path) for entry in entries_of(work.root, "HEAD")] == found


def test_an_empty_commit_has_no_entries(work: WorkTree) -> None:
    work.commit()
    assert entries_of(work.root, "HEAD") == ()


names = st.binary(min_size=1, max_size=4).filter(
    lambda name: not set(name) & {0, 0x2F} and name not in (b".", b"..") and b"git" not in name
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names, names | st.none(), max_size=6))
def test_paths_come_back_in_the_order_of_their_bytes(
    work: WorkTree, tree: dict[bytes, bytes | None]
) -> None:
    """Each key is a file, or a folder with one file, as git's own mktree writes them."""
    blob = run_git(work.root, "hash-object", "-w", "--stdin", stdin=b"x").text.strip()
    lines = []
    for name, inner in tree.items():
        oid, kind = blob, b"100644 blob "
        if inner is not None:
            leaf = b"100644 blob " + blob.encode() + b"\t" + inner + b"\0"
            oid = run_git(work.root, "mktree", "-z", stdin=leaf).text.strip()
            kind = b"040000 tree "
        lines.append(kind + oid.encode() + b"\t" + name + b"\0")
    top = run_git(work.root, "mktree", "-z", stdin=b"".join(lines)).text.strip()
    wanted = sorted(name if inner is None else name + b"/" + inner for name, inner in tree.items())
    assert entries_of(work.root, top) == tuple(
        TreeEntry(text_of(path), FILE, blob, 1) for path in wanted
    )
