"""Who builds a Dockerfile for a Docker daemon.

That is the buildkitd that the environment names, else the daemon's own BuildKit where a program
speaks to that, else its classic builder.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from werfish.containers.backend import BaseImage, Layer
from werfish.containers.buildctl_build import Surroundings, build_by_buildctl
from werfish.containers.buildkit_build import build_by_buildkit
from werfish.containers.buildkit_host import BuildKitHost, find_host
from werfish.containers.buildkit_program import BuildKitProgram, find_buildkit
from werfish.containers.classic_build import build_classic
from werfish.containers.docker_client import DaemonError, FullDaemonError, daemon_errors, is_full
from werfish.containers.docker_load import load_image
from werfish.containers.docker_sweep import (
    HOME_LABEL,
    LEASE_LABEL,
    Lease,
    lease_labels,
    marked,
    remove_own_images,
    temporary_tag,
)
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest
from werfish.containers.fact_store import FactStore
from werfish.containers.private_folder import private_folder
from werfish.oci.config import ImageConfig
from werfish.process import Guarded

if TYPE_CHECKING:
    from docker import APIClient


class DockerfileBuilder:
    """Builds for one process; several threads may ask at once.

    *environment* is where programs are looked for, and what they get.
    """

    def __init__(
        self,
        connection: Callable[[], "APIClient"],
        lease: Lease,
        facts: FactStore,
        environment: Mapping[str, str],
        platform: str,
    ) -> None:
        """Look for nothing yet."""
        self._connection = connection
        self._lease = lease
        self._facts = facts
        self._environment = environment
        self._platform = platform
        self._guard = threading.Lock()
        self._engine: BuildKitHost | BuildKitProgram | None = None
        self._is_known = False
        self._running: set[Guarded] = set()
        self._classic = 0
        self._has_steps = False

    def build(
        self,
        request: DockerfileRequest,
        bases: Mapping[str, BaseImage],
        keep: Callable[[str], None],
    ) -> str:
        """Build *request* and return the id of the image; *keep* is to give it a tag.

        *bases* are the images that it needs from outside, by the names that it has for them.
        """
        engine, labels = self._found(), lease_labels(self._lease)
        if isinstance(engine, BuildKitHost):
            image_id = self._build_at(engine, request, bases)
            keep(image_id)
        elif isinstance(engine, BuildKitProgram):
            image_id = build_by_buildkit(engine, request, labels, self._tracked)
            keep(image_id)
        else:
            with self._going_on():
                image_id = build_classic(self._connection(), request, labels, self._platform)
                keep(image_id)
        return image_id

    def interrupt(self) -> None:
        """End what runs now."""
        with self._guard:
            running, classic = tuple(self._running), self._classic
        for program in running:
            program.end()
        if classic:
            self._end_containers()

    def clear(self) -> None:
        """Remove the steps of the classic builder, when it is idle and no image needs them."""
        with self._guard:
            if self._has_steps and not self._classic:
                self._has_steps = not remove_own_images(self._connection(), self._lease)

    def _found(self) -> BuildKitHost | BuildKitProgram | None:
        with self._guard:
            if not self._is_known:
                self._engine = find_host(self._environment) or find_buildkit(self._environment)
                self._is_known = True
            return self._engine

    def _build_at(
        self, host: BuildKitHost, request: DockerfileRequest, bases: Mapping[str, BaseImage]
    ) -> str:
        api = self._connection()

        def load(config: ImageConfig, layers: Sequence[Layer]) -> str:
            config = marked(config, self._lease)
            load_image(api, config, layers, temporary_tag(self._lease, config.id))
            return config.id

        around = Surroundings(
            host, self._platform, self._tracked, self._facts, lambda: private_folder(self._lease)
        )
        return build_by_buildctl(api, request, bases, around, load)

    @contextmanager
    def _tracked(self, program: Guarded) -> Iterator[None]:
        with self._guard:
            self._running.add(program)
        try:
            yield
        finally:
            with self._guard:
                self._running.discard(program)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        with self._guard:
            self._classic += 1
            self._has_steps = True
        try:
            yield
        finally:
            with self._guard:
                self._classic -= 1
            self.clear()

    def _end_containers(self) -> None:
        api = self._connection()
        ours = {"label": [f"{key}={value}" for key, value in lease_labels(self._lease).items()]}
        with suppress(DaemonError), daemon_errors("end the containers of a build"):
            for container in api.containers(filters=ours):
                api.kill(container["Id"])


def without_marks(config: ImageConfig) -> ImageConfig:
    """Return *config* without the labels by which a build is found, and their lines of history."""
    labels = {
        key: value for key, value in config.labels.items() if key not in (HOME_LABEL, LEASE_LABEL)
    }
    history = tuple(
        line for line in config.history if not (line.empty_layer and HOME_LABEL in line.created_by)
    )
    return replace(config, runtime={**config.runtime, "Labels": labels}, history=history)


@contextmanager
def full_disks() -> Iterator[None]:
    """Turn what a builder of Dockerfiles says of the daemon's full disk into `FullDaemonError`."""
    try:
        yield
    except DockerfileFailedError as error:
        if is_full(error.problem):
            raise FullDaemonError from error
        raise
