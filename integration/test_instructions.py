"""What instructions may see on the real Docker, and that the image never has it."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from integration.conftest import PROJECT, Program
from integration.project import GitProject
from integration.test_build import BUILD, docker, reference_of
from werfish.containers.docker_sweep import HOME_LABEL
from werfish.screens.text import printable

NAME = f"instructions-{uuid.uuid4().hex[:8]}"
SECRET = "s3cret-" + uuid.uuid4().hex
HEAD = f"configVersion: 1\nproject: {NAME}\n---\nimage: app\n"
MAKE = ["/usr/bin/make"]


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Name a project of its own; its stages are removed afterwards."""
    yield GitProject(program.folder)
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def with_variables(program: Program, **variables: str) -> Program:
    return replace(program, variables={**program.variables, **variables})


def home_of(program: Program) -> Path:
    return Path(program.variables["WERF_HOME"]) / "werfish"


def left(program: Program) -> list[str]:
    """Return what runs of *program* left in Docker."""
    ours = ("--filter", f"label={HOME_LABEL}={(home_of(program) / 'id').read_text()}")
    return [*docker("ps", "-aq", *ours).split(), *docker("volume", "ls", "-q", *ours).split()]


def files_of(reference: str) -> dict[str, bytes]:
    """Return every file of an image by its path, and every folder with no content."""
    container = docker("create", reference, "true")
    done = subprocess.run(["docker", "export", container], check=True, capture_output=True)
    docker("rm", container)
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            found[member.name] = file.read() if file else b""
    return found


def saved(reference: str) -> bytes:
    """Return everything that a registry would get."""
    done = subprocess.run(["docker", "save", reference], check=True, capture_output=True)
    return done.stdout


def test_mounts_are_seen_and_leave_nothing(
    program: Program, project: GitProject, tmp_path: Path
) -> None:
    config = f"""{HEAD}from: busybox:1.35
mount:
- {{from: tmp_dir, to: /new/deep/tmp}}
- {{from: build_dir, to: /usr/share/kept}}
- {{fromPath: {tmp_path}/made/for/it, to: /etc/custom}}
- {{fromPath: inside, to: /etc}}
- {{fromPath: {tmp_path}/one, to: /new/one}}
shell:
  beforeInstall:
  - echo 1 > /new/deep/tmp/file; echo 2 >> /usr/share/kept/file; echo 3 > /etc/custom/file
  - echo 4 > /etc/passwd; mkdir /new/own; cat /new/one > /seen
  install: cat /new/deep/tmp/file >> /seen; echo late >> /etc/passwd
---
image: upon
fromImage: app
shell: {{setup: cat /usr/share/kept/file > /inherited}}
"""
    (tmp_path / "one").write_text("one\n")
    project.commit({"werf.yaml": config})
    built = program(*BUILD)
    files = files_of(reference_of(built.stderr, "upon"))
    assert files["seen"] == b"one\n1\n"
    assert files["inherited"] == b"2\n"
    mirror = program.variables["WERF_CONTAINER_REGISTRY_MIRROR"]
    assert files["etc/passwd"] == files_of(f"{mirror}/library/busybox:1.35")["etc/passwd"]
    assert [path for path in files if path.startswith("new")] == ["new", "new/own"]
    assert not [path for path in files if "kept" in path or "custom" in path]
    assert [path.read_text() for path in (home_of(program) / "mounts" / NAME).glob("*/file")] == [
        "2\n"
    ]
    assert (tmp_path / "made/for/it/file").read_text() == "3\n"
    assert (program.folder / "inside" / "passwd").read_text() == "4\nlate\n"
    assert left(program) == []
    assert "up to date" in program(*BUILD).stderr


