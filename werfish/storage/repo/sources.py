"""Repositories whose stages are only read: they save work, so one that fails is done without."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from stages.digest import Digest
from werfish.errors import RegistryError
from werfish.oci.reference import Repository
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.repo.candidates import Candidate, oldest_first
from werfish.storage.repo.hints import Hints
from werfish.storage.repo.lost import Lost
from werfish.storage.stage_storage import BrokenStageError
from werfish.storage.transfer.copies import CopyError


class Sources:
    """The *hints* of each; *warn* hears once of one that fails. For many threads."""

    def __init__(self, hints: Sequence[Hints], warn: Callable[[str], None]) -> None:
        """Ask nothing yet."""
        self._hints = tuple(hints)
        self._repositories = {one.repository for one in hints}
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
                self._leave_out(hints.repository, error)
                return ()

        return look

    @contextmanager
    def reading(
        self, repository: Repository, lost: Lost, failure: type[RegistryError] = RegistryError
    ) -> Iterator[None]:
        """Turn a *failure* to read *repository* into a `BrokenStageError`: it goes without.

        What is gone is told to *lost*; one of ours that fails otherwise is left out.
        """
        try:
            yield
        except failure as error:
            if isinstance(error, CopyError) and error.is_gone:
                lost.add([error.digest])
            elif repository in self._repositories:
                self._leave_out(repository, error)
            else:
                raise
            raise BrokenStageError(str(error)) from error

    def _leave_out(self, repository: Repository, error: RegistryError) -> None:
        with self._guard:
            left = tuple(one for one in self._hints if one.repository != repository)
            is_new, self._hints = len(left) < len(self._hints), left
        if is_new:
            self._warn(f"{error}; it is done without")
