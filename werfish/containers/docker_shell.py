"""A shell for the user in a container: what a stage's instructions would see, or did leave."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from werfish.containers.backend import RunningContainer, RunRequest
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_frames import attached
from werfish.containers.docker_run import environment_of, host_config, path_of
from werfish.containers.docker_work import DockerContainer
from werfish.containers.script import LOADER, script_of
from werfish.containers.script_setup import setup_of
from werfish.containers.shells import Shell
from werfish.containers.terminal import Size, Terminal, join

if TYPE_CHECKING:
    from docker import APIClient


def make_shell(
    api: "APIClient", request: RunRequest, shell: Shell, labels: Mapping[str, str], kind: str
) -> str:
    """Make a container in which *shell* talks to a terminal of *kind* (its ``TERM``)."""
    with daemon_errors(f"make a container for a shell in {request.origin}"):
        created = api.create_container(
            request.base.id,
            entrypoint=[path_of(shell)],
            command=[],
            user="0:0",
            working_dir="/",
            environment=[*environment_of(request), f"TERM={kind or 'dumb'}"],
            labels=dict(labels),
            stdin_open=True,
            tty=True,
            healthcheck={"test": ["NONE"]},
            host_config=host_config(api, request, shell),
        )
    return str(created["Id"])


def talk(
    api: "APIClient", container: str, request: RunRequest, shell: Shell, terminal: Terminal
) -> None:
    """Start *container* and join its shell and *terminal* until the shell ends."""

    def resize(size: Size) -> None:
        rows, columns = size
        api.resize(container, rows, columns)

    doing = f"talk to a shell in {request.origin}"
    with daemon_errors(doing), attached(api, container) as connection:
        api.start(container)
        running = DockerContainer(api, container, request.origin)
        prepare(running, shell, request, setup_of(request.secrets, ()))
        join(terminal, connection, resize)


def prepare(container: RunningContainer, shell: Shell, request: RunRequest, setup: str) -> None:
    """Run *setup* by a *shell* of its own: what is typed at a terminal would be seen."""
    if not setup:
        return
    done = container.execute([path_of(shell), "-c", LOADER], script_of((), setup))
    if done.code:
        said = done.stderr.decode(errors="replace").strip()
        raise DaemonError(f"prepare the container of {request.origin}", said)
