"""Dockerfiles built by a Docker daemon: by its BuildKit where a program speaks to that."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from werfish.containers.buildkit_build import build_by_buildkit
from werfish.containers.buildkit_program import BuildKitProgram, find_buildkit
from werfish.containers.classic_build import build_classic
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_sweep import (
    HOME_LABEL,
    LEASE_LABEL,
    Lease,
    lease_labels,
    remove_own_images,
)
from werfish.containers.dockerfile import DockerfileRequest
from werfish.oci.config import ImageConfig
from werfish.process import Guarded

if TYPE_CHECKING:
    from docker import APIClient


class DockerfileBuilder:
    """Builds for one process; several threads may ask at once.

    *environment* is where ``docker`` is looked for, and what it gets.
    """

    def __init__(
        self,
        connection: Callable[[], "APIClient"],
        lease: Lease,
        environment: Mapping[str, str],
        platform: str,
    ) -> None:
        """Look for nothing yet."""
        self._connection = connection
        self._lease = lease
        self._environment = environment
        self._platform = platform
        self._guard = threading.Lock()
        self._program: BuildKitProgram | None = None
        self._is_known = False
        self._running: set[Guarded] = set()
        self._classic = 0
        self._has_steps = False

    def build(self, request: DockerfileRequest, keep: Callable[[str], None]) -> str:
        """Build *request* and return the id of the image; *keep* is to give it a tag."""
        labels = lease_labels(self._lease)
        program = self._found_program()
        if program is not None:
            image_id = build_by_buildkit(program, request, labels, self._tracked)
            keep(image_id)
            return image_id
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

    def _found_program(self) -> BuildKitProgram | None:
        with self._guard:
            if not self._is_known:
                self._program, self._is_known = find_buildkit(self._environment), True
            return self._program

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
