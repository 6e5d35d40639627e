"""A stage's instructions: run in a container, with what the configuration lets them see.

Law: a container is started only for a user's own instructions, or a shell that the user asked for.
"""

import re
from dataclasses import replace

from stages.image import ImageSpec, Instructions
from stages.kinds.instructions import instructions_at
from stages.light_dataclass import dataclass
from stages.stage import RUNS_INSTRUCTIONS, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.ansible.run import LOCALE, NoAnsibleError, TaskError, run_tasks
from werfish.build.introspection import NoTerminalError
from werfish.build.mount_points import without_mount_points
from werfish.build.mounts import agent_for, kept_folders, mounts_of
from werfish.build.renewal import renewed_files
from werfish.build.secrets import secrets_of
from werfish.build.temporary_folders import TemporaryFolders
from werfish.containers.backend import (
    SECRETS_FOLDER,
    Ahead,
    InstructionError,
    LocalImage,
    RunRequest,
    nothing_ahead,
)
from werfish.containers.ending import container_ending
from werfish.errors import BuildError, PlacedError
from werfish.oci.config import ImageConfig
from werfish.storage.stored_stage import StoredStage

_OLD_FILTER = re.compile(
    r"No filter named '(?:success|succeeded|fail|failed|change|changed|skip|skipped)'"
)
_NO_SUDO = "sudo: not found"
_FULL = "no space left on device"
"""What libc says, and so nearly every program, where a disk is full."""


class CommandFailedError(PlacedError):
    """A command of the user's ended with an error.

    ``line`` is where it stands in the configuration, 0 where that is unknown.
    """

    def __init__(self, image: ImageSpec, stage: Stage, cause: InstructionError) -> None:
        """Say which command of which stage failed, how, and what it printed last."""
        instructions = instructions_at(image, stage.name, stage.step)
        index = cause.failed_at - 1
        known = 0 <= index < len(instructions.commands)
        self.command = instructions.commands[index] if known else ""
        self.line = instructions.lines[index] if 0 <= index < len(instructions.lines) else 0
        which = f"command {_number_of(cause, stage)}" if known else "a command"
        ending = f"{which} {container_ending(cause.code)}"
        if instructions.tasks:
            self.command, ending = _task_of(cause, stage)
        super().__init__(f'build image "{image.title}": stage "{stage.title}": {ending}')
        self.tail = cause.tail
        self.problem = cause.problem if isinstance(cause, TaskError) else ""

    def located(self, place: str) -> BuildError:
        """Return this as an error that shows the command, its *place*, and its output.

        *place* is ``file:line``, empty where it is unknown.
        """
        lines = [str(self)]
        if self.command:
            place = f"{place}: " if place else ""
            lines += [
                f"  {place}{line}" if not number else f"    {line}"
                for number, line in enumerate(self.command.splitlines())
            ]
        if self.tail:
            lines += ["  the last lines of its output:", *(f"    {line}" for line in self.tail)]
        return BuildError(
            "\n".join(lines), hint=f"nothing was kept of this stage; {self._mending()}"
        )

    def _mending(self) -> str:
        if any(_FULL in line.lower() for line in self.tail):
            return "make room where it wrote (docker system df shows what takes it) and build again"
        if _OLD_FILTER.search(self.problem):
            return 'today it is a test, "RESULT is succeeded"; mend the task and build again'
        if any(_NO_SUDO in line for line in self.tail):
            return 'install sudo before, or write "become: yes" in the task'
        return "mend the command and build again"


def _number_of(cause: InstructionError, stage: Stage) -> int:
    """Return which instruction of the whole stage failed, as the user counts them."""
    return stage.step.number or cause.failed_at


def _task_of(cause: InstructionError, stage: Stage) -> tuple[str, str]:
    """Return the name or text of the task that failed, and how it ended."""
    if isinstance(cause, TaskError):
        ending = f"task {_number_of(cause, stage)} failed (exit code {cause.code}): {cause.problem}"
        return cause.task, ending
    return "", f"the tasks cannot be run: Ansible {container_ending(cause.code)}"


