"""Building from other repositories on the real Docker: over HTTP, and over ssh with a real sshd."""

import os
import re
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.git_servers import SshServer, ssh_server
from integration.project import GitProject
from integration.test_build import docker, reference_of
from stages.mapping import RemoteRepository
from tests.git.servers import GitServer
from werfish.git.access import SshAccess, access_of
from werfish.git.mirrors import Mirror
from werfish.git.remote_errors import HostKeyError, RefusedError
from werfish.git.transport import Connection

NAME = f"remotes-{uuid.uuid4().hex[:8]}"
CONFIG = """
configVersion: 1
project: {name}
---
image: app
from: busybox:1.35
git:
- url: {url}
  herebyIAdmitThatBranchMightBreakReproducibility: true
  {auth}
  to: /branch
  stageDependencies:
    install: deps.txt
- url: {url}
  tag: v1
  {auth}
  to: /tag
- url: {url}
  commit: {commit}
  {auth}
  add: /text.txt
  to: /commit.txt
shell:
  install:
  - cat /branch/deps.txt > /installed
"""
AUTH = "basicAuth: {username: ada, password: {env: GIT_WORD}}"
BUILD = ("build", "--stages-storage", ":local")
SHOW = ("cat", "/branch/text.txt", "/tag/text.txt", "/commit.txt", "/installed")


@pytest.fixture
def lib(tmp_path: Path) -> GitProject:
    """Return a repository with a tag and a branch that went on; `push` serves it."""
    (tmp_path / "lib").mkdir()
    lib = GitProject(tmp_path / "lib")
    lib.commit({"text.txt": "first\n", "deps.txt": "1\n"})
    lib.git("branch", "--move", "master")
    lib.git("tag", "-a", "-m", "one", "v1")
    lib.commit({"text.txt": "second\n", "old/file": "x\n"})
    lib.git("clone", "-q", "--bare", ".", str(tmp_path / "srv/group/lib.git"))
    lib.git("remote", "add", "origin", str(tmp_path / "srv/group/lib.git"))
    return lib


@pytest.fixture
def server(lib: GitProject, tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path / "srv", "ada:pass word") as running:
        yield running


@pytest.fixture
def project(program: Program, lib: GitProject, server: GitServer) -> Iterator[GitProject]:
    """Commit the project; its stages are removed afterwards."""
    project = GitProject(program.folder)
    url, first = f"{server.url}/group/lib.git", lib.git("rev-parse", "master~1")
    text = CONFIG.format(name=NAME, url=url, commit=first, auth=AUTH)
    project.commit({"werf.yaml": text})
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


@pytest.fixture
def knowing(program: Program) -> Program:
    """Return the program with the password in its environment."""
    return Program({**program.variables, "GIT_WORD": "pass word"}, program.folder)


def test_a_moved_branch_is_fetched_once_and_builds_a_patch(
    knowing: Program, project: GitProject, lib: GitProject, server: GitServer
) -> None:
    built = knowing(*BUILD)
    shown = docker("run", "--rm", reference_of(built.stderr), *SHOW)
    assert shown.split() == ["second", "first", "first", "1"]
    assert built.stderr.count("fetching") == 1
    assert "pass word" not in built.stderr + built.stdout

    lib.commit({"text.txt": "third\n"}, remove=("old/file",))
    lib.git("push", "-q", "origin", "master")
    server.requests.clear()
    again = knowing(*BUILD)
    assert again.stderr.count("fetching") == 1
    assert len([path for path in server.requests if path.endswith("/info/refs")]) == 2
    assert again.stderr.count("building") == 1
    assert "gitLatestPatch: file old/file removed, file text.txt changed" in again.stderr
    reference = reference_of(again.stderr)
    assert docker("run", "--rm", reference, *SHOW).split() == ["third", "first", "first", "1"]
    tree = docker("run", "--rm", reference, "find", "/branch", "-mindepth", "1").split()
    assert sorted(tree) == ["/branch/deps.txt", "/branch/text.txt"]

    server.requests.clear()
    unchanged = knowing(*BUILD)
    assert "building" not in unchanged.stderr
    assert "fetching" not in unchanged.stderr
    assert len([path for path in server.requests if path.endswith("/info/refs")]) == 1
    history = docker("history", "--no-trunc", reference) + docker("inspect", reference)
    assert "pass word" not in history
    kept = Path(knowing.variables["WERF_HOME"])
    texts = [path.read_bytes() for path in kept.rglob("*") if path.is_file()]
    assert not [text for text in texts if b"pass word" in text]


