"""``REPO``: stages as manifests of a registry's repository.

A stage that was saved is whole: a registry takes a manifest only when all that it names is there.
What breaks later (a blob that somebody deleted) is noticed where it is used, or when a chain was
found whole and nothing was built on it; from then on such a stage does not count.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.backend import ImageGoneError, LocalImage
from werfish.locks.lock import Locks
from werfish.oci.config import ImageConfig, decode_config
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.reference import Repository, parse_reference
from werfish.registry.errors import (
    BROKEN_MANIFEST,
    MismatchError,
    NotFoundError,
    RefusedError,
)
from werfish.registry.manifests import StoredManifest
from werfish.storage.repo.candidates import Candidate, candidate_of
from werfish.storage.repo.catalogue import Catalogue, StoredImage
from werfish.storage.repo.hints import Hints
from werfish.storage.repo.lost import LostError
from werfish.storage.repo.sources import Sources
from werfish.storage.repo.written_stage import WrittenStage, write_stage
from werfish.storage.stage_storage import BrokenStageError, OutdatedStageError
from werfish.storage.stored_stage import StoredStage
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.copies import CopyError
from werfish.storage.transfer.upload import MissingLayersError, remember_layers


class RepoStageStorage:
    """The stages of all projects in *repository*; *clock* gives seconds since 1970."""

    is_local = False

    def __init__(
        self,
        repository: Repository,
        project: str,
        carrier: Carrier,
        catalogue: Catalogue,
        hints: Hints,
        locks: Locks,
        clock: Callable[[], float],
        sources: Sequence[Hints] = (),
        *,
        is_shared: bool = False,
        share: Callable[[Sequence[str]], None] = lambda moved: None,
    ) -> None:
        """Ask nothing yet; images that are found or saved are told to *catalogue*.

        *hints* are those of *repository*, *sources* those of repositories that are only read.
        *is_shared*: *locks* keep other machines out too, so that it pays to ask once more what
        they have saved. *share* tells all machines what layers hold that were moved here.
        """
        self._repository = repository
        self._project = project
        self._carrier = carrier
        self._catalogue = catalogue
        self._hints = hints
        self._locks = locks
        self._share = share
        self._clock = clock
        self._sources = Sources(sources, carrier.log.warning)
        self._look = hints.find if is_shared else hints.find_again
        self._trusts_memory = True
        self._candidates: dict[str, Candidate] = {}

    @property
    def place(self) -> str:
        """The repository."""
        return str(self._repository)

    def stages(self) -> Sequence[StoredStage]:
        """Return every stage of the project by the stages' own tags, oldest first."""
        return self._whole(self._hints.listed(self._project))

    def remembered(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that this host knows to have *digest*, without asking."""
        return self._whole(self._hints.remembered(digest)) if self._trusts_memory else ()

    def find(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest*, oldest first; broken ones are left out."""
        return self._whole(self._hints.find(digest))

    def elsewhere(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest* in repositories that are only read."""
        return self._whole(self._sources.find(digest))

    def adopt(self, stage: StoredStage) -> StoredStage:
        """Copy *stage* into this repository if it is of another; layers are mounted if possible."""
        source, lost = parse_reference(stage.reference).repository, self._catalogue.lost
        if source == self._repository:
            return stage
        with self._sources.reading(source, lost):
            image = self.image(stage)
        lock = self._locks.held(f"{self._repository}-{stage.digest}")
        with lock, self._sources.reading(source, lost, CopyError):
            kept = self._save(stage.name, stage.digest, stage.commits, image, saved=stage.saved)
        self._carrier.log.info(f'stage {stage.name} ({stage.digest.short}) copied from "{source}"')
        return kept

    def image(self, stage: StoredStage) -> LocalImage:
        """Return the image of *stage*; `BrokenStageError` where it is gone."""
        known = self._catalogue.find(stage.image_id)
        if isinstance(known, StoredImage):
            return known.image
        reference, manifest = parse_reference(stage.reference), self._manifest(stage)
        config = self._config(stage, manifest.config)
        image = LocalImage(stage.image_id, config)
        remember_layers(config.diff_ids, manifest.layers, reference.repository, self._carrier)
        return self._catalogue.add(StoredImage(image, reference, manifest.layers))

    def save(
        self,
        name: StageName,
        digest: Digest,
        commits: tuple[tuple[str, str], ...],
        image: LocalImage,
    ) -> StoredStage:
        """Keep *image* as a stage; if the same one was kept meanwhile, the first one wins."""
        with self._locks.held(f"{self._repository}-{digest}"):
            found = self._whole(self._look(digest))
            same = next((stage for stage in found if stage.commits == commits), None)
            if same is None:
                return self._save(name, digest, commits, image)
        if self._catalogue.find(image.id) is None:
            self._carrier.backend.discard(image)
        return same

    def confirm(self, stages: Sequence[StoredStage], built: Collection[Digest]) -> None:
        """Make sure that a chain of *stages* is found by others, and is whole.

        Where some were *built* the registry has looked itself; else the last one is looked at, and
        whether it is still the one that everybody uses: then all machines have the same images.
        """
        self._hints.settle(built)
        if not built and stages:
            told = self._hints.told(stages[-1].digest)
            self._check(stages[-1])
            self._require_current(stages[-1], told)

    def _require_current(self, stage: StoredStage, told: StoredManifest | None) -> None:
        """Raise where others count by now than this host was *told*; what is gone is written."""
        if told is None:
            return
        if self._hints.is_outdated(stage, told):
            self._trusts_memory = False
            raise OutdatedStageError(
                f'stage "{stage.name}" ({stage.digest.short}) was built by another machine, too:'
                " all use the same one from now on"
            )
        if not self._hints.names(stage):
            self._hints.restore(stage, told)

    def _save(
        self,
        name: StageName,
        digest: Digest,
        commits: tuple[tuple[str, str], ...],
        image: LocalImage,
        *,
        saved: float | None = None,
    ) -> StoredStage:
        time = self._clock() if saved is None else saved
        stage = StoredStage(name, digest, "", image.id, time, commits)
        try:
            written = self._written(stage, image)
        except RefusedError as error:
            if not error.is_of_lack:
                raise
            self._carrier.seen.forget_all(self._repository)
            self._doubt(str(error))
            written = self._written(stage, image)
        stored = written.stored
        stage = replace(stage, reference=str(stored.reference), manifest=stored.digest)
        candidate = candidate_of(stage, stored.descriptor, stored.data)
        lost = self._catalogue.lost
        layers = (layer.digest for layer in written.layers)
        lost.remove([stored.digest, stage.reference, *layers])
        self._hints.write(candidate, stored.data, lost.all())
        self._share(written.moved)
        self._candidates[stage.reference] = candidate
        if self._catalogue.find(image.id) is None:
            with suppress(ImageGoneError):  # it only spares a pull
                self._carrier.backend.tag(image, stage.reference)
        self._catalogue.add(StoredImage(image, stored.reference, written.layers))
        return stage

    def _written(self, stage: StoredStage, image: LocalImage) -> WrittenStage:
        try:
            return write_stage(
                stage,
                image,
                self._project,
                self._repository,
                self._carrier,
                may_push=self._catalogue.find(image.id) is None,
                was_broken=self._was_broken(stage.digest),
            )
        except MissingLayersError as error:
            self._lose(error.diff_ids)
            raise BrokenStageError(str(error)) from error

    def _was_broken(self, digest: Digest) -> bool:
        """Whether a manifest of a stage with *digest* turned out to be gone, or not readable."""
        own = str(self._repository.tagged(f"{digest}-"))
        is_lost = any(one.startswith(own) for one in self._catalogue.lost.all())
        return is_lost or self._hints.is_broken(digest)

    def _whole(self, candidates: Sequence[Candidate]) -> tuple[StoredStage, ...]:
        whole = [one for one in candidates if self._is_whole(one)]
        self._candidates.update({one.stage.reference: one for one in whole})
        return tuple(one.stage for one in whole)

    def _is_whole(self, candidate: Candidate) -> bool:
        lost, image = self._catalogue.lost, candidate.image
        layers = [layer.digest for layer in image.layers] if image else []
        if not lost.has([candidate.manifest.digest, candidate.stage.reference, *layers]):
            return True
        lost.add([candidate.manifest.digest])
        return False

    def _manifest(self, stage: StoredStage) -> Manifest:
        candidate = self._candidates.get(stage.reference)
        manifest = candidate.image if candidate else None
        if manifest is not None:
            return manifest
        try:
            stored = self._carrier.registry.get_manifest(parse_reference(stage.reference))
        except NotFoundError as error:
            raise self._broken(stage, "its manifest is gone") from error
        except BROKEN_MANIFEST as error:
            raise self._broken(stage, "its manifest cannot be read") from error
        decoded = stored.decode()
        if not isinstance(decoded, Manifest):
            raise self._broken(stage, "it is no image any more")
        return decoded

    def _config(self, stage: StoredStage, described: Descriptor) -> ImageConfig:
        data = described.embedded
        try:
            if data is None:
                repository = parse_reference(stage.reference).repository
                data = self._carrier.registry.read_blob(repository, described)
            return decode_config(data)
        except NotFoundError as error:
            raise self._broken(stage, "its configuration is gone") from error
        except (ValueError, MismatchError) as error:
            raise self._broken(stage, "its configuration is broken") from error

    def _check(self, stage: StoredStage) -> None:
        manifest = self._manifest(stage)
        try:
            reference = parse_reference(stage.reference)
            blobs = (*manifest.layers, manifest.config)
            is_named = partial(self._hints.is_the_hint, stage.digest, stage.manifest)
            self._catalogue.lost.check(reference, blobs, self._carrier, is_named)
        except LostError:
            self._lose_stage(stage)
            self._trusts_memory = False
            raise

    def _doubt(self, problem: str) -> None:
        """Ask for every stage from now on; what was only remembered may be gone, too."""
        if self._trusts_memory:
            self._trusts_memory = False
            raise BrokenStageError(problem)

    def _lose(self, diff_ids: Sequence[str]) -> None:
        """Let no stage count any more that has these layers."""
        places = [place for one in diff_ids for place in self._carrier.seen.places(one)]
        here = [place for place in places if place.repository == self._repository]
        self._catalogue.lost.add(place.blob.digest for place in here)

    def _lose_stage(self, stage: StoredStage) -> None:
        candidate = self._candidates.get(stage.reference)
        if candidate is not None:
            self._catalogue.lost.add([candidate.manifest.digest])

    def _broken(self, stage: StoredStage, problem: str) -> BrokenStageError:
        self._lose_stage(stage)
        where = f'use stage "{stage.name}" ({stage.digest.short}), "{stage.reference}"'
        return BrokenStageError(f"{where}: {problem}")
