"""A stage put into a repository: its layers, its configuration, and last its manifest."""

from stages.light_dataclass import dataclass
from werfish.containers.backend import LocalImage
from werfish.oci.manifest import Descriptor
from werfish.oci.media_types import OCI_CONFIG
from werfish.oci.reference import Reference, Repository
from werfish.registry.manifests import StoredManifest
from werfish.storage.repo.candidates import stage_manifest, stage_tag, with_data
from werfish.storage.stored_stage import StoredStage
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.locate import Target
from werfish.storage.transfer.sending import put_anew
from werfish.storage.transfer.upload import bring_layers


@dataclass(frozen=True, slots=True)
class WrittenStage:
    """What was put: the *stored* manifest under the stage's own tag, and its *layers*.

    *moved* are the layers, by their content, that werfish had to send.
    """

    stored: StoredManifest
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
    was_broken: bool = False,
) -> WrittenStage:
    """Bring everything of *image* into *repository*, as *stage*.

    With *may_push* the backend has the image; else `MissingLayersError` where a layer is nowhere.
    `RefusedError` where the registry lacks something that it was seen to have. *was_broken*: the
    registry could not read a manifest that may have been the same.
    """
    registry = carrier.registry
    brought = bring_layers(image, (), Target(repository), carrier, may_push=may_push)
    config = image.config.encode()
    registry.upload_blob(repository, image.id, len(config), lambda: [config], look_first=False)
    described = with_data(Descriptor(OCI_CONFIG, image.id, len(config)), config)
    manifest = stage_manifest(stage, project, described, brought.blobs)

    def named(digest: str) -> Reference:
        return repository.tagged(stage_tag(stage.digest, digest))

    put = put_anew(named, manifest, registry) if was_broken else registry.put_image(named, manifest)
    return WrittenStage(put, brought.blobs, brought.moved)
