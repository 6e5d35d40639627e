"""Remote repositories: fetched once, from whichever ref, by whom, and what is said if not."""

import os
import shutil
import stat
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from stages.mapping import BasicAuth, RemoteRepository
from stages.secret import SecretSource
from stages.sources import Repository
from tests.git.mirror_home import Home, contents, push, remote_of
from tests.git.servers import GitServer, hanging_server
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.errors import GitError
from werfish.git.access import SshAccess, access_of
from werfish.git.remote_errors import (
    NoRemoteRepositoryError,
    PasswordError,
    RefusedError,
    RemoteTimeoutError,
    ShortCommitError,
    UnknownHostError,
    UnknownRefError,
    UnreachableError,
)
from werfish.git.transport import Patience


def test_a_branch_is_its_head_and_the_default_is_master(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    source: Repository = home.source(remote_of(server))
    assert source.commit == work.git("rev-parse", "HEAD")
    assert contents(home.source(remote_of(server, branch="master"))) == {"app.py": b"one"}


def test_it_is_fetched_once_and_only_if_it_moved(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    first = home.source(remote_of(server)).commit
    asked = server.fetches()
    assert home.source(remote_of(server)).commit == first
    assert (len(home.said), server.fetches() - asked) == (1, 1)  # the list of refs, no more
    work.write("app.py", b"two")
    second = work.commit()
    push(work)
    moved = home.source(remote_of(server))
    assert moved.commit == second
    assert [change.path for change in moved.changes(first, second)] == ["app.py"]
    assert moved.is_ancestor(first, second)
    assert not moved.is_ancestor(second, first)
    assert len(home.said) == 2


def test_refs_of_one_repository_share_a_copy_and_a_connection(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    work.git("tag", "v1")
    work.git("tag", "-a", "-m", "x", "v2")
    work.git("checkout", "--quiet", "-b", "side/x")
    side = work.commit("side")
    push(work, "master", "side/x", "v1", "v2")
    remotes = [
        remote_of(server),
        remote_of(server, branch="side/x"),
        remote_of(server, tag="v1"),
        remote_of(server, tag="v2"),
    ]
    mirror = home.mirror(*remotes)
    found = [mirror.commit(remote.ref) for remote in remotes]
    first = work.git("rev-parse", "master")
    assert found == [first, side, first, first]
    assert len(home.said) == 1


def test_a_full_commit_is_asked_for_once_in_a_life(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    first = work.git("rev-parse", "HEAD")
    work.write("app.py", b"two")
    work.commit()
    push(work)
    assert contents(home.source(remote_of(server, commit=first))) == {"app.py": b"one"}
    server.requests.clear()
    assert home.source(remote_of(server, commit=first)).commit == first
    assert server.requests == []


def test_a_commit_in_the_history_of_a_known_branch_needs_no_server(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    assert home.source(remote_of(server)).commit
    server.requests.clear()
    first = work.git("rev-parse", "HEAD")
    assert home.source(remote_of(server, commit=first)).commit == first
    assert server.requests == []


def test_a_server_that_gives_no_single_commits(
    home: Home, server: GitServer, work: WorkTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old protocol shows only the ends of branches; then everything is fetched."""
    first = work.git("rev-parse", "HEAD")
    work.commit("second")
    push(work)
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    settings.write_text(settings.read_text() + "[protocol]\n version = 0\n")
    assert home.source(remote_of(server, commit=first)).commit == first
    with pytest.raises(UnknownRefError):
        home.source(remote_of(server, commit="1" * 40)).entries("1" * 40)


def test_a_force_pushed_branch_is_another_history(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    first = home.source(remote_of(server)).commit
    work.git("commit", "--quiet", "--amend", "--message", "amended")
    amended = work.git("rev-parse", "HEAD")
    push(work)
    source = home.source(remote_of(server))
    assert source.commit == amended
    assert not source.is_ancestor(first, amended)


def test_a_branch_that_moves_while_it_is_fetched(
    home: Home, server: GitServer, work: WorkTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there when the server was asked is gone when it is asked for."""
    home.source(remote_of(server))
    answer, asked = GitServer.answer, iter(range(100))

    def answer_moved(self: GitServer, handler: BaseHTTPRequestHandler) -> None:
        # The list for us, the list for git, the objects.
        if handler.command == "POST" and next(asked) == 2:
            work.write("app.py", b"moved")
            work.git("commit", "--quiet", "--all", "--amend", "--message", "moved")
            push(work)
            store = server.folder / "group/app.git"
            work.git("-C", str(store), "gc", "--quiet", "--prune=now")
        answer(self, handler)

    monkeypatch.setattr(GitServer, "answer", answer_moved)
    assert contents(home.source(remote_of(server))) == {"app.py": b"moved"}
    assert next(asked) > 3
    assert len(home.said) == 1


def test_a_branch_that_became_a_folder_of_branches(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    push(work, "master:refs/heads/a")
    assert home.source(remote_of(server, branch="a")).commit
    push(work, ":refs/heads/a")
    push(work, "master:refs/heads/a/b")
    assert home.source(remote_of(server, branch="a/b")).commit


@pytest.mark.parametrize("ref", [{"branch": "no"}, {"branch": "m*"}, {"tag": "no"}])
def test_an_unknown_ref_is_named(home: Home, server: GitServer, ref: dict[str, str]) -> None:
    with pytest.raises(UnknownRefError) as caught:
        assert home.source(remote_of(server, **ref)).commit
    ((kind, name),) = ref.items()
    assert str(caught.value) == (
        f'read the repository "{server.url}/group/app.git" (x.yaml:7): it has no {kind} "{name}"'
    )


def test_a_tag_of_no_commit_is_unknown(home: Home, server: GitServer, work: WorkTree) -> None:
    work.git("tag", "blob", "HEAD:app.py")
    push(work, "blob")
    with pytest.raises(UnknownRefError):
        assert home.source(remote_of(server, tag="blob")).commit


def test_a_short_commit_is_refused(home: Home, server: GitServer) -> None:
    with pytest.raises(ShortCommitError, match="full id"):
        assert home.source(remote_of(server, commit="abc1234")).commit


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        pytest.param("http://nosuch.invalid/a/b", UnknownHostError, id="unknown-host"),
        pytest.param("ssh://git@nosuch.invalid/a/b", UnknownHostError, id="unknown-host-ssh"),
        pytest.param("http://127.0.0.1:1/a/b", UnreachableError, id="refused"),
        pytest.param("ssh://git@127.0.0.1:1/a/b", UnreachableError, id="refused-ssh"),
        pytest.param("git://127.0.0.1:1/a/b", UnreachableError, id="refused-git"),
        pytest.param("/nowhere/a/b", NoRemoteRepositoryError, id="no-folder"),
        pytest.param("file:///nowhere/a/b", NoRemoteRepositoryError, id="no-file"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_remedy(
    home: Home, url: str, kind: type[GitError]
) -> None:
    source = home.source(RemoteRepository(url, "a/b"))
    for _ in range(2):
        with pytest.raises(kind) as caught:
            assert source.commit
        assert f'"{url}" (x.yaml:7)' in str(caught.value)
        assert caught.value.hint


def test_no_repository_at_the_address(home: Home, server: GitServer) -> None:
    with pytest.raises(NoRemoteRepositoryError):
        assert home.source(RemoteRepository(f"{server.url}/group/no", "group/no")).commit


def test_a_hanging_server_is_given_up(home: Home) -> None:
    with hanging_server() as url:
        mirror = home.mirror(RemoteRepository(f"{url}/a/b", "a/b"), patience=Patience(answer=0.5))
        with pytest.raises(RemoteTimeoutError, match=r"no answer after 0\.5 s"):
            mirror.commit("branch:master")


@pytest.mark.parametrize("way", ["env", "src", "value", "url"])
def test_a_password_reaches_the_server_and_nothing_else(
    home: Home, server: GitServer, way: str, tmp_path: Path
) -> None:
    server.login = "ada:pa ss%w\"'$rd"
    url = f"{server.url}/group/app.git"
    (home.folder / "sub").mkdir(parents=True)
    (home.folder / "sub/password").write_text(server.login[4:] + "\n")
    auth = {
        "env": BasicAuth("ada", SecretSource.ENV, "PASSWORD"),
        "src": BasicAuth("ada", SecretSource.SRC, "sub/password"),
        "value": BasicAuth("ada", SecretSource.VALUE, server.login[4:]),
        "url": None,
    }[way]
    if way == "url":
        url = url.replace("http://", "http://ada:pa%20ss%25w%22%27%24rd@")
    remote = RemoteRepository(url, "group/app", auth=auth)
    source = home.source(remote, environment={"PASSWORD": server.login[4:]})
    assert contents(source) == {"app.py": b"one"}
    assert set(server.logins) == {server.login}
    assert home.said == [f"fetching {server.url}/group/app.git"]
    shutil.rmtree(home.folder / "sub")
    kept = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    assert b"ss%w" not in kept
    assert b"%20ss" not in kept


def test_a_password_is_no_argument(home: Home, server: GitServer, tmp_path: Path) -> None:
    """Every git that runs is watched: none has the password in its arguments."""
    server.login = "ada:secret-word"
    git = shutil.which("git")
    log = tmp_path / "arguments"
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {log}\nexec {git} "$@"\n')
    wrapper.chmod(0o755)
    auth = BasicAuth("ada", SecretSource.VALUE, "secret-word")
    remote = RemoteRepository(f"{server.url}/group/app.git", "group/app", auth=auth)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
        assert home.source(remote).commit
    assert "fetch" in log.read_text()
    assert "secret-word" not in log.read_text()


def test_a_wrong_password_is_refused_without_a_question(home: Home, server: GitServer) -> None:
    server.login = "ada:right"
    auth = BasicAuth("ada", SecretSource.VALUE, "wrong-word")
    for auth_or_none in (auth, None):
        remote = RemoteRepository(f"{server.url}/group/app.git", "group/app", auth=auth_or_none)
        with pytest.raises(RefusedError) as caught:
            assert home.source(remote).commit
        assert "wrong-word" not in str(caught.value)
        assert "basicAuth" in caught.value.hint


def test_the_users_own_credential_helper_is_asked(home: Home, server: GitServer) -> None:
    server.login = "ada:stored"
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    helper = '"!f() { echo username=ada; echo password=stored; }; f"'
    settings.write_text(settings.read_text() + f"[credential]\n helper = {helper}\n")
    assert contents(home.source(remote_of(server))) == {"app.py": b"one"}


def test_a_password_is_not_given_to_another_host(home: Home, server: GitServer) -> None:
    """A redirect to elsewhere gets nothing."""
    access = access_of(
        RemoteRepository("https://ada:secret@host/a/b", "a/b"), "", home.folder, {}, SshAccess()
    )
    assert access.url == "https://host/a/b"
    assert any(word.startswith("credential.https://host.helper=") for word in access.settings())


@pytest.mark.parametrize(
    ("auth", "problem"),
    [
        (BasicAuth("ada", SecretSource.ENV, "NO_SUCH"), '"NO_SUCH" is not set'),
        (BasicAuth("ada", SecretSource.SRC, "no/such"), "no such file"),
        (BasicAuth("ada", SecretSource.VALUE, "two\nlines"), "more than one line"),
    ],
)
def test_a_password_that_is_not_there(home: Home, auth: BasicAuth, problem: str) -> None:
    with pytest.raises(PasswordError, match=problem) as caught:
        home.source(RemoteRepository("https://host/a/b", "a/b", auth=auth))
    assert "two" not in str(caught.value)


def test_ssh_is_called_without_questions_and_with_the_keys(tmp_path: Path) -> None:
    keys = (tmp_path / "a key", tmp_path / "b")
    found = SshAccess(keys, "/run/agent").variables("ssh -v")
    assert found["SSH_AUTH_SOCK"] == "/run/agent"
    command = found["GIT_SSH_COMMAND"]
    assert command.startswith("ssh -v -o BatchMode=yes ")
    assert f"-o IdentitiesOnly=yes -i '{keys[0]}' -i {keys[1]}" in command
    assert "IdentitiesOnly" not in SshAccess().variables("ssh")["GIT_SSH_COMMAND"]


def test_what_a_killed_run_left_is_removed(home: Home, server: GitServer, work: WorkTree) -> None:
    """Half a copy beside the place, and locks and half a pack in it."""
    mirror = home.mirror(remote_of(server))
    half = home.folder / "git" / f"{mirror.name}.new-killed"
    (half / ".git").mkdir(parents=True)
    first = mirror.commit("branch:master")
    assert not half.exists()
    work.commit("second")
    push(work)
    for left in ("objects/pack/tmp_pack_x", "packed-refs.lock", "shallow.lock"):
        (mirror.root / ".git" / left).write_text("half")
    (kept,) = (mirror.root / ".git/refs/werfish").iterdir()
    kept.with_suffix(".lock").touch()
    assert home.source(remote_of(server)).commit != first
    assert not list(mirror.root.glob(".git/**/tmp_*"))


def test_a_copy_without_its_ref_is_not_taken_for_whole(home: Home, server: GitServer) -> None:
    """Objects may have come without all that they need; the ref moves when all is there."""
    mirror = home.mirror(remote_of(server))
    commit = mirror.commit("branch:master")
    (kept,) = (mirror.root / ".git/refs/werfish").iterdir()
    kept.unlink()
    assert home.source(remote_of(server, commit=commit)).commit == commit
    assert len(home.said) == 2


def test_threads_share_one_fetch(home: Home, server: GitServer) -> None:
    source = home.source(remote_of(server))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(source.commit)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert len(home.said) == 1


def test_bare_repositories_may_be_forbidden(home: Home, server: GitServer) -> None:
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    settings.write_text(settings.read_text() + "[safe]\n bareRepository = explicit\n")
    assert contents(home.source(remote_of(server))) == {"app.py": b"one"}


def test_hooks_of_the_user_do_not_run(home: Home, server: GitServer, tmp_path: Path) -> None:
    hook = tmp_path / "hooks/reference-transaction"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    settings.write_text(settings.read_text() + f"[core]\n hooksPath = {hook.parent}\n")
    assert home.source(remote_of(server)).commit


def test_paths_are_addresses_too(home: Home, work: WorkTree, tmp_path: Path) -> None:
    work.write("a", b"1")
    work.commit()
    work.git("branch", "--move", "master")
    (home.folder / "x").mkdir(parents=True)
    for url in (str(work.root), work.root.as_uri(), "../work/../work"):
        assert contents(home.source(RemoteRepository(url, "x/y"))) == {"a": b"1"}


def test_a_sha256_repository(home: Home, tmp_path: Path) -> None:
    work = new_work_tree(tmp_path / "long", "--object-format=sha256")
    work.write("a", b"1")
    commit = work.commit()
    url = str(work.root)
    for remote in (
        RemoteRepository(url, "x/y", branch="main"),
        RemoteRepository(url, "x/y", commit=commit),
    ):
        assert home.source(remote).commit == commit


def test_submodules_of_remotes_are_left_out_aloud(
    home: Home, server: GitServer, work: WorkTree
) -> None:
    first = work.git("rev-parse", "HEAD")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{first},lib")
    work.git("commit", "--quiet", "--message", "module")
    push(work)
    source = home.source(remote_of(server))
    assert source.commit
    assert source.entries(source.commit)
    assert len(home.warned) == 1
    assert home.warned[0].endswith("left empty: lib")


def test_a_home_that_takes_no_files(home: Home, server: GitServer) -> None:
    home.folder.write_text("a file")
    with pytest.raises(GitError, match="keep a copy"):
        assert home.source(remote_of(server)).commit
