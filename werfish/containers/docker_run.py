"""The user's commands in a container, and what they changed as a layer.

The container has no trace of how the script came: it was read from standard input, and a borrowed
shell is mounted below ``/dev``, which is not part of the image.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any

from stages.light_dataclass import dataclass
from werfish.containers.backend import InstructionError, RunRequest
from werfish.containers.docker_client import DaemonError, NoDaemonError, daemon_errors
from werfish.containers.docker_frames import attached, pass_frames
from werfish.containers.docker_mounts import AGENT, BORROWED, is_local, mounts_for
from werfish.containers.script import LOADER, WAITER, Output, script_of
from werfish.containers.script_setup import restore_at_exit, setup_of
from werfish.containers.shells import Shell
from werfish.containers.upper_folder import changes_in_upper_folder
from werfish.errors import PlacedError
from werfish.oci.layered_facts import RunLayer

if TYPE_CHECKING:
    from docker import APIClient

_DELETED = 2


class UnknownNetworkError(PlacedError):
    """The daemon has no network of the name that an image wants its instructions to have."""

    key = "network"

    def __init__(self, origin: str, network: str) -> None:
        """Name the *network*, and whose instructions should run in it."""
        super().__init__(
            f'run the instructions of {origin}: the daemon has no network "{network}"',
            hint="docker network ls lists those that it has; correct network, or make one",
        )


@dataclass(frozen=True, slots=True)
class Committed:
    """What a run left: an intermediate image, its layers, and the paths that it touched."""

    image_id: str
    diff_ids: tuple[str, ...]
    changes: RunLayer | None = field(compare=False)


def make_container(
    api: "APIClient",
    request: RunRequest,
    shells: Sequence[Shell],
    labels: Mapping[str, str],
    *,
    waits: bool = False,
) -> tuple[str, Shell]:
    """Make a container for *request* with the first of *shells* that the daemon can use.

    It will read a script, or, where it *waits*, do nothing until its input ends.
    """
    for shell in shells[:-1]:
        # A daemon elsewhere cannot mount a file of this host.
        with suppress(DaemonError):
            return _create(api, request, shell, labels, waits=waits), shell
    return _create(api, request, shells[-1], labels, waits=waits), shells[-1]


@contextmanager
def removed_in_the_end(api: "APIClient", container: str, origin: str) -> Iterator[None]:
    """Remove *container* after the block, whatever happens in it."""
    with removed_if_failed(api, container, origin):
        yield
    remove_container(api, container, origin)


@contextmanager
def removed_if_failed(api: "APIClient", container: str, origin: str) -> Iterator[None]:
    """Remove *container* where the block does not end well, which is then what is told."""
    try:
        yield
    except BaseException:
        with suppress(DaemonError, NoDaemonError):  # the next sweep finds it
            remove_container(api, container, origin)
        raise


def remove_container(api: "APIClient", container: str, origin: str) -> None:
    """Remove *container*, which may still run."""
    with daemon_errors(f"remove the container of {origin}"):
        api.remove_container(container, force=True, v=True)


def run_script(api: "APIClient", container: str, request: RunRequest) -> None:
    """Run the commands of *request* in *container*; `InstructionError` if they fail."""
    output = Output(request.output)
    with _known_network(request), daemon_errors(f"run the instructions of {request.origin}"):
        # Attached before it starts, so that nothing of the output is lost.
        with attached(api, container) as connection:
            api.start(container)
            setup = setup_of(request.secrets, request.renewed) + restore_at_exit(request.renewed)
            connection.sendall(script_of(request.commands, setup))
            pass_frames(connection, output.feed)
        output.finish()
        code = int(api.wait(container, timeout=None)["StatusCode"])
    if code != 0:
        raise InstructionError(request.origin, code, tuple(output.tail), output.reached)


@contextmanager
def _known_network(request: RunRequest) -> Iterator[None]:
    try:
        yield
    except DaemonError as error:
        if request.network and f"network {request.network} not found" in str(error):
            raise UnknownNetworkError(request.origin, request.network) from error
        raise


def commit(api: "APIClient", container: str, request: RunRequest) -> Committed:
    """Keep what the stopped *container* changed as an intermediate image."""
    with daemon_errors(f"keep what the instructions of {request.origin} changed"):
        changes = _changes(api, container)
        image_id = str(api.commit(container, pause=False)["Id"])
        found = api.inspect_image(image_id)  # type: ignore[no-untyped-call]
        layers = tuple(found["RootFS"].get("Layers") or ())
    return Committed(image_id, layers, changes)


def _create(
    api: "APIClient", request: RunRequest, shell: Shell, labels: Mapping[str, str], *, waits: bool
) -> str:
    with daemon_errors(f"make a container for {request.origin}"):
        created = api.create_container(
            request.base.id,
            entrypoint=[path_of(shell)],
            command=["-c", WAITER if waits else LOADER],
            user="0:0",
            working_dir="/",
            environment=environment_of(request),
            labels=dict(labels),
            stdin_open=True,
            healthcheck={"test": ["NONE"]},
            host_config=host_config(api, request, shell, waits=waits),
        )
    return str(created["Id"])


def path_of(shell: Shell) -> str:
    """Return the path of *shell* in the container."""
    return BORROWED if shell.borrowed else shell.path


def host_config(api: "APIClient", request: RunRequest, shell: Shell, *, waits: bool = False) -> Any:
    """Return what the container gets of its host; the daemon keeps nothing of what it prints."""
    from docker import types

    return api.create_host_config(
        mounts=mounts_for(request, shell, waits=waits),
        network_mode=request.network or None,
        log_config=types.LogConfig(type="none", config={}),
    )


def environment_of(request: RunRequest) -> list[str]:
    """Return the environment of the container: the image's own, and what was asked for."""
    own = request.config.runtime.get("Env") or ()
    agent = {"SSH_AUTH_SOCK": AGENT} if request.ssh_agent is not None else {}
    return [*own, *(f"{name}={value}" for name, value in {**agent, **request.env}.items())]


def _changes(api: "APIClient", container: str) -> RunLayer | None:
    if is_local(api.base_url):
        changes = changes_in_upper_folder(api.inspect_container(container))
        if changes is not None:
            return changes
    return _touched(api.diff(container) or ())


def _touched(changes: Any) -> RunLayer | None:
    """Read the daemon's list; unknown where a name is not UTF-8, for the list lost its bytes."""
    paths = {str(change["Path"]).strip("/"): change["Kind"] for change in changes}
    if any("\ufffd" in path for path in paths):
        return None
    removed = frozenset(path for path, kind in paths.items() if kind == _DELETED)
    return RunLayer(frozenset(paths) - removed, removed)
