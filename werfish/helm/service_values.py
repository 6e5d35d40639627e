"""What werf tells templates about the project, its images and its commit.

Pure. Templates written for werf 1.1 read ``global.*`` (an image is a map there), those written
for v2 read ``werf.*`` and ``global.werf.*`` (an image is its reference).
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass
from werfish.helm.images import DeployedImage, TagStrategy

UNSET = '"-"'
"""werf 1.1's word for "not known", quotes included: templates compare with it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that the images were built from; *human* is its date as people write it."""

    hash: str = ""
    human: str = ""
    unix: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """The facts behind the service values.

    *docker_config* is Docker's config.json, for pull secrets; empty where it is not to be told.
    """

    project: str
    namespace: str
    env: str = ""
    repo: str = ""
    version: str = ""
    images: tuple[DeployedImage, ...] = ()
    strategy: TagStrategy = TagStrategy.STAGES_SIGNATURE
    commit: Commit = Commit()
    docker_config: str = field(default="", repr=False)

    @property
    def tag(self) -> str:
        """The tag that all images share, empty where they differ."""
        tags = {image.tag for image in self.images}
        return tags.pop() if len(tags) == 1 else ""

    @property
    def nameless(self) -> DeployedImage | None:
        """The nameless image, which is then the only one."""
        return next((image for image in self.images if not image.name), None)


def service_values(service: Service) -> dict[str, Any]:
    """Return the values for both generations of templates."""
    new = _new(service)
    old = _old(service)
    given = {"env": service.env} if service.env else {}
    config = service.docker_config
    encoded = {"dockerconfigjson": b64encode(config.encode()).decode()} if config else {}
    return {
        **encoded,
        "werf": new,
        "global": {**given, "namespace": service.namespace, "werf": {**_shared(new), **old}},
    }


def _old(service: Service) -> dict[str, Any]:
    """Return ``global.werf`` of werf 1.1."""
    tag = {"docker_tag": service.tag} if service.tag else {}
    return {
        "name": service.project,
        "repo": service.repo,
        "version": service.version,
        **tag,
        "is_nameless_image": service.nameless is not None,
        "ci": _ci(service),
        "image": _old_images(service),
    }


def _ci(service: Service) -> dict[str, Any]:
    ci: dict[str, Any] = {"is_tag": False, "is_branch": False, "is_custom": False}
    ci |= {"branch": UNSET, "tag": UNSET, "ref": UNSET}
    match service.strategy:
        case TagStrategy.GIT_TAG:
            ci |= {"tag": service.tag, "ref": service.tag, "is_tag": True}
        case TagStrategy.GIT_BRANCH:
            ci |= {"branch": service.tag, "ref": service.tag, "is_branch": True}
        case TagStrategy.CUSTOM:
            ci["is_custom_tag"] = True
        case TagStrategy.STAGES_SIGNATURE:
            ci["is_tag_by_stages_signatures"] = True
        case TagStrategy.GIT_COMMIT:
            pass
    return ci


def _old_images(service: Service) -> Mapping[str, Any]:
    if service.nameless is not None:
        return _old_image(service.nameless, service.strategy)
    return {image.name: _old_image(image, service.strategy) for image in service.images}


def _old_image(image: DeployedImage, strategy: TagStrategy) -> dict[str, str]:
    known = {"docker_image": image.reference, "docker_tag": image.tag}
    if strategy.is_mutable:
        known["docker_image_id"] = image.image_id or UNSET
        known["docker_image_digest"] = image.digest or UNSET
    return known


def _new(service: Service) -> dict[str, Any]:
    """Return ``werf`` of v2."""
    nameless = service.nameless
    values: dict[str, Any] = {
        "name": service.project,
        "version": service.version,
        "repo": service.repo,
        "namespace": service.namespace,
        "is_stub": False,
        "is_nameless_image": nameless is not None,
        "image": {image.name: image.reference for image in service.images if image.name},
        "tag": {image.name: image.tag for image in service.images if image.name},
        "commit": {
            "hash": service.commit.hash,
            "date": {"human": service.commit.human, "unix": service.commit.unix},
        },
    }
    if service.env:
        values["env"] = service.env
    if nameless is not None:
        values["nameless_image"] = nameless.reference
    return values


def _shared(new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what v2 repeats below ``global.werf``, for sub-charts."""
    return {**{key: value for key, value in new.items() if key != "image"}, "images": new["image"]}
