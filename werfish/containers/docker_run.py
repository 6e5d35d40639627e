"""The user's commands in a container, and what they changed as a layer.

The container has no trace of how the script came: it was read from standard input, and a borrowed
shell is mounted below ``/dev``, which is not part of the image.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werfish.containers.backend import WORK_FOLDER, InstructionError, RunRequest
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_frames import attached, pass_frames
from werfish.containers.script import LOADER, WAITER, Output, script_of
from werfish.containers.shells import Shell
from werfish.oci.layered_facts import RunLayer

if TYPE_CHECKING:
    from docker import APIClient

_BORROWED = "/dev/werfish-bash"
_DELETED = 2


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
    try:
        yield
    finally:
        with daemon_errors(f"remove the container of {origin}"):
            api.remove_container(container, force=True, v=True)


def run_script(api: "APIClient", container: str, request: RunRequest) -> None:
    """Run the commands of *request* in *container*; `InstructionError` if they fail."""
    output = Output(request.output)
    with daemon_errors(f"run the instructions of {request.origin}"):
        # Attached before it starts, so that nothing of the output is lost.
        with attached(api, container) as connection:
            api.start(container)
            connection.sendall(script_of(request.commands))
            pass_frames(connection, output.feed)
        output.finish()
        code = int(api.wait(container, timeout=None)["StatusCode"])
    if code != 0:
        raise InstructionError(request.origin, code, tuple(output.tail), output.reached)


def commit(api: "APIClient", container: str, request: RunRequest) -> Committed:
    """Keep what the stopped *container* changed as an intermediate image."""
    with daemon_errors(f"keep what the instructions of {request.origin} changed"):
        changes = api.diff(container) or ()
        image_id = str(api.commit(container, pause=False)["Id"])
        found = api.inspect_image(image_id)  # type: ignore[no-untyped-call]
        layers = tuple(found["RootFS"].get("Layers") or ())
    return Committed(image_id, layers, _touched(changes))


def _create(
    api: "APIClient", request: RunRequest, shell: Shell, labels: Mapping[str, str], *, waits: bool
) -> str:
    with daemon_errors(f"make a container for {request.origin}"):
        created = api.create_container(
            request.base.id,
            entrypoint=[_BORROWED if shell.borrowed else shell.path],
            command=["-c", WAITER if waits else LOADER],
            user="0:0",
            working_dir="/",
            environment=_environment(request),
            labels=dict(labels),
            stdin_open=True,
            healthcheck={"test": ["NONE"]},
            host_config=api.create_host_config(mounts=_mounts(shell, waits=waits)),
        )
    return str(created["Id"])


def _mounts(shell: Shell, *, waits: bool) -> list[Any]:
    from docker.types import Mount

    mounts = []
    if shell.borrowed is not None:
        mounts.append(Mount(_BORROWED, str(shell.borrowed), type="bind", read_only=True))
    if waits:  # a volume without a name goes with its container
        mounts.append(Mount(WORK_FOLDER, None, type="volume", no_copy=True))
    return mounts


def _environment(request: RunRequest) -> list[str]:
    own = request.config.runtime.get("Env") or ()
    return [*own, *(f"{name}={value}" for name, value in request.env.items())]


def _touched(changes: Any) -> RunLayer | None:
    """Read the daemon's list; unknown where a name is not UTF-8, for the list lost its bytes."""
    paths = {str(change["Path"]).strip("/"): change["Kind"] for change in changes}
    if any("\ufffd" in path for path in paths):
        return None
    removed = frozenset(path for path, kind in paths.items() if kind == _DELETED)
    return RunLayer(frozenset(paths) - removed, removed)
