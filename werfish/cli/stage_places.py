"""The composition root of stages: where they are kept, and by what they are made there."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stages.light_dataclass import dataclass
from werfish.cli.flags import DockerFlags, LockFlags
from werfish.cli.home import Home
from werfish.cli.registries import docker_config_folder, registry_of, timing_of_host
from werfish.cli.shared_locks import shared_locks
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.build.adapters import PartsRecord
    from werfish.config.model import Project
    from werfish.containers.backend import Backend
    from werfish.containers.docker import DockerBackend
    from werfish.containers.fact_store import FactStore
    from werfish.locks.lock import Locks
    from werfish.oci.reference import Repository
    from werfish.storage.blobs import BlobStore
    from werfish.storage.leases import HostLease
    from werfish.storage.stage_storage import StageStorage
    from werfish.storage.transfer.carrier import Carrier


@dataclass(frozen=True, slots=True)
class Place:
    """Where stages are kept: ``:local``, ``:minikube`` or a repository; *sources* are only read.

    *locks* say who else saves and publishes; ``:local`` stages are this host's alone.
    """

    address: str
    sources: tuple[str, ...] = ()
    locks: LockFlags = LockFlags()


@dataclass(frozen=True, slots=True)
class KeptStages:
    """Where stages are kept, what makes them, and what moves their layers: made when asked for.

    *locks* are those of this host.
    """

    storage: "StageStorage"
    records: "PartsRecord"
    backend: "Backend"
    blobs: "BlobStore"
    carrier: "Callable[[], Carrier]"
    locks: "Locks"


@contextmanager
def stages_in(
    place: Place, project: "Project", home: Home, flags: DockerFlags, lease: "HostLease", log: Log
) -> Iterator[KeptStages]:
    """Give the stages in *place*. No daemon is reached for it."""
    from werfish.containers.docker_sweep import lease_labels
    from werfish.containers.fact_store import FactStore
    from werfish.locks.local import FileLocks
    from werfish.storage.blobs import BlobStore
    from werfish.storage.local import LocalStageStorage
    from werfish.storage.records import PartsRecords

    facts, locks = FactStore(home.facts), FileLocks(home.locks)
    blobs, labels = BlobStore(home.blobs, facts), lease_labels(lease)
    with ExitStack() as opened:
        docker = opened.enter_context(closing(_docker(flags, facts, lease, log)))
        shared = opened.enter_context(shared_locks(place.locks, locks, home, log))

        @cache
        def carrier() -> "Carrier":
            from werfish.storage.transfer.carrier import Carrier

            registry = opened.enter_context(registry_of(flags, log))
            with_others = shared if shared is not locks else None
            return Carrier(docker, registry, blobs, log, labels, locks, with_others)

        if place.address == ":local":
            local = LocalStageStorage(docker, home.stages, project.name, locks, time.time)
            yield KeptStages(local, PartsRecords(home.stages), docker, blobs, carrier, locks)
        else:
            storage, records, backend = _in_registry(
                place, project, home, flags, docker, carrier(), facts, shared
            )
            yield KeptStages(storage, records, backend, blobs, carrier, locks)


def _in_registry(
    place: Place,
    project: "Project",
    home: Home,
    flags: DockerFlags,
    docker: "DockerBackend",
    carrier: "Carrier",
    facts: "FactStore",
    locks: "Locks",
) -> "tuple[StageStorage, PartsRecord, Backend]":
    from werfish.storage.records import PartsRecords
    from werfish.storage.repo.backend import RepoBackend
    from werfish.storage.repo.bases import BaseRegistries
    from werfish.storage.repo.catalogue import Catalogue
    from werfish.storage.repo.hints import Hints
    from werfish.storage.repo.image_tree import ImageTrees
    from werfish.storage.repo.known_hints import KnownHints
    from werfish.storage.repo.layer_records import LayerRecords
    from werfish.storage.repo.shared_hints import SharedHints
    from werfish.storage.repo.shared_records import SharedRecords
    from werfish.storage.repo.stage_storage import RepoStageStorage

    def hints_of(repository: "Repository", shared: SharedHints | None = None) -> Hints:
        known = KnownHints(home.stages / "known", repository)
        warn = carrier.log.warning
        return Hints(carrier.registry, repository, known, time.monotonic, shared, warn)

    repository = _repository(project.name, place.address, _OPTIONS)
    sources = [hints_of(_repository(project.name, one, _SOURCES)) for one in place.sources]
    catalogue = Catalogue()
    bases = BaseRegistries(carrier, flags.mirrors)
    trees = ImageTrees(carrier, facts, LayerRecords(carrier.registry, repository), catalogue.lost)
    backend = RepoBackend(lambda: docker, catalogue, bases, trees)
    storage = RepoStageStorage(
        repository,
        project.name,
        carrier,
        catalogue,
        hints_of(repository, SharedHints(carrier.registry, repository, project.name, facts)),
        locks,
        time.time,
        sources,
        is_shared=carrier.shared_locks is not None,
        share=trees.share,
    )
    records = SharedRecords(PartsRecords(home.stages), carrier.registry, repository)
    return storage, records, backend


_OPTIONS = ("--stages-storage", "--repo", "--from", "--to")
_SOURCES = ("--cache-repo", "--secondary-repo")


def _is_known(option: str) -> bool:
    """Whether the command that runs has *option*."""
    context = click.get_current_context(silent=True)
    return context is None or any(option in one.opts for one in context.command.params)


def _repository(project: str, address: str, options: Sequence[str]) -> "Repository":
    from werfish.oci.reference import parse_repository
    from werfish.publish.naming import address_in

    if address in ("local", "minikube"):
        raise click.UsageError(f'read the place of stages "{address}": did you mean ":{address}"?')
    try:
        return parse_repository(address_in(project, address).rstrip("/"))
    except ValueError as error:
        named = " or ".join(one for one in options if _is_known(one))
        of = f" of {named}" if named else ""
        place = f'"{address}": ' if address not in str(error) else ""
        raise click.UsageError(f"read the place of stages{of}: {place}{error}") from error


def _docker(
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
        timing_of_host(),
        settings,
    )


def _static_bash() -> Path | None:
    """Return Debian's bash-static where this host has it: images without bash borrow it."""
    found = shutil.which("bash-static", path=f"{os.environ.get('PATH', '')}:/bin:/usr/bin")
    return Path(found) if found else None
