"""The images that the demonstration makes: known by their project's label, removed at the end."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from integration.kit import bases
from werfish.oci.labels import PROJECT, STAGE

if TYPE_CHECKING:
    from docker import DockerClient


def stages_of(project: str) -> dict[str, str]:
    """Return the local stages of *project*: image id to the stage's name."""
    with _docker() as docker:
        found = docker.images.list(filters={"label": f"{PROJECT}={project}"})
        return {str(image.id): str(image.labels.get(STAGE, "")) for image in found}


def has_base() -> bool:
    """Whether the base image of the example is on this machine."""
    with _docker() as docker:
        return any(bases.BUSYBOX in image.tags for image in docker.images.list())


def remove_local(project: str, *, with_base: bool) -> None:
    """Remove the images of *project*, and the base image if the demonstration fetched it."""
    with _docker() as docker:
        for id in stages_of(project):
            docker.images.remove(id, force=True)
        if with_base and has_base():
            docker.images.remove(bases.BUSYBOX)


@contextmanager
def _docker() -> "Iterator[DockerClient]":
    import docker

    with closing(docker.from_env(environment=dict(os.environ))) as client:
        yield client
