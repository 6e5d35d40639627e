"""What to publish, and what was published. Pure."""

from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.containers.backend import LocalImage
from werfish.oci.config import ImageConfig
from werfish.oci.labels import IMAGE, PREFIX, PROJECT
from werfish.oci.manifest import Annotations
from werfish.oci.reference import Reference


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What to publish: *image* is the last stage of image *name* (empty: the nameless one).

    *targets* are tags of one repository. *chain* are the images of the stages below, in order:
    each has some of the lowest layers of *image*. *base_source* is where the base image came
    from, with its digest, if it came from a registry (see `werfish.publish.base`).
    *labels* of the user's are added to the image, *annotations* to a manifest that is written. An
    *is_export* is the user's own image: nothing in it tells of werfish.
    *in_backend* tells whether the backend has the image, and can push what is nowhere else.
    """

    name: str
    project: str
    image: LocalImage
    targets: tuple[Reference, ...]
    chain: tuple[LocalImage, ...] = ()
    base_source: Reference | None = None
    labels: tuple[tuple[str, str], ...] = ()
    annotations: Annotations = ()
    is_export: bool = False
    in_backend: bool = True

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name or "~"


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """An image in its registry, under one tag.

    *reference* is ``REPOSITORY:TAG``, *digest* that of the manifest, *image_id* that of the
    configuration. *is_new* tells whether the tag was written.
    """

    name: str
    repository: str
    tag: str
    reference: str
    digest: str
    image_id: str
    is_new: bool


def published_config(request: PublishRequest) -> ImageConfig:
    """Return the configuration of the published image: that of the stage, and who it is."""
    config = request.image.config
    if request.is_export:
        labels = {k: value for k, value in config.labels.items() if not k.startswith(PREFIX)}
    else:
        labels = {**config.labels, IMAGE: request.name, PROJECT: request.project}
    labels |= dict(request.labels)
    return replace(config, runtime={**config.runtime, "Labels": labels})
