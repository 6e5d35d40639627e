"""The user's tasks, run by Ansible in a container, with one line each as they end."""

import os
import tempfile
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.build.ansible.events import Event, Result, event_of, last, shown
from werfish.build.ansible.playbook import arguments_of, environment_of, files_of
from werfish.build.ansible.serve import serving
from werfish.containers.atomic_file import NO_ROOM, writing
from werfish.containers.backend import InstructionError, RunningContainer, RunRequest
from werfish.errors import BuildError, PlacedError
from werfish.process import TAIL_LINES, Guarded

LOCALE = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
"""What tasks see beside the environment of a shell's commands, as in werf."""


class NoAnsibleError(BuildError):
    """An image has tasks, and this host has no Ansible."""

    def __init__(self, origin: str) -> None:
        """Name image and stage."""
        super().__init__(
            f"run the tasks of {origin}: Ansible is not installed",
            hint="pip install 'werfish[ansible]'",
        )


class NoPythonError(PlacedError):
    """A module of Ansible needs Python, and the image has none."""

    key = "ansible"

    def __init__(self, origin: str, task: str) -> None:
        """Name image and stage, and the task that came first."""
        super().__init__(
            f'run the tasks of {origin}: task "{task}": the image has no Python, which Ansible\'s'
            " modules need",
            hint="take a base image that has it, or begin with a raw task that installs it, such as"
            ' "raw: apt-get update && apt-get install -y python3"',
        )


class TaskError(InstructionError):
    """A task failed and nothing rescued it; *task* is its name or text, *problem* the reason."""

    def __init__(self, origin: str, event: Event, result: Result) -> None:
        """Keep what the task said."""
        said = [line for line in result.lines if line != result.message]
        super().__init__(origin, result.code or 2, last(said), event.number)
        item = f" (item {result.item})" if result.item else ""
        self.task = event.title + item
        self.problem = "; ".join(result.message.splitlines()) or event.status


@dataclass(slots=True)
class _Report:
    """What Ansible said so far: the *failure* that came last, and its own *messages*."""

    show: Callable[[str], None]
    failure: tuple[Event, Result] | None = None
    messages: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))

    def read(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            event = event_of(line)
            if event is None:
                self._message(line.decode(errors="replace").rstrip())
                continue
            for text in shown(event):
                self.show(text)
            if event.failure is not None:
                self.failure = (event, event.failure)

    def _message(self, text: str) -> None:
        if text:
            self.messages.append(text)
            self.show(text)


def run_tasks(
    program: str, tasks: Sequence[str], container: RunningContainer, request: RunRequest
) -> None:
    """Run *tasks* (JSON texts) in *container* by Ansible's *program*.

    `TaskError` for the task that failed; `NoPythonError`; `InstructionError` where Ansible itself
    did not like them.
    """
    folder = Path(tempfile.gettempdir()) / f"werfish-ansible-{uuid.uuid4().hex}"
    ansible = Guarded(arguments_of(program, folder), folder, environment_of(os.environ, folder))
    report = _Report(request.output)
    code = -1
    try:
        container.when_ended(ansible.end)
        with writing(folder.parent, NO_ROOM):
            for name, text in files_of(tasks).items():
                (folder / name).write_text(text)
        with serving(folder / "socket", container):
            report.read(ansible.lines())
    finally:
        code = ansible.close()
    if code != 0:
        raise _error_of(report, code, request.origin)


def _error_of(report: _Report, code: int, origin: str) -> BuildError:
    if report.failure is None:
        return InstructionError(origin, code, tuple(report.messages))
    event, result = report.failure
    if result.lacks_python:
        return NoPythonError(origin, event.title)
    return TaskError(origin, event, result)