def test_make_builds_what_an_older_commit_changed(program: Program, project: GitProject) -> None:
    """The objects are newer than the commit that comes in from another branch."""
    config = f"""{HEAD}from: debian:bookworm-slim
git:
- {{add: /src, to: /src, stageDependencies: {{setup: "*"}}}}
mount:
- {{from: build_dir, to: /built}}
- {{fromPath: {MAKE[0]}, to: /usr/bin/make}}
shell:
  setup: make -C /src && cp /built/out /out && stat -c %Y /src/a /src/b > /times
"""
    rules = "/built/out: /built/a /built/b\n\tcat $^ > $@\n/built/%: %\n\tcat $< > $@\n"
    files = {"werf.yaml": config, "src/Makefile": rules, "src/a": "a1\n", "src/b": "b1\n"}
    first = project.commit(files)
    project.git("commit", "--amend", "-q", "--no-edit", "--date", "2020-01-01T00:00:00Z")
    outputs = []
    for number, change in enumerate(({}, {"src/a": "a2\n"}, {"src/b": "b3\n"})):
        if change:
            project.write(change)
        os.environ["GIT_COMMITTER_DATE"] = f"2020-01-0{number + 1}T00:00:00Z"
        try:
            project.git("add", "-A")
            project.git("commit", "-q", "--allow-empty", "-m", "change")
        finally:
            del os.environ["GIT_COMMITTER_DATE"]
        built = program(*BUILD)
        image = files_of(reference_of(built.stderr))
        lines = [
            line for line in built.stderr.splitlines() if "cat" in line and "app/setup |" in line
        ]
        outputs.append((image["out"], sum(" > /built/" in line for line in lines)))
        made = docker(
            "run", "--rm", reference_of(built.stderr), "stat", "-c", "%Y", "/src/a", "/src/b"
        )
        assert all(int(when) < 1_600_000_000 for when in made.split()), "the commits' times"
    assert first
    assert outputs == [(b"a1\nb1\n", 3), (b"a2\nb1\n", 2), (b"a2\nb3\n", 2)]


def test_a_secret_is_read_and_is_nowhere(program: Program, project: GitProject) -> None:
    config = f"""{HEAD}from: busybox:1.35
secrets:
- {{env: TOKEN}}
- {{id: key, src: keys/private}}
shell:
  install:
  - test "$(cat /run/secrets/TOKEN)" = "$WANTED" || true
  - cat /run/secrets/TOKEN /run/secrets/key | wc -c > /size
  - cat /run/secrets/TOKEN; cat /run/secrets/key >&2; ls -l /run/secrets; env
  setup: "true"
"""
    project.commit({"werf.yaml": config})
    key = f"BEGIN\n{SECRET}-line\nEND\n"
    project.write({"keys/private": key})
    run = with_variables(program, TOKEN=SECRET)
    built = run(*BUILD, "--log-verbose")
    reference = reference_of(built.stderr)
    files = files_of(reference)
    assert files["size"] == f"{len(SECRET + key)}\n".encode()
    assert not [path for path in files if path.startswith("run/")]
    assert "***" in built.stderr
    described = docker("inspect", reference) + docker("history", "--no-trunc", reference)
    homes = [path.read_bytes() for path in home_of(run).rglob("*") if path.is_file()]
    for text in (
        built.stderr.encode(),
        built.stdout.encode(),
        described.encode(),
        saved(reference),
    ):
        assert SECRET.encode() not in text
    assert not any(SECRET.encode() in text for text in homes)
    assert "up to date" in with_variables(program, TOKEN="another")(*BUILD).stderr
    assert left(run) == []


def test_a_failing_command_does_not_show_its_secret(program: Program, project: GitProject) -> None:
    config = f"""{HEAD}from: busybox:1.35
secrets: [{{env: TOKEN}}]
shell: {{install: cat /run/secrets/TOKEN; exit 3}}
"""
    project.commit({"werf.yaml": config})
    failed = with_variables(program, TOKEN=SECRET)(*BUILD, code=5)
    assert "exit code 3" in failed.stderr
    assert SECRET not in failed.stderr
    absent = program(*BUILD, code=11)
    assert 'the variable "TOKEN" is not set' in absent.stderr


def test_a_network_is_that_of_the_configuration(program: Program, project: GitProject) -> None:
    config = (
        f"{HEAD}from: busybox:1.35\nnetwork: none\nshell: {{install: ls /sys/class/net > /net}}\n"
    )
    project.commit({"werf.yaml": config})
    reference = reference_of(program(*BUILD).stderr)
    assert files_of(reference)["net"] == b"lo\n"
    project.commit({"werf.yaml": config.replace("none", "no-such-net")})
    assert "up to date" in program(*BUILD).stderr, "it is no part of a digest"
    project.commit({"werf.yaml": config.replace("none", "no-such-net").replace("> /net", "> /n")})
    failed = program(*BUILD, code=5)
    told = (
        'werf.yaml:6: run the instructions of app/install: the daemon has no network "no-such-net"'
    )
    assert told in failed.stderr
    assert "Traceback" not in failed.stderr
    assert left(program) == []


