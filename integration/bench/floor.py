"""The floor of a build: the containers of its instructions alone, and what they leave committed.

No git, no files, no digests: each container runs ``true``. Whoever builds with this daemon pays at
least that.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from docker.errors import ImageNotFound

from integration.bench.project import IMAGES
from integration.published import docker_api

TITLE = "its containers alone"
RUNS = {"cold": 4, "one changed dependency of setup": 1}
"""How many instructions of each image run in a case; none in those that are not here."""


def run_containers(runs: int) -> list[str]:
    """Run and commit *runs* containers for each image, the images at once; return the images."""

    def one(base: str) -> list[str]:
        made: list[str] = []
        with docker_api(os.environ) as api:
            for _ in range(runs):
                last = made[-1] if made else base
                container = api.create_container(last, ["true"])["Id"]
                try:
                    api.start(container)
                    api.wait(container)
                    made.append(api.commit(container)["Id"])
                finally:
                    api.remove_container(container, force=True)
        return made

    with ThreadPoolExecutor(len(IMAGES)) as pool:
        return [image for made in pool.map(one, IMAGES.values()) for image in reversed(made)]


def remove_images(images: list[str]) -> None:
    """Remove what `run_containers` made."""
    with docker_api(os.environ) as api:
        for image in images:
            with suppress(ImageNotFound):  # it went with the last one that was made of it
                api.remove_image(image, force=True)
