"""Copies of remote repositories that are damaged: they heal by themselves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.mapping import RemoteRepository
from tests.git.mirror_home import Home, contents, push, remote_of
from tests.git.servers import GitServer
from tests.git.work_tree import WorkTree
from werfish.git.errors import MissingObjectError
from werfish.git.remote_errors import RemoteError
from werfish.git.remote_source import RemoteSource


def _objects(root: Path) -> list[Path]:
    return [path for path in (root / ".git/objects").rglob("*") if path.is_file()]


def _emptied(root: Path) -> None:
    for path in _objects(root):
        path.chmod(0o644)
        path.write_bytes(b"")


def _garbled(root: Path) -> None:
    for path in _objects(root):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-8] + b"\0" * 8)


def _without_objects(root: Path) -> None:
    shutil.rmtree(root / ".git/objects")


def _without_head(root: Path) -> None:
    (root / ".git/HEAD").unlink()


def _without_git(root: Path) -> None:
    shutil.rmtree(root / ".git")


def _a_file(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("no folder")


def _garbled_refs(root: Path) -> None:
    (root / ".git/packed-refs").write_text("what is this\n")
    for path in (root / ".git/refs/werfish").iterdir():
        path.write_text("0" * 39)


DAMAGES = (
    *(_emptied, _garbled, _without_objects, _without_head, _without_git, _a_file),
    _garbled_refs,
)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("moves", [False, True], ids=["unmoved", "moved"])
def test_a_damaged_copy_is_made_anew(
    home: Home,
    server: GitServer,
    work: WorkTree,
    damage: Callable[[Path], None],
    moves: bool,
) -> None:
    """Also where it is fetched into, for the branch has moved on."""
    work.write("other.py", b"two")
    work.commit()
    push(work)
    remote = remote_of(server)
    damage(_root_after_reading(home, remote))
    if moves:
        work.write("app.py", b"three")
        work.commit()
        push(work)
    source = home.source(remote)
    assert contents(source) == {"app.py": b"three" if moves else b"one", "other.py": b"two"}
    assert source.is_ancestor(work.git("rev-parse", "HEAD~1"), source.commit)
    again = home.mirror(remote)
    home.said.clear()
    assert again.commit(remote.ref) == source.commit
    assert home.said == [], "it is whole now"
    assert [path.name for path in again.root.parent.iterdir()] == [again.name]


def _root_after_reading(home: Home, remote: RemoteRepository) -> Path:
    mirror = home.mirror(remote)
    contents(RemoteSource(mirror, remote.ref, home.warned.append))
    return mirror.root


def test_a_copy_damaged_under_a_reader_is_made_anew(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    """What was read before stays true, though the branch was moved by force meanwhile."""
    source = home.source(remote_of(server))
    entries = source.entries(source.commit)
    commit = source.commit
    _emptied(next(path for path in (home.folder / "git").iterdir() if path.is_dir()))
    work.write("app.py", b"another")
    work.git("commit", "--quiet", "--all", "--amend", "--message", "another")
    push(work)
    read = [b"".join(content) for _, content in source.read_blobs([one.oid for one in entries])]
    assert read == [b"one"]
    assert source.commit == commit
    assert any("is damaged: fetching it anew" in said for said in home.said)


def test_readers_of_one_damaged_copy_make_it_anew_once(home: Home, server: GitServer) -> None:
    """In one run and in several."""
    remote = remote_of(server)
    mirror = home.mirror(remote)
    sources = [RemoteSource(mirror, remote.ref, home.warned.append) for _ in range(2)]
    sources.append(home.source(remote))
    assert len({source.commit for source in sources}) == 1
    _emptied(mirror.root)
    for source in sources:
        assert contents(source) == {"app.py": b"one"}
    assert len([said for said in home.said if "damaged" in said]) == 1


def test_a_server_that_fails_is_not_asked_for_ever(home: Home, server: GitServer) -> None:
    remote = remote_of(server)
    root = _root_after_reading(home, remote)
    _emptied(root)
    shutil.rmtree(server.folder / "group/app.git/objects")
    with pytest.raises(RemoteError):
        contents(home.source(remote))
    assert not list(root.parent.glob("*.new-*"))


def test_an_object_that_the_server_lacks_too_is_named(home: Home, server: GitServer) -> None:
    source = home.source(remote_of(server))
    with pytest.raises(MissingObjectError):
        list(source.read_blobs(["0" * 40]))
