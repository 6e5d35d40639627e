"""Look up the published images that a deploy uses: what each tag names in its registry now."""

from collections.abc import Mapping

from stages.light_dataclass import dataclass
from werfish.config.model import Project
from werfish.errors import RegistryError
from werfish.helm.images import DeployedImage, TagStrategy
from werfish.oci.manifest import Manifest
from werfish.oci.reference import Reference
from werfish.publish.naming import ImagesRepo, image_reference
from werfish.publish.tagging import ImageTag
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel


class NotPublishedError(RegistryError):
    """An image of the project is not in its registry under the tag of the deploy."""

    def __init__(self, name: str, reference: Reference) -> None:
        """Name the image, and where it should be."""
        super().__init__(
            f'look up image "{name or "~"}": "{reference}" is not in the registry',
            hint='run "werfish build-and-publish" with the same --images-repo and tag first',
        )
        self.reference = reference


@dataclass(frozen=True, slots=True)
class Published:
    """Where the images of a project are: *signatures* by image where the tag differs by image."""

    repo: ImagesRepo
    tag: ImageTag
    signatures: Mapping[str, str]


def published_images(
    project: Project, published: Published, registry: RegistryClient
) -> tuple[DeployedImage, ...]:
    """Return every final image of *project* as the registry has it; `NotPublishedError` if not."""
    jobs = [_job(image.name, published, registry) for image in project.final_images]
    return tuple(in_parallel(jobs))


def _job(name: str, published: Published, registry: RegistryClient) -> Job[DeployedImage]:
    tag = published.tag.of(published.signatures.get(name, ""), name)
    names_image = published.tag.names_image
    reference = image_reference(published.repo, name, tag, names_image=names_image)

    def run(stop: object) -> DeployedImage:
        stored = registry.find_manifest(reference)
        if stored is None:
            raise NotPublishedError(name, reference)
        manifest = stored.decode()
        return DeployedImage(
            name=name,
            reference=str(reference),
            repo=str(reference.repository),
            tag=reference.tag,
            image_id=manifest.config.digest if isinstance(manifest, Manifest) else "",
            digest=stored.digest,
        )

    return run


def strategy_of(tag: ImageTag) -> TagStrategy:
    """Return the strategy of *tag* in the words that charts know."""
    return TagStrategy(tag.strategy.value)
