"""The layers of one image: where the bytes of each are, and what it says of each path.

What this host knows of a layer is used; else the layer is read once, from beginning to end, and
what it says is remembered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.containers.backend import Layer
from werfish.containers.fact_documents import Answers
from werfish.containers.fact_store import FactStore
from werfish.oci.layered_facts import KnownLayer, WrittenLayer
from werfish.oci.manifest import Descriptor
from werfish.registry.errors import MismatchError, NotFoundError
from werfish.storage.repo.catalogue import KnownImage, layers_of, stored_below
from werfish.storage.repo.layer_records import SMALL, LayerRecords
from werfish.storage.repo.lost import Lost, LostError
from werfish.storage.transfer.carrier import Carrier

if TYPE_CHECKING:
    import tarfile


@dataclass(frozen=True, slots=True)
class ImageLayers:
    """The layers of the image *known*; *facts* are of this host, *records* of all hosts."""

    known: KnownImage
    carrier: Carrier
    facts: FactStore
    records: LayerRecords
    lost: Lost
    _written: dict[str, WrittenLayer] = field(default_factory=dict)

    @property
    def diff_ids(self) -> tuple[str, ...]:
        """The layers, the lowest first."""
        return self.known.image.config.diff_ids

    @contextmanager
    def archive(self, diff_id: str) -> "Iterator[tarfile.TarFile]":
        """Open a layer for one pass; `LostError` where it is gone, or is not what it should be."""
        from werfish.storage.repo.layer_archive import opened_layer

        repository = stored_below(self.known).reference.repository
        source = self._source(diff_id)
        try:
            with opened_layer(source, repository, self.carrier.registry) as archive:
                yield archive
        except (NotFoundError, MismatchError) as error:
            if self.lost.add([source.digest]):
                raise LostError(source.digest, str(repository)) from error
            raise

    def layer(self, diff_id: str) -> KnownLayer | None:
        """Return what is known of a layer, after reading it where nothing is."""
        return self._written.get(diff_id) or self.facts.layer(diff_id) or self.written(diff_id)

    def written(self, diff_id: str) -> WrittenLayer:
        """Return what a layer says of each path."""
        if diff_id not in self._written:
            found = self.facts.layer(diff_id)
            self._written[diff_id] = (
                found if isinstance(found, WrittenLayer) else self._read(diff_id)
            )
        return self._written[diff_id]

    def answers(self, chain: str) -> Answers:
        """Return what the stack of layers *chain* answered so far."""
        return self.facts.answers(chain)

    def keep_answers(self, chain: str, answers: Answers) -> None:
        """Remember *answers*."""
        self.facts.keep_answers(chain, answers)

    def _read(self, diff_id: str) -> WrittenLayer:
        from werfish.storage.repo.layer_archive import facts_of

        is_large = self._source(diff_id).size > SMALL
        found = self.records.find(diff_id) if is_large else None
        if found is None:
            with self.archive(diff_id) as archive:
                found = facts_of(archive)
            if is_large:
                self.records.keep(diff_id, found)
        self.facts.keep_layer(diff_id, found)
        return found

    def _source(self, diff_id: str) -> Layer | Descriptor:
        return self.carrier.blobs.find(diff_id) or dict(layers_of(self.known))[diff_id]


@dataclass(frozen=True, slots=True)
class WrittenOnly:
    """The facts of *layers*, each known entry by entry."""

    layers: ImageLayers

    def layer(self, diff_id: str) -> KnownLayer | None:
        """Return what a layer says of each path."""
        return self.layers.written(diff_id)

    def answers(self, chain: str) -> Answers:
        """Return nothing: the layers say everything."""
        return Answers()

    def keep_answers(self, chain: str, answers: Answers) -> None:
        """Remember nothing."""
