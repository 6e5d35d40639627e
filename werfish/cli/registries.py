"""The composition root of registries: the client, with Docker's credentials and certificates."""

import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.cli.flags import DockerFlags
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.backoff import Timing
    from werfish.oci.reference import Repository
    from werfish.registry.client import RegistryClient
    from werfish.registry.hosts import RegistrySettings
    from werfish.registry.session import Open
    from werfish.registry.vendors.vendor import RepositoryMaker


def docker_config_folder(flags: DockerFlags) -> Path:
    """Return the folder with Docker's ``config.json``."""
    return (
        Path(flags.docker_config).expanduser() if flags.docker_config else Path.home() / ".docker"
    )


def timing_of_host() -> "Timing":
    """Return how this host waits before something is tried again."""
    from werfish.backoff import Timing

    return Timing(time.monotonic, time.sleep, random.random)


@contextmanager
def registry_of(flags: DockerFlags, log: Log) -> "Iterator[RegistryClient]":
    """Give the client of registries, with Docker's credentials."""
    from werfish.registry.client import RegistryClient
    from werfish.registry.credentials import docker_credentials

    inline = os.environ.get("DOCKER_AUTH_CONFIG", "")
    credentials = docker_credentials(docker_config_folder(flags), inline)
    settings = registry_settings(flags, os.environ)
    trusted = os.environ.get("SSL_CERT_FILE", "")
    if trusted and settings.verify_tls and not Path(trusted).is_file():
        log.warning(f'SSL_CERT_FILE names "{trusted}", which is no file: it counts for nothing')
    client = RegistryClient(settings, credentials, timing_of_host(), log, _repository_maker)
    try:
        yield client
    finally:
        client.close()


def registry_settings(flags: DockerFlags, environment: Mapping[str, str]) -> "RegistrySettings":
    """Return how registries are spoken to, by *flags* and *environment*."""
    from werfish.publish.naming import MINIKUBE, MINIKUBE_REGISTRY
    from werfish.registry.hosts import RegistrySettings
    from werfish.registry.proxies import proxies_of

    named = (flags.images_repo, flags.stages_storage, flags.repo)
    own = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return RegistrySettings(
        insecure=flags.insecure_registry,
        verify_tls=not flags.skip_tls_verify_registry,
        certificates=(Path("/etc/docker/certs.d"), Path(own) / "docker" / "certs.d"),
        proxies=proxies_of(environment),
        kinds=flags.kinds,
        plain=frozenset({MINIKUBE_REGISTRY} if MINIKUBE in named else ()),
    )


def _repository_maker(send: "Open") -> "RepositoryMaker":
    def now() -> datetime:
        return datetime.now(UTC)

    @cache
    def maker() -> "RepositoryMaker":
        from werfish.registry.vendors.aws_keys import find_keys
        from werfish.registry.vendors.ecr import repository_maker

        return repository_maker(send, lambda: find_keys(os.environ, Path.home()), now, os.environ)

    def make(repository: "Repository") -> bool:
        return maker()(repository)

    return make
