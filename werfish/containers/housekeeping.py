"""Removals that nobody has to wait for: one thread does them in order, before the process ends."""

import queue
import threading
from collections.abc import Callable

from werfish.containers.docker_client import DaemonError, NoDaemonError
from werfish.log import Log


class Housekeeping:
    """A thread that tidies up; it begins with the first thing to do.

    What fails is told in the log's details only: what this leaves the next process sweeps away.
    So it does with what a process leaves that ends without `finish`, which no thread holds up.
    """

    def __init__(self, log: Log) -> None:
        """Begin nothing yet."""
        self._log = log
        self._guard = threading.Lock()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def add(self, job: Callable[[], None]) -> None:
        """Do *job* after those that were added before."""
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)
                self._thread.start()
            self._jobs.put(job)

    def finish(self) -> None:
        """Wait until everything that was added so far is done."""
        with self._guard:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
                thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except (DaemonError, NoDaemonError) as error:
                self._log.detail(f"{error}; it is swept away by a later run")
