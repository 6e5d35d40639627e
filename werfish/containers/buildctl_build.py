"""Build a Dockerfile by a buildkitd, through ``buildctl``, and load the image into Docker.

buildkitd fetches base images from their registries by itself, by the digest that the daemon has of
them; those that are in the daemon only are given along. Only what is new moves: a layer that an
earlier build handed over has an empty file in the folder of the image, and a store of OCI blobs
takes no blob that it has. Where the daemon has lost such a layer, all are handed over again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.containers.backend import BaseImage, Layer
from werfish.containers.buildctl_line import Folders, GivenBase, buildctl_line, policy_of
from werfish.containers.buildkit_host import BuildKitHost
from werfish.containers.buildkit_run import Tracked, build_files, run_builder
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest
from werfish.containers.fact_store import FactStore
from werfish.containers.image_folder import add_saved, blob_of, read_image
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from docker import APIClient

Load = Callable[[ImageConfig, Sequence[Layer]], str]
"""Give an image to the daemon, with those layers that it lacks, and return the image's id."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a build needs beside its request: who builds, for what *platform*, and room on disk.

    *facts* know what was handed over.
    """

    host: BuildKitHost
    platform: str
    tracked: Tracked
    facts: FactStore
    private_folder: Callable[[], AbstractContextManager[Path]]


def build_by_buildctl(
    api: "APIClient",
    request: DockerfileRequest,
    bases: Mapping[str, BaseImage],
    around: Surroundings,
    load: Load,
) -> str:
    """Build *request*, whose images from outside are *bases*, and return the id of the image."""
    handed_over = around.facts.handed_over()
    try:
        return _built(api, request, bases, around, load, handed_over)
    except DaemonError:
        if not handed_over:
            raise
    around.facts.forget_handed_over()
    return _built(api, request, bases, around, load, ())


def _built(
    api: "APIClient",
    request: DockerfileRequest,
    bases: Mapping[str, BaseImage],
    around: Surroundings,
    load: Load,
    handed_over: Sequence[str],
) -> str:
    with around.private_folder() as folder:
        folders = Folders(folder / "bases", folder / "image", folder / "policy.json")
        folders.policy.write_text(policy_of(request.context))
        given = tuple(_given(api, name, base, folders.bases) for name, base in bases.items())
        _stand_in(folders.image, handed_over)
        files = build_files(request)
        line = buildctl_line(around.host, request, files, given, around.platform, folders)
        run_builder(line, around.host.environment, request, files, around.tracked)
        try:
            config, layers = read_image(folders.image)
        except (OSError, ValueError, KeyError) as error:
            raise DockerfileFailedError(request, f"what was built is no image: {error}") from error
        known = [base.image.config for base in bases.values()]
        image_id = load(config, [one for one in new_layers(layers, known) if _is_here(one)])
    around.facts.keep_handed_over([layer.digest for layer in layers])
    return image_id


def _stand_in(folder: Path, digests: Iterable[str]) -> None:
    for digest in digests:
        path = blob_of(folder, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _is_here(layer: Layer) -> bool:
    return layer.path.stat().st_size > 0


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