@dataclass(frozen=True, slots=True)
class Work:
    """What runs: the instructions of *stage* of *image*, which may be none."""

    image: ImageSpec
    stage: Stage

    @property
    def instructions(self) -> Instructions:
        """The instructions of the stage, none where it does not run any."""
        if self.stage.name not in RUNS_INSTRUCTIONS:
            return Instructions()
        return instructions_at(self.image, self.stage.name, self.stage.step)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to run."""
        return not self.instructions.commands and not self.instructions.tasks

    @property
    def origin(self) -> str:
        """Image and stage, for people."""
        return f"{self.image.title}/{self.stage.title}"


def run_instructions(
    work: Work,
    base: LocalImage,
    config: ImageConfig,
    adapters: BuildAdapters,
    temporary: TemporaryFolders,
    ahead: Ahead = nothing_ahead,
) -> LocalImage:
    """Run the commands of *work* on *base*; return the image of *config* with what they changed.

    With it those that are *ahead* are made.
    """
    request = _request(work, base, config, adapters, temporary)
    places = _mount_places(request)
    folders = tuple(kept_folders(work.image, adapters.surroundings))
    with renewed_files(work.image, work.stage, base, folders, adapters) as renewed:
        soon = nothing_ahead if places else ahead
        made = _run(work, replace(request, renewed=renewed, ahead=soon), adapters)
    return _without_mount_points(work, request, made, adapters, ahead) if places else made


def look_into(
    work: Work, stored: StoredStage, adapters: BuildAdapters, temporary: TemporaryFolders
) -> None:
    """Open a shell in *stored*, the finished stage of *work*, where the user wants one."""
    if adapters.surroundings.introspection.wants(work.image.title, work.stage):
        image = adapters.storage.image(stored)
        request = _request(work, image, image.config, adapters, temporary)
        _shell(request, "after the stage", adapters)


def _request(
    work: Work,
    base: LocalImage,
    config: ImageConfig,
    adapters: BuildAdapters,
    temporary: TemporaryFolders,
) -> RunRequest:
    surroundings, backend, log = adapters.surroundings, adapters.backend, adapters.log
    return RunRequest(
        base=base,
        commands=work.instructions.commands,
        config=config,
        tag="",
        origin=work.origin,
        output=lambda line: log.program(work.origin, line),
        mounts=mounts_of(work.image, surroundings, backend, temporary, log.warning),
        secrets=secrets_of(work.image, surroundings, log),
        network=work.image.network,
        ssh_agent=agent_for(surroundings, backend),
        keeps_failed=surroundings.introspection.after_error,
    )


def _run(work: Work, request: RunRequest, adapters: BuildAdapters) -> LocalImage:
    try:
        return _ran(work.instructions.tasks, request, adapters)
    except InstructionError as error:
        _mask(error, adapters)
        _look_at_failure(work, request, error, adapters)
        raise CommandFailedError(work.image, work.stage, error) from error


def _ran(tasks: tuple[str, ...], request: RunRequest, adapters: BuildAdapters) -> LocalImage:
    if not tasks:
        return adapters.backend.run(request)
    if not adapters.ansible:
        raise NoAnsibleError(request.origin)
    request = replace(request, env={**LOCALE, **request.env})
    return adapters.backend.work_in(
        request, lambda container: run_tasks(adapters.ansible, tasks, container, request)
    )


def _mask(error: InstructionError, adapters: BuildAdapters) -> None:
    """Hide secrets in what will be said of *error*: it is not the log that says it."""
    error.tail = tuple(map(adapters.log.masked, error.tail))
    if isinstance(error, TaskError):
        error.problem = adapters.log.masked(error.problem)


def _look_at_failure(
    work: Work, request: RunRequest, error: InstructionError, adapters: BuildAdapters
) -> None:
    if adapters.surroundings.introspection.before_error:
        _shell(request, "before the instructions, which failed", adapters)
    if error.state is None:
        return
    try:
        after = replace(request, base=error.state)
        _shell(after, f"after command {_number_of(error, work.stage)}, which failed", adapters)
    finally:
        adapters.backend.discard(error.state)


def _shell(request: RunRequest, when: str, adapters: BuildAdapters) -> None:
    terminal = adapters.surroundings.terminal
    if terminal is None:
        raise NoTerminalError
    with adapters.log.paused(f'{request.origin}: a shell {when}; "exit" ends it'):
        adapters.backend.shell(request, terminal)


def _mount_places(request: RunRequest) -> tuple[str, ...]:
    secrets = (SECRETS_FOLDER,) if request.secrets else ()
    return (*(mount.to for mount in request.mounts), *secrets)


def _without_mount_points(
    work: Work, request: RunRequest, made: LocalImage, adapters: BuildAdapters, ahead: Ahead
) -> LocalImage:
    """Return *made* without the empty folders that mounting left, which is *made* itself mostly."""
    backend = adapters.backend
    with backend.tree(request.base) as before, backend.tree(made) as after:
        entries = without_mount_points(_mount_places(request), before, after)
    if not entries:
        return made
    layer = adapters.layers.write(entries, lambda sources: ())
    config = made.config.with_layers((layer.diff_id,), f"werfish {work.stage.name} mounts")
    try:
        return backend.assemble(made, (layer,), config, "", ahead=ahead(config))
    finally:
        backend.discard(made)
