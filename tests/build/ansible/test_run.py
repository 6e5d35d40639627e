"""Tasks run by a program that speaks as Ansible does, in the container of the fake backend."""

import json
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.fakes import ansible_playbook
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FakeImageTree
from werfish.build.ansible.run import TaskError, run_tasks
from werfish.containers.backend import (
    Executed,
    InstructionError,
    LocalImage,
    RunningContainer,
    RunRequest,
)
from werfish.oci.config import ImageConfig

CONFIG = ImageConfig("amd64", "linux", "", {}, ())


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary folders are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "ansible-playbook"
    path.write_text(f"#!{sys.executable}\n" + Path(ansible_playbook.__file__).read_text())
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def backend() -> FakeBackend:
    backend = FakeBackend()
    backend.add("base:1", FakeImageTree(), CONFIG)
    return backend


def raw(*lines: str) -> tuple[str, ...]:
    return tuple(json.dumps({"raw": line}) for line in lines)


def run(
    backend: FakeBackend, program: str, tasks: Sequence[str], output: Callable[[str], None]
) -> LocalImage:
    base = backend.inspect("base:1")
    assert base is not None
    request = RunRequest(base, (), base.config, "", "app/install", output)
    return backend.work_in(request, lambda container: run_tasks(program, tasks, container, request))


def test_tasks_change_the_image_and_are_shown(
    backend: FakeBackend, program: str, scratch: Path
) -> None:
    lines: list[str] = []
    image = run(backend, program, raw("echo made > /file", "cat /file"), lines.append)
    assert backend.trees[image.id].read("file") == b"made\n"
    assert lines == ["changed: raw: echo made > /file", "changed: raw: cat /file", "  made"]
    assert [*scratch.iterdir()] == []


def test_a_failing_task_is_known(backend: FakeBackend, program: str, scratch: Path) -> None:
    with pytest.raises(TaskError) as caught:
        run(backend, program, raw("echo one", "exit 7", "echo never"), lambda _: None)
    error = caught.value
    assert (error.code, error.failed_at) == (7, 2)
    assert (error.task, error.problem) == ("raw: exit 7", "non-zero return code")
    assert [*scratch.iterdir()] == []


def test_what_the_program_itself_dislikes_is_shown(backend: FakeBackend, program: str) -> None:
    with pytest.raises(InstructionError) as caught:
        run(backend, program, raw("!the playbook is wrong"), lambda _: None)
    assert (caught.value.code, caught.value.tail) == (4, ("the playbook is wrong",))


def test_the_end_of_the_container_ends_the_program(program: str, scratch: Path) -> None:
    """Also one that does not ask for anything: its tasks may wait for minutes."""

    class Ending(RunningContainer):
        notify: Callable[[], None]

        def execute(self, arguments: Sequence[str], stdin: bytes = b"") -> Executed:
            raise AssertionError(arguments)

        def when_ended(self, notify: Callable[[], None]) -> None:
            self.notify = notify

    container = Ending()

    def ended(line: str) -> None:
        assert line == "wait"
        threading.Thread(target=container.notify).start()

    base = LocalImage("sha256:0", CONFIG)
    request = RunRequest(base, (), base.config, "", "app/install", ended)
    with pytest.raises(InstructionError):
        run_tasks(program, raw("!wait"), container, request)
    assert [*scratch.iterdir()] == []
