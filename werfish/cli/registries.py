"""The composition root of registries: the client, with Docker's credentials."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.cli.flags import DockerFlags
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.registry.client import RegistryClient


def docker_config_folder(flags: DockerFlags) -> Path:
    """Return the folder with Docker's ``config.json``."""
    return (
        Path(flags.docker_config).expanduser() if flags.docker_config else Path.home() / ".docker"
    )


@contextmanager
def registry_of(flags: DockerFlags, log: Log) -> "Iterator[RegistryClient]":
    """Give the client of registries, with Docker's credentials."""
    from werfish.registry.client import RegistryClient
    from werfish.registry.credentials import docker_credentials
    from werfish.registry.hosts import RegistrySettings
    from werfish.registry.retry import Timing

    settings = RegistrySettings(
        insecure=flags.insecure_registry, verify_tls=not flags.skip_tls_verify_registry
    )
    timing = Timing(time.monotonic, time.sleep, random.random)
    credentials = docker_credentials(docker_config_folder(flags))
    client = RegistryClient(settings, credentials, timing, log)
    try:
        yield client
    finally:
        client.close()
