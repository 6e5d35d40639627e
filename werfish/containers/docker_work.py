"""A container that waits while programs are run in it.

It ends when its input does: when the work is done, and by itself when this process is killed.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from werfish.containers.backend import Executed
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_frames import attached, end_input, pass_frames, started
from werfish.errors import BuildError

if TYPE_CHECKING:
    from docker import APIClient

_GONE, _CONFLICT = 404, 409
_PATIENCE = 1
"""Seconds that what tasks left running gets to end before it is killed."""


class ContainerEndedError(BuildError):
    """A container ended, or was ended, while there was work to do in it."""

    def __init__(self, origin: str) -> None:
        """Name whose container it was."""
        super().__init__(f"run the instructions of {origin}: the container ended before them")


class DockerContainer:
    """A `RunningContainer`."""

    def __init__(self, api: "APIClient", container: str, origin: str) -> None:
        """Keep how it is reached; it runs already."""
        self._api, self._id, self._origin = api, container, origin
        self._guard = threading.Lock()
        self._notified: list[Callable[[], None]] = []
        self.has_ended = False

    def execute(self, arguments: Sequence[str], stdin: bytes = b"") -> Executed:
        """Run *arguments* as root in ``/`` and return how they ended."""
        outputs = {1: bytearray(), 2: bytearray()}
        try:
            with daemon_errors(f"run a program for {self._origin}"):
                execution = self._api.exec_create(
                    self._id, list(arguments), stdin=True, user="0:0", workdir="/"
                )["Id"]
                with started(self._api, execution) as connection:
                    with suppress(BrokenPipeError):  # it ended before it read all
                        connection.sendall(stdin)
                    with suppress(OSError):
                        end_input(connection)
                    pass_frames(connection, lambda stream, data: outputs[stream].extend(data))
                code = self._api.exec_inspect(execution)["ExitCode"]
        except DaemonError as error:
            if error.status in (_GONE, _CONFLICT):
                raise ContainerEndedError(self._origin) from error
            raise
        if code is None:
            raise ContainerEndedError(self._origin)
        return Executed(int(code), bytes(outputs[1]), bytes(outputs[2]))

    def when_ended(self, notify: Callable[[], None]) -> None:
        """Call *notify* when the container ends before its work is done."""
        with self._guard:
            if not self.has_ended:
                self._notified.append(notify)
                return
        notify()

    def watch(self, connection: Any) -> None:
        """Read what the container's shell says, which is nothing, until it ends."""
        with suppress(OSError):
            pass_frames(connection, lambda _, __: None)
        with self._guard:
            self.has_ended = True
            notified, self._notified = self._notified, []
        for notify in notified:
            notify()

    def finished(self) -> None:
        """From now on it is no surprise that the container ends."""
        with self._guard:
            self._notified.clear()


@contextmanager
def working(api: "APIClient", container: str, origin: str) -> Iterator[DockerContainer]:
    """Start *container*, which waits, and end it after the block."""
    running = DockerContainer(api, container, origin)
    with (
        daemon_errors(f"run the instructions of {origin}"),
        attached(api, container) as connection,
    ):
        api.start(container)
        watcher = threading.Thread(target=running.watch, args=(connection,), daemon=True)
        watcher.start()
        try:
            yield running
            running.finished()
            if running.has_ended:
                raise ContainerEndedError(origin)
        finally:
            with suppress(OSError):
                end_input(connection)
            watcher.join(_PATIENCE)
    with daemon_errors(f"end the container of {origin}"):
        if watcher.is_alive():
            api.kill(container)
        api.wait(container, timeout=None)
