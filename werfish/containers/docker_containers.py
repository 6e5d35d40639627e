"""The containers of one run on a Docker daemon: with which shell they begin, how all are ended."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.containers.backend import LocalImage, RunRequest
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_sweep import Lease, lease_labels
from werfish.log import Log
from werfish.oci.config import fits

if TYPE_CHECKING:
    from docker import APIClient

    from werfish.containers.shells import Shell
    from werfish.oci.image_files import ImageFiles


class DockerContainers:
    """Makes containers, and knows which ones run; threads may share it.

    *tree* opens the files of an image. *static_bash* is this host's, which images without one
    borrow where they are of its *platform*.
    """

    def __init__(
        self,
        api: "Callable[[], APIClient]",
        tree: "Callable[[LocalImage], AbstractContextManager[ImageFiles]]",
        lease: Lease,
        log: Log,
        *,
        static_bash: Path | None,
        platform: str,
    ) -> None:
        """Nothing runs yet."""
        self._api = api
        self._tree = tree
        self._lease = lease
        self._log = log
        self._static_bash = static_bash
        self._platform = platform
        self._guard = threading.Lock()
        self._running: set[str] = set()
        self._said_plain_shell = False
        self.is_interrupted = False

    def make(self, request: RunRequest, *, waits: bool) -> "tuple[str, Shell]":
        """Make the container of *request*; return its id and the shell that it runs.

        With *waits* it runs nothing by itself: it is worked in.
        """
        from werfish.containers.docker_run import make_container

        shells, labels = self.shells(request), lease_labels(self._lease)
        container, shell = make_container(self._api(), request, shells, labels, waits=waits)
        if not shell.is_bash and not waits:
            self._say_plain_shell(request.origin)
        return container, shell

    def shells(self, request: RunRequest) -> "tuple[Shell, ...]":
        """Return the shells that can run *request*, the best first; `NoShellError` if none."""
        from werfish.containers.shells import NoShellError, shells_for

        is_own = fits(request.config.platform, self._platform)
        with self._tree(request.base) as tree:
            shells = tuple(shells_for(tree, self._static_bash if is_own else None))
        if not shells:
            raise NoShellError(request.origin)
        return shells

    @contextmanager
    def interruptible(self, container: str) -> Iterator[None]:
        """Have `interrupt` end *container* while the block lasts."""
        with self._guard:
            self._running.add(container)
        try:
            yield
        finally:
            with self._guard:
                self._running.discard(container)

    def interrupt(self) -> None:
        """End whatever runs now, in other threads too."""
        with self._guard:
            self.is_interrupted = True
            running = tuple(self._running)
        for container in running:
            with suppress(DaemonError), daemon_errors("end a container"):
                self._api().kill(container)

    def _say_plain_shell(self, origin: str) -> None:
        with self._guard:
            said, self._said_plain_shell = self._said_plain_shell, True
        if not said:
            self._log.warning(
                f'{origin}: the image has no bash, so its "sh" runs the commands; '
                "a bash-static on this host would be used instead"
            )
