"""The composition root: concrete adapters are built here and nowhere else.

Everything heavy is imported inside the function that needs it.
"""

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.cli.flags import DockerFlags, ProjectFlags, RepoFlags
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.actions.publish import PublishOptions
    from werfish.build.adapters import BuildAdapters
    from werfish.config.model import Project
    from werfish.containers.docker import DockerBackend
    from werfish.containers.fact_store import FactStore
    from werfish.git.repository import LocalRepository
    from werfish.publish.carrier import Carrier
    from werfish.publish.tagging import TagOptions
    from werfish.registry.client import RegistryClient
    from werfish.storage.blobs import BlobStore
    from werfish.storage.leases import HostLease


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of caches and locks on this host; everything in it can be made again."""

    path: Path

    @property
    def blobs(self) -> Path:
        """Compressed layers."""
        return self.path / "blobs"

    @property
    def facts(self) -> Path:
        """What is known of images."""
        return self.path / "facts"

    @property
    def stages(self) -> Path:
        """The index of local stages, and what each was made of."""
        return self.path / "stages"

    @property
    def leases(self) -> Path:
        """Who is building, so that the remains of the killed are known."""
        return self.path / "leases"

    @property
    def locks(self) -> Path:
        """Locks of this host."""
        return self.path / "locks"

    @property
    def openapi(self) -> Path:
        """Schemas of clusters, by their hash."""
        return self.path / "openapi"


def home_of(flags: ProjectFlags) -> Home:
    """Return the home: ``~/.werfish``, or ``werfish/`` in the folder that the user named."""
    if flags.home_dir:
        return Home(Path(flags.home_dir).expanduser() / "werfish")
    return Home(Path.home() / ".werfish")


def begin(flags: ProjectFlags) -> Log:
    """Send temporary files where the user wants them, and return the log.

    The log goes to stderr, in colour as asked or where that is a terminal.
    """
    if flags.tmp_dir:
        tempfile.tempdir = flags.tmp_dir
    color = flags.log_color_mode == "on" or (
        flags.log_color_mode == "auto" and sys.stderr.isatty() and "NO_COLOR" not in os.environ
    )
    return Log(
        sys.stderr,
        clock=time.monotonic,
        color=color,
        verbose=flags.log_verbose,
        quiet=flags.log_quiet,
    )


@contextmanager
def timed(log: Log) -> Iterator[None]:
    """Say at the end how long the command ran, as werf does."""
    started = time.monotonic()
    yield
    log.info(f"Running time {time.monotonic() - started:.2f} seconds")


def repository_of(flags: ProjectFlags) -> "LocalRepository":
    """Open the repository of the project's folder."""
    from werfish.git.repository import open_repository

    return open_repository(Path(flags.directory))


def docker_config_folder(flags: DockerFlags) -> Path:
    """Return the folder with Docker's ``config.json``."""
    return (
        Path(flags.docker_config).expanduser() if flags.docker_config else Path.home() / ".docker"
    )


def project_of(flags: ProjectFlags, repository: "LocalRepository", log: Log) -> "Project":
    """Read and check the project's configuration."""
    from werfish.config.project import load_project

    return load_project(
        Path(flags.directory),
        config=Path(flags.config) if flags.config else None,
        templates=Path(flags.config_templates_dir) if flags.config_templates_dir else None,
        environment=os.environ,
        origin_url=repository.origin_url,
        warn=log.warning,
    )


@contextmanager
def building(
    flags: ProjectFlags, docker: DockerFlags
) -> "Iterator[tuple[Project, BuildAdapters, Host]]":
    """Give the project and everything that building it touches; clean up after killed builds."""
    from werfish.actions.build import warn_of_uncommitted
    from werfish.build.adapters import BuildAdapters
    from werfish.locks.local import FileLocks
    from werfish.storage.blobs import BlobStore
    from werfish.storage.leases import host_lease
    from werfish.storage.local import LocalStageStorage
    from werfish.storage.records import PartsRecords

    log, home = begin(flags), home_of(flags)
    repository = repository_of(flags)
    project = project_of(flags, repository, log)
    with timed(log), host_lease(home.path) as lease:
        facts = _facts(home)
        with closing(_backend(docker, facts, lease, log)) as backend:
            backend.sweep()
            blobs = BlobStore(home.blobs, facts)
            locks = FileLocks(home.locks)
            storage = LocalStageStorage(backend, home.stages, project.name, locks, time.time)
            records = PartsRecords(home.stages)
            adapters = BuildAdapters(
                repository,
                backend,
                storage,
                blobs,
                records,
                log,
                work_tree=Path(flags.directory),
                environment=os.environ,
            )
            warn_of_uncommitted(project, log, repository.dirty_paths())
            yield project, adapters, Host(home, blobs, backend, lease)


@dataclass(frozen=True, slots=True)
class Host:
    """What publishing needs of this host beside what building needs."""

    home: Home
    blobs: "BlobStore"
    backend: "DockerBackend"
    lease: "HostLease"


def _facts(home: Home) -> "FactStore":
    from werfish.containers.fact_store import FactStore

    return FactStore(home.facts)


def _backend(
    flags: DockerFlags, facts: "FactStore", lease: "HostLease", log: Log
) -> "DockerBackend":
    from werfish.containers.docker import DockerBackend, DockerSettings
    from werfish.containers.docker_client import connect

    environment = {**os.environ, "DOCKER_CONFIG": str(docker_config_folder(flags))}
    settings = DockerSettings(
        mirrors=flags.mirrors, static_bash=_static_bash(), environment=environment
    )
    return DockerBackend(
        lambda: connect(os.environ, docker_config_folder(flags)),
        facts,
        lease,
        log,
        time.monotonic,
        settings,
    )


def _static_bash() -> Path | None:
    """Return Debian's bash-static where this host has it: images without bash borrow it."""
    found = shutil.which("bash-static", path=f"{os.environ.get('PATH', '')}:/bin:/usr/bin")
    return Path(found) if found else None


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


@contextmanager
def carrier_of(flags: DockerFlags, host: "Host", adapters: "BuildAdapters") -> "Iterator[Carrier]":
    """Give what moves layers to registries."""
    from werfish.containers.docker_sweep import lease_labels
    from werfish.locks.local import FileLocks
    from werfish.publish.carrier import Carrier

    labels, locks = lease_labels(host.lease), FileLocks(host.home.locks)
    with registry_of(flags, adapters.log) as registry:
        yield Carrier(host.backend, registry, host.blobs, adapters.log, labels, locks)


def publish_options_of(flags: RepoFlags, docker: DockerFlags) -> "PublishOptions":
    """Parse where images go and their tags, before anything is done."""
    from werfish.actions.publish import PublishOptions
    from werfish.publish.naming import RepoMode, images_repo
    from werfish.publish.tagging import chosen_tags

    tags = chosen_tags(tag_options_of(flags))
    repo = images_repo(flags.images_repo, RepoMode(flags.images_repo_mode))
    return PublishOptions(repo, tags, docker.mirrors)


def tag_options_of(flags: RepoFlags) -> "TagOptions":
    """Return the tags that were asked for."""
    from werfish.publish.tagging import TagOptions

    return TagOptions(
        custom=flags.tag_custom,
        git_branch=flags.tag_git_branch,
        git_tag=flags.tag_git_tag,
        git_commit=flags.tag_git_commit,
        by_stages_signature=flags.tag_by_stages_signature,
    )
