"""Remove the images that a test or a demonstration has built and published."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import urllib3

from werfish.oci.labels import PROJECT

if TYPE_CHECKING:
    from docker import APIClient

PASSES = 3
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


@contextmanager
def docker_api(environment: Mapping[str, str]) -> "Iterator[APIClient]":
    """Give the API of the daemon that *environment* names."""
    import docker

    client = docker.from_env(environment=dict(environment))
    try:
        yield client.api
    finally:
        client.close()


def remove_built(environment: Mapping[str, str], project: str) -> None:
    """Remove the local images of *project*."""
    remove_labelled(environment, f"{PROJECT}={project}")


def remove_labelled(environment: Mapping[str, str], label: str) -> None:
    """Remove the local images with *label*; somebody else may be doing the same.

    One on which another was committed goes only after that, hence the passes.
    """
    from docker.errors import APIError

    with docker_api(environment) as api:
        for _ in range(PASSES):
            for image in api.images(filters={"label": label}):
                with suppress(APIError):
                    api.remove_image(image["Id"], force=True)


def remove_published(registry: str, repository: str, *tags: str) -> None:
    """Remove *tags*, those that are there, from *repository* of the registry on loopback."""
    address = f"http://{registry}/v2/{repository}/manifests"
    with urllib3.PoolManager(retries=False) as http:
        for tag in tags:
            found = http.request("HEAD", f"{address}/{tag}", headers={"Accept": MANIFESTS})
            if found.status == 200:
                http.request("DELETE", f"{address}/{found.headers['Docker-Content-Digest']}")
