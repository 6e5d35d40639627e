"""Base images as their registries describe them: nothing of one is read but what it is.

Docker Hub's are looked for at its mirrors first, as a daemon would pull them.
"""

from collections.abc import Sequence

from stages.image import SCRATCH
from stages.light_dataclass import dataclass
from werfish.containers.backend import LocalImage
from werfish.containers.docker_pull import UnknownBaseError
from werfish.errors import RegistryError
from werfish.oci.config import decode_config, nothing
from werfish.oci.manifest import Index, Manifest, Platform
from werfish.oci.reference import HUB, Reference, parse_reference
from werfish.registry.errors import InvalidAnswerError
from werfish.storage.repo.catalogue import StoredImage
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.learn import for_platform
from werfish.storage.transfer.upload import remember_layers


@dataclass(frozen=True, slots=True)
class BaseRegistries:
    """Where base images are: *mirrors* of Docker Hub (hosts, tried in order); their *platform*."""

    carrier: Carrier
    mirrors: Sequence[str] = ()
    platform: str = "linux/amd64"

    def resolve(self, text: str, platform: str = "") -> tuple[StoredImage, str]:
        """Return the image *text*, and the digest of what the name stands for.

        It is that for *platform*, if one is given.
        `UnknownBaseError` if it is nowhere, with what each registry said.
        """
        if text == SCRATCH:
            empty = nothing(platform or self.platform)
            return StoredImage(LocalImage(empty.id, empty), parse_reference(text), ()), ""
        problems = []
        for place in self._places(text):
            try:
                return self._read(place, platform or self.platform)
            except RegistryError as error:
                problems.append(f"{place.repository.registry} says: {error}")
        raise UnknownBaseError(text, problems)

    def _places(self, text: str) -> list[Reference]:
        try:
            reference = parse_reference(text)
        except ValueError as error:
            raise UnknownBaseError(text, [str(error)]) from error
        if reference.repository.registry != HUB:
            return [reference]
        name = str(reference).removeprefix(f"{HUB}/")
        return [*(parse_reference(f"{mirror}/{name}") for mirror in self.mirrors), reference]

    def _read(self, place: Reference, platform: str) -> tuple[StoredImage, str]:
        registry = self.carrier.registry
        stored = top = registry.get_manifest(place)
        manifest = top.decode()
        if isinstance(manifest, Index):
            child = for_platform(manifest, Platform(*platform.split("/")), place)
            stored = registry.get_manifest(place.repository.pinned(child.digest))
            manifest = stored.decode()
        if not isinstance(manifest, Manifest):
            raise InvalidAnswerError(f'read "{place}": an index lists another index')
        data = registry.read_blob(place.repository, manifest.config)
        try:
            config = decode_config(data)
        except ValueError as error:
            raise InvalidAnswerError(f'read the configuration of "{place}": {error}') from error
        if len(config.diff_ids) != len(manifest.layers):
            raise InvalidAnswerError(f'read "{place}": its layers are not those of its manifest')
        remember_layers(config.diff_ids, manifest.layers, place.repository, self.carrier)
        image = LocalImage(manifest.config.digest, config)
        pinned = place.repository.pinned(stored.digest)
        return StoredImage(image, pinned, manifest.layers), top.digest
