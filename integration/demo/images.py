"""The images that the demonstration makes: known by their project's label, removed at the end."""

import os

from integration.kit import bases
from integration.published import docker_api
from werfish.oci.labels import PROJECT, STAGE


def stages_of(project: str) -> dict[str, str]:
    """Return the local stages of *project*: image id to the stage's name."""
    with docker_api(os.environ) as api:
        found = api.images(filters={"label": f"{PROJECT}={project}"})
    return {image["Id"]: (image["Labels"] or {}).get(STAGE, "") for image in found}


def has_base() -> bool:
    """Whether the base image of the example is on this machine."""
    with docker_api(os.environ) as api:
        return bool(api.images(bases.BUSYBOX))


def remove_base() -> None:
    """Remove the base image from this machine."""
    with docker_api(os.environ) as api:
        api.remove_image(bases.BUSYBOX)