@dataclass(frozen=True)
class Keys:
    """A key pair, and a program that shows what an agent holds."""

    private: Path
    public: str


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    private = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", private], check=True)
    return Keys(private, private.with_suffix(".pub").read_text().split()[1])


def agents(folder: Path) -> list[str]:
    """Return the agents that listen in *folder*."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "stat,args"], capture_output=True, text=True, check=True
    )
    return [
        line
        for line in listed.stdout.splitlines()
        if f"ssh-agent -a {folder}/" in line and not line.startswith("Z")
    ]


AGENT_CONFIG = f"""{HEAD}from: debian:bookworm-slim
mount: [{{fromPath: /usr/bin/ssh-add, to: /usr/bin/ssh-add}},
  {{fromPath: /usr/lib/x86_64-linux-gnu, to: /libs}}]
shell:
  install:
  - LD_LIBRARY_PATH=/libs ssh-add -L > /keys
  - env > /environment
"""


def test_instructions_use_the_keys_that_were_named(
    program: Program, project: GitProject, keys: Keys, tmp_path: Path
) -> None:
    project.commit({"werf.yaml": AGENT_CONFIG})
    (tmp_path / "tmp").mkdir()
    run = with_variables(program, TMPDIR=str(tmp_path / "tmp"), SSH_AUTH_SOCK="")
    reference = reference_of(run(*BUILD, "--ssh-key", str(keys.private)).stderr)
    files = files_of(reference)
    assert keys.public in files["keys"].decode()
    assert "SSH_AUTH_SOCK" not in docker("inspect", reference)
    assert agents(tmp_path / "tmp") == []
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_key_that_cannot_be_used_is_said_with_what_to_do(
    program: Program, project: GitProject, keys: Keys, tmp_path: Path
) -> None:
    project.commit({"werf.yaml": AGENT_CONFIG})
    text, open_key, locked = tmp_path / "text", tmp_path / "open", tmp_path / "locked"
    text.write_text("no key")
    text.chmod(0o600)
    open_key.write_bytes(keys.private.read_bytes())
    open_key.chmod(0o644)
    subprocess.run(["ssh-keygen", "-q", "-N", "secret", "-f", locked], check=True)
    for key, problem, advice in (
        (Path("/nowhere/key"), "no such file", ""),
        (text, "text", "name a private key"),
        (open_key, "too open", f"chmod 600 {open_key}"),
        (keys.private.with_suffix(".pub"), "the public key", f"the private one: {keys.private}"),
        (locked, "locked by a passphrase", "ssh-add"),
    ):
        said = program(*BUILD, "--ssh-key", str(key), code=5).stderr
        assert f'add the ssh key "{key}": ' in said
        assert problem in said
        assert advice in said


def test_what_a_killed_build_left_goes(
    program: Program, project: GitProject, keys: Keys, tmp_path: Path
) -> None:
    config = AGENT_CONFIG.replace(
        "mount: [", "secrets: [{env: TOKEN}]\nmount: [{from: tmp_dir, to: /t}, "
    )
    project.commit({"werf.yaml": config.replace("- env", "- echo waiting; sleep 1000; env")})
    (tmp_path / "tmp").mkdir()
    run = with_variables(program, TMPDIR=str(tmp_path / "tmp"), SSH_AUTH_SOCK="", TOKEN=SECRET)
    process = run.start(*BUILD, "--ssh-key", str(keys.private))
    assert process.stderr is not None
    while "waiting" not in process.stderr.readline():
        assert process.poll() is None
    assert len(left(run)) == 2
    assert len(agents(tmp_path / "tmp")) == 1
    process.send_signal(signal.SIGKILL)
    process.communicate()
    project.commit({"werf.yaml": f"{HEAD}from: busybox:1.35\n"})
    run(*BUILD)
    assert left(run) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((home_of(run) / "notes").iterdir()) == []


def test_two_builds_share_a_folder(program: Program, project: GitProject) -> None:
    config = f"""{HEAD}from: busybox:1.35
