"""A stage put into a repository: its layers, its configuration, and last its manifest."""

from stages.light_dataclass import dataclass
from werfish.containers.backend import LocalImage
from werfish.oci.manifest import Descriptor, digest_of_bytes
from werfish.oci.media_types import OCI_CONFIG, OCI_MANIFEST
from werfish.oci.reference import Reference, Repository
from werfish.storage.repo.candidates import stage_manifest, stage_tag, with_data
from werfish.storage.stored_stage import StoredStage
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.locate import Target
from werfish.storage.transfer.upload import bring_layers


@dataclass(frozen=True, slots=True)
class WrittenStage:
    """What was put: the stage's own tag, its manifest's bytes and digest, its *layers*.

    *moved* are the layers, by their content, that werfish had to send.
    """

    reference: Reference
    manifest: bytes
    digest: str
    layers: tuple[Descriptor, ...]
    moved: tuple[str, ...]


def write_stage(
    stage: StoredStage,
    image: LocalImage,
    project: str,
    repository: Repository,
    carrier: Carrier,
    *,
    may_push: bool,
) -> WrittenStage:
    """Bring everything of *image* into *repository*, as *stage*.

    With *may_push* the backend has the image; else `MissingLayersError` where a layer is nowhere.
    `RefusedError` where the registry lacks something that it was seen to have.
    """
    registry = carrier.registry
    brought = bring_layers(image, (), Target(repository), carrier, may_push=may_push)
    config = image.config.encode()
    registry.upload_blob(repository, image.id, len(config), lambda: [config], look_first=False)
    described = with_data(Descriptor(OCI_CONFIG, image.id, len(config)), config)
    data = stage_manifest(stage, project, described, brought.blobs).encode()
    digest = digest_of_bytes(data)
    reference = repository.tagged(stage_tag(stage.digest, digest))
    registry.put_manifest(reference, OCI_MANIFEST, data)
    return WrittenStage(reference, data, digest, brought.blobs, brought.moved)
