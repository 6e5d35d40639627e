"""The files of an image without a daemon."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from stages.light_dataclass import dataclass
from werfish.containers.fact_store import FactStore
from werfish.containers.layered_tree import LayeredTree
from werfish.oci.image_files import ImageFiles
from werfish.storage.repo.catalogue import KnownImage
from werfish.storage.repo.image_layers import ImageLayers
from werfish.storage.repo.layer_records import LayerRecords
from werfish.storage.repo.lost import Lost
from werfish.storage.transfer.carrier import Carrier


@dataclass(frozen=True, slots=True)
class ImageTrees:
    """Opens images by what *carrier* can read, with *facts* of this host and *records* of all."""

    carrier: Carrier
    facts: FactStore
    records: LayerRecords
    lost: Lost

    def share(self, diff_ids: Iterable[str]) -> None:
        """Tell all machines what those of the layers hold that this host has written."""
        for diff_id in diff_ids:
            layer = self.carrier.blobs.find(diff_id)
            if layer is not None:
                self.records.keep_written(diff_id, layer.size, self.facts.layer(diff_id))

    @contextmanager
    def opened(self, known: KnownImage) -> Iterator[ImageFiles]:
        """Open the files of *known*: its layers answer, and only then what is in their archives."""
        from werfish.storage.repo.blob_reader import BlobReader

        layers = ImageLayers(known, self.carrier, self.facts, self.records, self.lost)
        tree = LayeredTree(layers.diff_ids, layers, BlobReader(layers))
        yield tree
        tree.close()
