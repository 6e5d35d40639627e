"""A shell for the user in a container: what a stage's instructions would see, or did leave."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from werfish.containers.backend import RunRequest
from werfish.containers.docker_client import daemon_errors
from werfish.containers.docker_run import environment_of, host_config, path_of
from werfish.containers.docker_socket import attached, executing, frames
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
        if request.secrets:
            _bring_secrets(api, container, request, shell)
        join(terminal, connection, resize)


def _bring_secrets(api: "APIClient", container: str, request: RunRequest, shell: Shell) -> None:
    """Write the secrets: what is typed at a terminal would be seen, so by a program beside it."""
    with executing(api, container, [path_of(shell), "-c", LOADER]) as connection:
        connection.sendall(script_of((), setup_of(request.secrets, ())))
        for _ in frames(connection):
            pass
