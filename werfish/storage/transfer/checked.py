"""Which blobs of a repository are there and whole, looked at once in a run."""

import threading
from collections.abc import Collection, Iterable

from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel

Key = tuple[Repository, str]


class CheckedBlobs:
    """Blobs that were found whole, or are just looked at; for many threads."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._change = threading.Condition()
        self._asked: set[Key] = set()
        self._whole: set[Key] = set()

    def missing(
        self, repository: Repository, blobs: Iterable[Descriptor], registry: RegistryClient
    ) -> tuple[Descriptor, ...]:
        """Look, all at once, which of *blobs* are not there, or not whole.

        What another thread is looking at is waited for: images share most of their layers. What
        that one did not find whole is looked at again.
        """
        missing: list[Descriptor] = []
        rest = {(repository, blob.digest): blob for blob in blobs}
        while rest:
            own = self._begin(rest)
            whole: set[Key] = set()
            try:
                jobs = [_has(registry, repository, rest[key]) for key in own]
                found = in_parallel(jobs, registry.workers(repository))
                whole = {key for key, is_there in zip(own, found, strict=True) if is_there}
            finally:
                self._end(own, whole)
            missing += [rest[key] for key in own if key not in whole]
            rest = {key: rest[key] for key in self._open(rest.keys() - set(own))}
        return tuple(missing)

    def _begin(self, wanted: Iterable[Key]) -> list[Key]:
        """Return which of *wanted* are for the caller to ask for."""
        with self._change:
            own = [key for key in wanted if key not in self._whole and key not in self._asked]
            self._asked.update(own)
            return own

    def _end(self, own: Collection[Key], whole: Collection[Key]) -> None:
        with self._change:
            self._asked.difference_update(own)
            self._whole.update(whole)
            self._change.notify_all()

    def _open(self, others: Collection[Key]) -> Collection[Key]:
        """Wait for what others ask for, and return what they did not find whole."""
        with self._change:
            self._change.wait_for(lambda: self._asked.isdisjoint(others))
            return [key for key in others if key not in self._whole]


def _has(registry: RegistryClient, repository: Repository, blob: Descriptor) -> Job[bool]:
    return lambda stop: registry.has_blob(repository, blob.digest, blob.size)
