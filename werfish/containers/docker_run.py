"""The user's commands in a container, and what they changed as a layer.

The container has no trace of how the script came: it was read from standard input, and a borrowed
shell is mounted below ``/dev``, which is not part of the image.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

from werfish.containers.backend import InstructionError, RunRequest
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.script import LOADER, Output, script_of
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
    api: "APIClient", request: RunRequest, shells: Sequence[Shell], labels: Mapping[str, str]
) -> tuple[str, Shell]:
    """Make a container for *request* with the first of *shells* that the daemon can use."""
    for shell in shells[:-1]:
        # A daemon elsewhere cannot mount a file of this host.
        with suppress(DaemonError):
            return _create(api, request, shell, labels), shell
    return _create(api, request, shells[-1], labels), shells[-1]


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
        with _attached(api, container) as connection:
            api.start(container)
            connection.sendall(script_of(request.commands))
            _pass_frames(connection, output)
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


def _create(api: "APIClient", request: RunRequest, shell: Shell, labels: Mapping[str, str]) -> str:
    with daemon_errors(f"make a container for {request.origin}"):
        created = api.create_container(
            request.base.id,
            entrypoint=[_BORROWED if shell.borrowed else shell.path],
            command=["-c", LOADER],
            user="0:0",
            working_dir="/",
            environment=_environment(request),
            labels=dict(labels),
            stdin_open=True,
            healthcheck={"test": ["NONE"]},
            host_config=api.create_host_config(mounts=_mounts(shell)),
        )
    return str(created["Id"])


def _mounts(shell: Shell) -> list[Any]:
    from docker.types import Mount

    if shell.borrowed is None:
        return []
    return [Mount(_BORROWED, str(shell.borrowed), type="bind", read_only=True)]


def _environment(request: RunRequest) -> list[str]:
    own = request.config.runtime.get("Env") or ()
    return [*own, *(f"{name}={value}" for name, value in request.env.items())]


@contextmanager
def _attached(api: "APIClient", container: str) -> Iterator[Any]:
    """Open a socket (or, over ssh, what acts like one) to the streams of *container*.

    docker-py's own attach_socket leaves its response to the garbage collector.
    """
    url = f"{api.base_url}/v{api.api_version}/containers/{container}/attach"
    streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    upgrade = {"Connection": "Upgrade", "Upgrade": "tcp"}
    response = api.post(url, params=streams, headers=upgrade, stream=True)
    try:
        stream = api._get_raw_response_socket(response)  # type: ignore[attr-defined]
        connection = getattr(stream, "_sock", stream)
        connection.settimeout(None)
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)
            connection.close()
    finally:
        response.close()


def _pass_frames(connection: Any, output: Output) -> None:
    """Read the daemon's frames: a stream's number, the length as four bytes, the bytes."""
    while header := _exactly(connection, 8):
        stream, length = struct.unpack(">BxxxL", header)
        output.feed(stream, _exactly(connection, length))


def _exactly(connection: Any, length: int) -> bytes:
    """Return *length* bytes, or fewer where the stream ends before."""
    pieces = bytearray()
    while len(pieces) < length:
        piece = connection.recv(length - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)


def _touched(changes: Any) -> RunLayer | None:
    """Read the daemon's list; unknown where a name is not UTF-8, for the list lost its bytes."""
    paths = {str(change["Path"]).strip("/"): change["Kind"] for change in changes}
    if any("\ufffd" in path for path in paths):
        return None
    removed = frozenset(path for path, kind in paths.items() if kind == _DELETED)
    return RunLayer(frozenset(paths) - removed, removed)