mount: [{{from: build_dir, to: /shared}}]
shell: {{install: for i in 1 2 3 4 5 6 7 8 9; do echo $i >> /shared/log; done}}
"""
    project.commit({"werf.yaml": config})
    processes = [program.start(*BUILD) for _ in range(2)]
    outputs = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    (log,) = (home_of(program) / "mounts" / NAME).glob("*/log")
    assert len(log.read_text().split()) in (9, 18)
    assert left(program) == []


class Typist:
    """A user at a pseudo terminal, in which the program runs."""

    def __init__(self, program: Program, *arguments: str) -> None:
        """Start the program."""
        self.seen = ""
        command = [sys.executable, "-m", "werfish", *arguments]
        environment = {**program.environment(), "PYTHONPATH": str(PROJECT), "TERM": "vt100"}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(program.folder)
            os.execvpe(command[0], command, environment)  # noqa: S606 - a child of pty.fork

    def wait_for(self, text: str) -> None:
        """Read until *text* is shown."""
        place = len(self.seen)
        while text not in self.seen[place:]:
            self.seen += os.read(self.terminal, 1 << 16).decode(errors="replace")

    def type(self, text: str) -> None:
        """Type *text* and the return key."""
        os.write(self.terminal, f"{text}\r".encode())

    def ended(self) -> int:
        """Read to the end and return the exit code."""
        try:
            while data := os.read(self.terminal, 1 << 16):
                self.seen += data.decode(errors="replace")
        except OSError:  # how a terminal without a program ends
            pass
        os.close(self.terminal)
        _, status = os.waitpid(self.process, 0)
        return os.waitstatus_to_exitcode(status)


SHELL_CONFIG = f"""{HEAD}from: debian:bookworm-slim
secrets: [{{id: token, value: {SECRET}}}]
mount: [{{from: tmp_dir, to: /scratch}}]
shell:
  install:
  - echo begun > /begun; echo temporary > /scratch/file
  - echo half > /half; exit 4
"""


def test_a_shell_shows_what_failed(program: Program, project: GitProject) -> None:
    project.commit({"werf.yaml": SHELL_CONFIG})
    user = Typist(program, *BUILD, "--introspect-error", "--introspect-before-error")
    user.wait_for("a shell before the instructions")
    user.type("ls /half; echo $((6*7))-$(cat /scratch/file)-$(stty size | wc -w); exit")
    user.wait_for("42-temporary-2")
    user.wait_for("a shell after command 2")
    user.type('cat /half /begun; test -s /run/secrets/token && echo "is"-there; exit')
    user.wait_for("begun")
    user.wait_for("is-there")
    assert user.ended() == 5
    assert "exit code 4" in user.seen
    assert left(program) == []
    project.commit({"werf.yaml": SHELL_CONFIG.replace("exit 4", "true")})
    program(*BUILD)


def test_a_shell_shows_a_stage_and_the_build_goes_on(program: Program, project: GitProject) -> None:
    project.commit({"werf.yaml": SHELL_CONFIG.replace("exit 4", "true")})
    said = ""
    for _ in range(2):  # built, and found
        user = Typist(program, *BUILD, "--introspect-stage", "app/install")
        user.wait_for("a shell after the stage")
        user.type("echo more > /more; cat /half; exit")
        user.wait_for("half\r\n")
        assert user.ended() == 0
        said = printable(user.seen.replace("\r", ""))
    assert "up to date" in said
    assert "more" not in files_of(reference_of(said))
    assert left(program) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["--introspect-error"], 5, "no terminal", id="no-terminal"),
        pytest.param(["--introspect-stage", "app/instal"], 64, "beforeInstall", id="no-stage"),
    ],
)
def test_a_shell_that_cannot_be_is_refused(
    program: Program, project: GitProject, arguments: list[str], code: int, said: str
) -> None:
    project.commit({"werf.yaml": SHELL_CONFIG})
    failed = program(*BUILD, *arguments, code=code)
    assert said in failed.stderr
    assert json.dumps(SECRET) not in failed.stderr