def test_a_changed_dependency_of_another_repository_runs_its_stage(
    knowing: Program, project: GitProject, lib: GitProject
) -> None:
    knowing(*BUILD)
    lib.commit({"deps.txt": "2\n"})
    lib.git("push", "-q", "origin", "master")
    built = knowing(*BUILD)
    assert "lib@branch:master:deps.txt changed" in built.stderr
    assert docker("run", "--rm", reference_of(built.stderr), "cat", "/installed") == "2"


def test_a_force_pushed_branch_is_built_anew(
    knowing: Program, project: GitProject, lib: GitProject
) -> None:
    knowing(*BUILD)
    lib.git("commit", "-q", "--amend", "-m", "amended")
    lib.git("push", "-q", "--force", "origin", "master")
    assert "gitArchive: nothing changed, but the storage holds none" in knowing(*BUILD).stderr


def test_what_is_wrong_is_said_before_anything_is_built(
    program: Program, knowing: Program, project: GitProject
) -> None:
    line = (project.folder / "werf.yaml").read_text().splitlines().index("git:") + 2
    missing = program(*BUILD, code=4)
    assert f'(werf.yaml:{line}): the variable "GIT_WORD" is not set' in missing.stderr
    wrong = Program({**program.variables, "GIT_WORD": "wrong word"}, program.folder)
    refused = wrong(*BUILD, code=4)
    assert f"(werf.yaml:{line}): " in refused.stderr
    assert "basicAuth" in refused.stderr
    assert "wrong word" not in refused.stderr
    text = (project.folder / "werf.yaml").read_text()
    project.commit({"werf.yaml": text.replace("tag: v1", "tag: v9")})
    unknown = knowing(*BUILD, code=4)
    assert 'it has no tag "v9"' in unknown.stderr
    tag = (project.folder / "werf.yaml").read_text().splitlines().index("  tag: v9")
    assert f"(werf.yaml:{tag})" in unknown.stderr
    assert "app: building" not in missing.stderr + refused.stderr + unknown.stderr


def test_no_password_is_asked_for_an_image_that_needs_none(
    program: Program, project: GitProject
) -> None:
    text = (project.folder / "werf.yaml").read_text()
    base = re.search("^from: .*$", text, re.MULTILINE)
    assert base
    project.commit({"werf.yaml": f"{text}---\nimage: plain\n{base[0]}\n"})
    assert "GIT_WORD" in program(*BUILD, code=4).stderr
    program(*BUILD, "plain")


@pytest.mark.campaign
def test_a_build_killed_while_it_fetches_misleads_nobody(
    knowing: Program, project: GitProject, lib: GitProject, server: GitServer
) -> None:
    """It is killed, with its git, as soon as the server is asked for objects."""
    lib.commit({"big": uuid.uuid4().hex * 200_000})
    lib.git("push", "-q", "origin", "master")
    for _ in range(int(os.environ.get("WERFISH_ROUNDS", "5"))):
        server.requests.clear()
        server.fetching.clear()
        process = subprocess.Popen(
            ["setsid", *knowing.line(*BUILD)],
            cwd=knowing.folder,
            env=knowing.environment(),
            stderr=subprocess.DEVNULL,
        )
        assert server.fetching.wait(30)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    built = knowing(*BUILD)
    assert docker("run", "--rm", reference_of(built.stderr), *SHOW[:2]) == "second"
    (mirror,) = (Path(knowing.variables["WERF_HOME"]) / "werfish/git").iterdir()
    assert not list(mirror.glob(".git/**/tmp_*"))


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd") / "server") as running:
        yield running


def test_ssh_with_a_key(
    lib: GitProject, sshd: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown host and an unknown key are told apart; nobody is asked anything."""
    url = sshd.url(tmp_path / "srv/group/lib.git")
    other = tmp_path / "other-key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    known, unknown = sshd.known_hosts, tmp_path / "no-hosts"

    def commit(key: Path, hosts: Path) -> str:
        monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F none -o UserKnownHostsFile={hosts}")
        remote = RemoteRepository(url, "group/lib")
        access = access_of(remote, "x:1", tmp_path, {}, SshAccess((key,)))
        mirror = Mirror(
            tmp_path / "git",
            Connection(access, "x:1"),
            {remote.ref: "x:1"},
            lambda _: nullcontext(),
            print,
        )
        return mirror.commit(remote.ref)

    with pytest.raises(HostKeyError, match="Host key verification failed") as stranger:
        commit(sshd.key, unknown)
    assert f"ssh-keyscan -p {sshd.port} 127.0.0.1 >> " in stranger.value.hint
    with pytest.raises(RefusedError, match=r"Permission denied \(publickey\)"):
        commit(other, known)
    assert commit(sshd.key, known) == lib.git("rev-parse", "master")
