"""Build a Dockerfile by a buildkitd, through ``buildctl``, and load the image into Docker.

buildkitd fetches base images from their registries by itself, by the digest that the daemon has of
them; those that are in the daemon only are given along. The daemon gets the layers that are new.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.containers.backend import BaseImage, Layer
from werfish.containers.buildctl_line import Folders, GivenBase, buildctl_line
from werfish.containers.buildkit_host import BuildKitHost
from werfish.containers.buildkit_run import Tracked, build_files, run_builder
from werfish.containers.docker_client import daemon_errors
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest
from werfish.containers.image_folder import add_saved, read_image
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from docker import APIClient


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a build needs beside its request: who builds, for what *platform*, and room on disk."""

    host: BuildKitHost
    platform: str
    tracked: Tracked
    private_folder: Callable[[], AbstractContextManager[Path]]


Load = Callable[[ImageConfig, Sequence[Layer]], str]
"""Give an image to the daemon, with those layers that it lacks, and return the image's id."""


def build_by_buildctl(
    api: "APIClient",
    request: DockerfileRequest,
    bases: Mapping[str, BaseImage],
    around: Surroundings,
    load: Load,
) -> str:
    """Build *request*, whose images from outside are *bases*, and return the id of the image."""
    with around.private_folder() as folder:
        folders = Folders(folder / "bases", folder / "image")
        given = tuple(_given(api, name, base, folders.bases) for name, base in bases.items())
        files = build_files(request)
        line = buildctl_line(around.host, request, files, given, around.platform, folders)
        run_builder(line, around.host.environment, request, files, around.tracked)
        try:
            config, layers = read_image(folders.image)
        except (OSError, ValueError, KeyError) as error:
            raise DockerfileFailedError(request, f"what was built is no image: {error}") from error
        return load(config, new_layers(layers, [base.image.config for base in bases.values()]))


def new_layers(layers: Sequence[Layer], known: Sequence[ImageConfig]) -> tuple[Layer, ...]:
    """Return those of *layers*, an image's, that do not begin any of the images *known*."""
    return tuple(layers[max((_shared(layers, config) for config in known), default=0) :])


def _shared(layers: Sequence[Layer], config: ImageConfig) -> int:
    pairs = zip(layers, config.diff_ids, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].diff_id == pair[1], pairs))


def _given(api: "APIClient", name: str, base: BaseImage, folder: Path) -> GivenBase:
    if base.digest:
        return GivenBase(name, base.digest, is_local=False)
    with daemon_errors(f'read image "{name}"'):
        return GivenBase(name, add_saved(folder, api.get_image(base.image.id)), is_local=True)
