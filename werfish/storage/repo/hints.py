"""Hints in a repository: read with one request, written so that several writers lose nothing.

Registries have no compare-and-swap. So a writer reads, merges what is there with its own and writes
at once, and looks again later whether its entry still is (`settle`): then whoever wrote at the same
time has finished. What others merge after that is seen by its next run, which asks once more.
A hint that is lost all the same costs one more build of a stage, never a wrong one.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TypeVar

from stages.digest import Digest
from stages.light_dataclass import dataclass
from stages.stage import BRINGS_GIT
from werfish.errors import RegistryError
from werfish.oci.labels import PROJECT
from werfish.oci.media_types import INDEXES
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import BROKEN_MANIFEST, InvalidAnswerError, RefusedError
from werfish.registry.manifests import StoredManifest
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.repo.candidates import (
    PASSING,
    Candidate,
    candidates_in,
    digest_in,
    index_of,
    merged,
    oldest_first,
    with_data,
)
from werfish.storage.repo.known_hints import KnownHints
from werfish.storage.repo.shared_hints import Hint, SharedHints
from werfish.storage.stored_stage import StoredStage

A = TypeVar("A")
R = TypeVar("R")

_FRESH = 3.0
"""For how many seconds what was read is taken for what is there, before something is written."""

_TRIES = 5
_NO_INDEX = frozenset({400, 405, 415, 422})
"""How registries refuse a document of a kind that they do not store."""


@dataclass(frozen=True, slots=True)
class _Read:
    candidates: tuple[Candidate, ...]
    when: float


class Hints:
    """The hints of one *repository*; *clock* is monotonic, in seconds. For many threads."""

    def __init__(
        self,
        registry: RegistryClient,
        repository: Repository,
        known: KnownHints,
        clock: Callable[[], float],
        shared: SharedHints | None = None,
        warn: Callable[[str], object] = lambda warning: None,
    ) -> None:
        """Nothing is read yet; *known* is what this host has read before, *shared* what others.

        *warn* hears of what cannot be read though it is there.
        """
        self._registry = registry
        self._repository = repository
        self._known = known
        self._clock = clock
        self._guard = threading.Lock()
        self._read: dict[Digest, _Read] = {}
        self._written: dict[Digest, Candidate] = {}
        self._shared = shared
        self._sharing = threading.Lock()
        self._lasting: dict[Digest, Hint] = {}
        self._may_learn = True
        self._single: set[Digest] = set()
        self._warn = warn
        self._broken: set[str] = set()
        self._unreadable: set[str] = set()

    @property
    def repository(self) -> Repository:
        """Whose hints they are."""
        return self._repository

    def remembered(self, digest: Digest) -> tuple[Candidate, ...]:
        """Return the stages that this host knows to have *digest*, without asking.

        One that has never asked learns what others know: one request.
        """
        self._learn()
        stored = self._known.read(digest)
        return self._said(stored, digest) if stored else ()

    def _learn(self) -> None:
        with self._sharing:
            if self._shared is not None and self._may_learn and self._known.is_new:
                for digest, (media_type, data) in self._shared.learn().items():
                    self._known.write(digest, media_type, data)
            self._may_learn = False

    def told(self, digest: Digest) -> StoredManifest | None:
        """Return what this host remembers of *digest* without asking, if it was not asked for.

        It may be of an earlier moment: others may have written since, or been killed before telling
        it.
        """
        with self._guard:
            is_asked = digest in self._read
        return None if is_asked else self._known.read(digest)

    def is_outdated(self, stage: StoredStage, told: StoredManifest) -> bool:
        """Whether others may use something else than *stage*, which fits what this host was *told*.

        Of stages with git content the oldest that fits is used, of others the only one.
        """
        found, known = self.find_again(stage.digest), self._said(told, stage.digest)
        manifests = {one.manifest.digest for one in found}
        if told.media_type not in INDEXES:
            return bool(manifests) and stage.manifest not in manifests
        new = manifests - {one.manifest.digest for one in known}
        before = {one.manifest.digest for one in found if _age(one.stage) < _age(stage)}
        return not before.isdisjoint(new)

    def names(self, stage: StoredStage) -> bool:
        """Whether the repository still names *stage*, or cannot be read."""
        found = self.find_again(stage.digest)
        if any(one.manifest.digest == stage.manifest for one in found):
            return True
        with self._guard:
            return stage.digest.value in self._unreadable

    def is_the_hint(self, digest: Digest, manifest: str) -> bool:
        """Whether the hint of *digest* is that *manifest* itself, which then is there."""
        found = self.find_again(digest)
        with self._guard:
            return digest in self._single and [one.manifest.digest for one in found] == [manifest]

    def restore(self, stage: StoredStage, told: StoredManifest) -> None:
        """Name *stage* again, which is there, as this host was *told*; who may not write reads on.

        What others wrote since stays.
        """
        known = self._said(told, stage.digest)
        own = next((one for one in known if one.manifest.digest == stage.manifest), None)
        if own is None:
            return
        found = self.find(stage.digest)
        try:
            if told.media_type in INDEXES:
                self._put_index(own, merged(found, [own], ()))
            elif not found:
                self._put(own, told.media_type, told.data)
        except RegistryError as error:
            is_refused = isinstance(error, RefusedError) and not error.is_transient
            if not is_refused:
                self._warn(f"{error}; other machines do not find the stage until the next build")
        with self._guard:
            self._read.pop(stage.digest, None)

    def find(self, digest: Digest) -> tuple[Candidate, ...]:
        """Return the stages that have *digest*, oldest first: one request."""
        stored = self._stored(digest.value)
        candidates = self._candidates(stored, digest) if stored else ()
        if stored and candidates:
            self._known.write(digest, stored.media_type, stored.data)
        else:
            self._known.forget(digest)
        with self._guard:
            self._read[digest] = _Read(candidates, self._clock())
            is_single = stored is not None and stored.media_type not in INDEXES
            (self._single.add if is_single else self._single.discard)(digest)
        return candidates

    def _stored(self, tag: str) -> StoredManifest | None:
        """Return what *tag* names; what cannot be read is no stage."""
        with self._guard:
            if tag in self._unreadable:
                return None
        try:
            return self._registry.find_manifest(self._repository.tagged(tag))
        except BROKEN_MANIFEST as error:
            with self._guard:
                is_new = tag not in self._broken
                self._broken.add(tag)
                self._unreadable.add(tag)
            if is_new:
                self._warn(f"{error}; it is taken for damaged, and does not count any more")
            return None

    def is_broken(self, digest: Digest) -> bool:
        """Whether something that the repository says of *digest* could not be read."""
        with self._guard:
            return any(tag.startswith(digest.value) for tag in self._broken)

    def find_again(self, digest: Digest) -> tuple[Candidate, ...]:
        """Return them before something is written: what was read just now need not be read."""
        with self._guard:
            known = self._read.get(digest)
        if known is not None and self._clock() - known.when < _FRESH:
            return known.candidates
        return self.find(digest)

    def write(self, own: Candidate, manifest: bytes, gone: Collection[str]) -> None:
        """Let the hint of a digest name *own*, whose *manifest* is there; what is *gone* leaves."""
        digest = own.stage.digest
        if own.stage.name in BRINGS_GIT:
            self._write_index(own, manifest, gone)
        else:
            self._put(own, own.manifest.media_type, manifest)
        with self._guard:
            self._read.pop(digest, None)

    def settle(self, digests: Collection[Digest]) -> None:
        """Write again what others have overwritten of the hints of *digests* since."""
        with self._guard:
            written = [self._written.pop(one) for one in digests if one in self._written]
        in_parallel([self._settling(own) for own in written])
        with self._sharing:
            if self._shared is not None and not self._lasting.keys().isdisjoint(digests):
                self._shared.write(dict(self._lasting))

    def _settling(self, own: Candidate) -> Job[None]:
        digest = own.stage.digest

        def settle(stop: object) -> None:
            for _ in range(_TRIES):
                found = self.find(digest)
                if own.manifest.digest in {one.manifest.digest for one in found}:
                    break
                self._put_index(own, merged(found, [own], ()))
            self._known.forget(digest)

        return settle

    def _write_index(self, own: Candidate, manifest: bytes, gone: Collection[str]) -> None:
        digest = own.stage.digest
        candidates = merged(self.find(digest), [own], gone)
        try:
            self._put_index(own, candidates)
        except RefusedError as error:
            if error.status not in _NO_INDEX:
                raise
            self._put(own, own.manifest.media_type, manifest)
            return
        with self._guard:
            self._written[digest] = own

    def _put_index(self, own: Candidate, candidates: Collection[Candidate]) -> None:
        """Write the index of *candidates*; registries refuse one that names what is gone by now."""
        try:
            self._put_candidates(own, candidates)
        except RefusedError as error:
            if not error.is_of_lack:
                raise
            there = in_parallel([_call(self._is_there, one) for one in candidates])
            left = [one for one, is_there in zip(candidates, there, strict=True) if is_there]
            self._put_candidates(own, left)

    def _put_candidates(self, own: Candidate, candidates: Collection[Candidate]) -> None:
        tag = self._repository.tagged(own.stage.digest.value)
        stored = self._registry.put_image(lambda digest: tag, index_of(candidates))
        self._keep(own, (stored.media_type, stored.data))

    def _is_there(self, one: Candidate) -> bool:
        pinned = self._repository.pinned(one.manifest.digest)
        try:
            return self._registry.head_manifest(pinned) is not None
        except BROKEN_MANIFEST:
            return False

    def _put(self, own: Candidate, media_type: str, data: bytes) -> None:
        tag = self._repository.tagged(own.stage.digest.value)
        self._registry.put_manifest(tag, media_type, data)
        self._keep(own, (media_type, data))

    def _keep(self, own: Candidate, hint: Hint) -> None:
        with self._guard:
            self._unreadable.discard(own.stage.digest.value)
        self._known.write(own.stage.digest, *hint)
        self._note(own, hint)

    def _note(self, candidate: Candidate, hint: Hint) -> None:
        if candidate.stage.name not in PASSING:
            self._lasting[candidate.stage.digest] = hint

    def _said(self, stored: StoredManifest, digest: Digest) -> tuple[Candidate, ...]:
        try:
            hint = stored.decode()
        except InvalidAnswerError:
            return ()
        described = with_data(stored.descriptor, stored.data)
        found = candidates_in(hint, described, digest, self._repository)
        if found:
            self._note(found[0], (stored.media_type, stored.data))
        return found

    def _candidates(self, stored: StoredManifest, digest: Digest) -> tuple[Candidate, ...]:
        """Return what *stored* says; a registry that stores no indexes is asked for its tags."""
        found = self._said(stored, digest)
        is_single = stored.media_type not in INDEXES and any(
            one.stage.name in BRINGS_GIT for one in found
        )
        return self._listed(digest) if is_single else found

    def listed(self, project: str) -> tuple[Candidate, ...]:
        """Return the stages of *project*, oldest first, by a listing of the stages' own tags."""
        tags = self._registry.list_tags(self._repository)
        digests = {digest for tag in tags if (digest := digest_in(tag)) is not None}
        hinted = in_parallel([_call(self.find, digest) for digest in digests])
        times = {one.stage.reference: one.stage.saved for found in hinted for one in found}
        look = partial(self._tagged, project=project)
        jobs = [_call(look, tag) for tag in tags if digest_in(tag) is not None]
        found = [one for one in in_parallel(jobs) if one is not None]
        return oldest_first(
            replace(one, stage=replace(one.stage, saved=times.get(one.stage.reference, 0.0)))
            for one in found
        )

    def _listed(self, digest: Digest) -> tuple[Candidate, ...]:
        tags = self._registry.list_tags(self._repository)
        found = [self._tagged(tag) for tag in tags if digest_in(tag) == digest]
        return tuple(one for one in found if one is not None)

    def _tagged(self, tag: str, project: str = "") -> Candidate | None:
        """Return the stage whose own tag *tag* is, where it is none of another *project*."""
        digest = digest_in(tag)
        stored = self._stored(tag)
        found = self._said(stored, digest) if stored and digest else ()
        if stored is None or len(found) != 1:
            return None
        owner = dict(stored.decode().annotations).get(PROJECT, project)
        return found[0] if project in ("", owner) else None


def _age(stage: StoredStage) -> tuple[float, str]:
    return stage.saved, stage.reference


def _call(function: Callable[[A], R], argument: A) -> Job[R]:
    return lambda stop: function(argument)
