"""What killed builds left in a Docker daemon, and its removal.

Each container of a build, and each image that is only a step on the way, carries the id of the home
it belongs to and the name of its process's lease. What has another home's id is never touched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_images import find_image, remove_tag, tag_image, tagged_images
from werfish.containers.private_folder import is_folder
from werfish.oci.config import ImageConfig
from werfish.oci.labels import PREFIX

if TYPE_CHECKING:
    from docker import APIClient

_NOT_FOUND, _CONFLICT = 404, 409
HOME_LABEL = PREFIX + "home"
LEASE_LABEL = PREFIX + "build"


class Lease(Protocol):
    """How a killed build is told from one that is going on."""

    @property
    def home(self) -> str:
        """The id of the home that this process works for."""
        ...

    @property
    def name(self) -> str:
        """The name of the lease that this process holds."""
        ...

    def is_dead(self, name: str) -> bool:
        """Whether no process holds the lease *name* of this home any more."""
        ...

    def note(self, text: str) -> Path:
        """Write down what is to be undone if this process is killed, until `erase`."""
        ...

    def erase(self, note: Path) -> None:
        """Take a note away: it is done."""
        ...

    def left(self) -> Iterable[tuple[Path, str]]:
        """Return the notes of dead processes of this home."""
        ...


def lease_labels(lease: Lease) -> dict[str, str]:
    """Return the labels of whatever must not outlive this process."""
    return {HOME_LABEL: lease.home, LEASE_LABEL: lease.name}


def marked(config: ImageConfig, lease: Lease) -> ImageConfig:
    """Return *config* with those labels: that of an image which no other process makes."""
    labels = {**config.labels, **lease_labels(lease)}
    return replace(config, runtime={**config.runtime, "Labels": labels})


def temporary_tag(lease: Lease, image_id: str) -> str:
    """Return the tag that holds an image for this process until it gets one of its own.

    An image without a tag could be pruned by anybody, and would stay if we were killed.
    """
    return f"{_repository(lease)}:{lease.name}-{image_id.removeprefix('sha256:')[:12]}"


def sweep(api: "APIClient", lease: Lease) -> bool:
    """Remove containers, images, volumes and temporary tags of this home whose process is dead.

    Tell whether all images are gone: a daemon that has not noticed yet that somebody was killed may
    just be making a container of one, or another image upon it.
    """
    only_ours = {"label": [f"{HOME_LABEL}={lease.home}"]}
    with daemon_errors("look for what killed builds left behind"):
        containers = api.containers(all=True, filters=only_ours)
        images = api.images(all=True, filters=only_ours)
        volumes = api.volumes(filters=only_ours)["Volumes"] or ()
    temporary = tagged_images(api, _repository(lease))
    for container in containers:
        if _is_left(container["Labels"], lease):
            with _gone_is_fine():
                api.remove_container(container["Id"], force=True, v=True)
    left = [str(image["Id"]) for image in images if _is_left(image["Labels"], lease)]
    are_gone = _remove_images(api, left)
    for tagged in temporary:
        if lease.is_dead(tagged.reference.rpartition(":")[2].rpartition("-")[0]):
            remove_tag(api, tagged.reference)
    _remove_volumes(api, [one["Name"] for one in volumes if _is_left(one["Labels"], lease)])
    for note, reference in lease.left():
        if not is_folder(reference):
            remove_tag(api, reference)
            lease.erase(note)
    return are_gone


def remove_own_images(api: "APIClient", lease: Lease) -> bool:
    """Remove the marked images of this very process that have no tag; tell whether all are gone."""
    ours = {"label": [f"{key}={value}" for key, value in lease_labels(lease).items()]}
    with daemon_errors("remove the steps of a build"):
        images = api.images(all=True, filters=ours)
    return _remove_images(api, [str(one["Id"]) for one in images if not _is_tagged(one)])


@contextmanager
def passing_tag(api: "APIClient", image_id: str, reference: str, lease: Lease) -> Iterator[None]:
    """Give an image a tag for the time of the block; one that it had before stays."""
    found = find_image(api, reference)
    if found is not None and found["Id"] == image_id:
        yield
        return
    note = lease.note(reference)
    try:
        tag_image(api, image_id, reference)
        yield
    finally:
        remove_tag(api, reference)
        lease.erase(note)


def _remove_volumes(api: "APIClient", names: Iterable[str]) -> None:
    """Remove volumes, after the containers that hold them."""
    for name in names:
        from werfish.containers.docker_mounts import remove_volume

        with _gone_is_fine():
            remove_volume(api, name)


def _remove_images(api: "APIClient", image_ids: Sequence[str]) -> bool:
    """Remove images, one that another is built on after that one; tell whether all are gone."""
    left = list(image_ids)
    while left:
        refused = [image_id for image_id in left if not _is_removed(api, image_id)]
        if len(refused) == len(left):
            return False
        left = refused
    return True


def _is_removed(api: "APIClient", image_id: str) -> bool:
    try:
        with daemon_errors("remove what a build left behind"):
            api.remove_image(image_id, force=False, noprune=True)
    except DaemonError as error:
        if error.status not in (_NOT_FOUND, _CONFLICT):
            raise
        return error.status == _NOT_FOUND
    return True


def _is_tagged(image: Mapping[str, Any]) -> bool:
    return any(tag != "<none>:<none>" for tag in image["RepoTags"] or ())


def _repository(lease: Lease) -> str:
    return f"werfish-tmp/{lease.home}"


def _is_left(labels: Mapping[str, str] | None, lease: Lease) -> bool:
    name = (labels or {}).get(LEASE_LABEL, "")
    return bool(name) and lease.is_dead(name)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    """Let pass that another process sweeps at the same time."""
    try:
        with daemon_errors("remove what a killed build left behind"):
            yield
    except DaemonError as error:
        if error.status not in (_NOT_FOUND, _CONFLICT):
            raise
