"""Repositories whose stages are only read: they save work, so one that fails is done without."""

import threading
from collections.abc import Callable, Sequence

from stages.digest import Digest
from werfish.errors import RegistryError
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.repo.candidates import Candidate, oldest_first
from werfish.storage.repo.hints import Hints


class Sources:
    """The *hints* of each; *warn* hears once of one that fails. For many threads."""

    def __init__(self, hints: Sequence[Hints], warn: Callable[[str], None]) -> None:
        """Ask nothing yet."""
        self._hints = tuple(hints)
        self._warn = warn
        self._guard = threading.Lock()

    def find(self, digest: Digest) -> tuple[Candidate, ...]:
        """Return the stages that have *digest*, oldest first; all are asked at once."""
        found = in_parallel([self._looking(hints, digest) for hints in self._hints])
        return oldest_first(one for candidates in found for one in candidates)

    def _looking(self, hints: Hints, digest: Digest) -> Job[tuple[Candidate, ...]]:
        def look(stop: object) -> tuple[Candidate, ...]:
            try:
                return hints.remembered(digest) or hints.find(digest)
            except RegistryError as error:
                if self._leave_out(hints):
                    self._warn(f"{error}; it is done without")
                return ()

        return look

    def _leave_out(self, hints: Hints) -> bool:
        with self._guard:
            was_in = hints in self._hints
            self._hints = tuple(one for one in self._hints if one is not hints)
        return was_in
