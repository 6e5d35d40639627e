"""The composition root: concrete adapters are built here and nowhere else.

Everything heavy is imported inside the function that needs it.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stages.light_dataclass import dataclass
from werfish.cli import output
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    LockFlags,
    ProjectFlags,
    RepoFlags,
    ResultFlags,
    StagesFlags,
    storage_named,
)
from werfish.cli.git_sources import project_source, remote_sources
from werfish.cli.home import home_of
from werfish.cli.labels import labels_of
from werfish.cli.options import Reporting
from werfish.cli.screen import log_on
from werfish.cli.stage_places import KeptStages, Place, stages_in
from werfish.cli.strange_variables import strange_variables
from werfish.cli.surroundings import Wanted, ssh_agent, surroundings_of
from werfish.log import Log
from werfish.trace import OFF, Trace

if TYPE_CHECKING:
    from werfish.actions.publish import PublishOptions
    from werfish.build.adapters import BuildAdapters
    from werfish.build.surroundings import SshAgent
    from werfish.config.load import Loaded, Named, Told
    from werfish.config.model import Project
    from werfish.config.source import ConfigSource
    from werfish.git.access import SshAccess
    from werfish.git.repository import LocalRepository
    from werfish.oci.manifest import Descriptor
    from werfish.oci.reference import Reference
    from werfish.publish.annotations import Origin
    from werfish.publish.naming import ImagesRepo
    from werfish.publish.tagging import TagOptions
    from werfish.storage.transfer.carrier import Carrier


_TIMED, _TOLD = "werfish.timed", "werfish.told"


def begin(flags: ProjectFlags) -> Log:
    """Send temporary files where the user wants them, and return the log, which is on stderr."""
    if flags.tmp_dir:
        tempfile.tempdir = flags.tmp_dir
    log = log_on(sys.stderr, flags.log_color_mode, verbose=flags.log_verbose, quiet=flags.log_quiet)
    Reporting.heed(log.masked)
    context = click.get_current_context(silent=True)
    told = context.meta if context else {}
    if _TOLD not in told:  # once, however many parts the command has
        told[_TOLD] = True
        for warning in strange_variables(os.environ):
            log.warning(warning)
    return log


@contextmanager
def timed(log: Log) -> Iterator[None]:
    """Say at the end how long the command ran, as werf does: once, however many parts it has."""
    context = click.get_current_context(silent=True)
    running = context.meta if context else {}
    if _TIMED in running:
        yield
        return
    running[_TIMED], started = True, time.monotonic()
    yield
    log.info(f"Running time {time.monotonic() - started:.2f} seconds")


def repository_of(flags: ProjectFlags) -> "LocalRepository":
    """Open the repository of the project's folder; with ``--dev`` at a commit of the work tree."""
    from werfish.git.repository import open_repository

    records = home_of(flags).dev if flags.dev else None
    return open_repository(Path(flags.directory), dev_records=records)


def found_repository(flags: ProjectFlags) -> "LocalRepository | None":
    """Open the repository for who only reads the configuration: there need not be one.

    Where the commit is asked for, with ``--dev`` or ``--git-strict``, there must be.
    """
    from werfish.git.errors import (
        BareRepositoryError,
        GitMissingError,
        NoCommitError,
        NoRepositoryError,
    )

    try:
        return repository_of(flags)
    except (BareRepositoryError, GitMissingError, NoCommitError, NoRepositoryError):
        if flags.dev or flags.git_strict:
            raise
        return None


def project_of(flags: ProjectFlags, repository: "LocalRepository | None", log: Log) -> "Project":
    """Read and check the project's configuration: from the commit of *repository* where asked."""
    from werfish.config.load import load_project

    return load_project(*_reading(flags, repository, log))


def text_of(
    flags: ProjectFlags,
    repository: "LocalRepository | None",
    log: Log,
    debug: Callable[[str], None] | None = None,
) -> "Loaded":
    """Read the project's configuration without checking it; *debug* hears of what templates do."""
    from werfish.config.load import load_text

    return load_text(*_reading(flags, repository, log, debug))


def _reading(
    flags: ProjectFlags,
    repository: "LocalRepository | None",
    log: Log,
    debug: Callable[[str], None] | None = None,
) -> "tuple[Path, Named, Told, ConfigSource]":
    from werfish.config.load import Named, Told
    from werfish.config.source import source_of

    directory = Path(flags.directory)
    paths = (flags.config, flags.config_templates_dir, flags.giterminism_config)
    origin_url = repository.origin_url if repository else lambda: ""
    return (
        directory,
        Named(*map(_path, paths)),
        Told(os.environ, flags.env, origin_url, log.warning, debug),
        source_of(repository, directory, log.warning, strict=flags.git_strict),
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A project that was read once, and the commit that it is read and built from."""

    project: "Project"
    repository: "LocalRepository"
    log: Log


def opened(flags: ProjectFlags) -> Opened:
    """Open the repository and read the configuration, once for everything that follows."""
    log, repository = begin(flags), repository_of(flags)
    repository.look_ahead()
    return Opened(project_of(flags, repository, log), repository, log)


@contextmanager
def building(
    flags: ProjectFlags,
    stages: StagesFlags,
    docker: DockerFlags,
    git: GitFlags,
    already: Opened | None = None,
    trace: str | None = None,
    wanted: Wanted | None = None,
    images: tuple[str, ...] = (),
) -> "Iterator[tuple[Project, BuildAdapters, Host]]":
    """Give the project and everything that building it touches; clean up after killed builds.

    What is opened *already* is used. Uncommitted files count where *images* take them, or what
    these are made from; without names where any image does.
    """
    from werfish.actions.build import images_with_needs
    from werfish.actions.committed import refuse_uncommitted, warn_of_uncommitted
    from werfish.ahead import Ahead
    from werfish.build.adapters import BuildAdapters
    from werfish.build.latest import LatestBases
    from werfish.config.model import for_platforms
    from werfish.storage.leases import host_lease

    place = Place(stages.storage, stages.sources, stages.locks)
    home, open_now = home_of(flags), already or opened(flags)
    project, repository, log = open_now.project, open_now.repository, open_now.log
    if docker.platforms:
        project = for_platforms(project, docker.platforms)
    recorded = Trace(time.monotonic) if trace else OFF
    with recorded.span("look for uncommitted files"):
        dirty = repository.dirty_paths()
    takers = images_with_needs(project, images)
    if flags.git_strict:
        refuse_uncommitted(takers, repository.commit, dirty)
    warn_of_uncommitted(takers, log, dirty)
    source = project_source(project, repository, git, log)
    Ahead(lambda: source.entries(source.commit))
    with (
        timed(log),
        host_lease(home.path) as lease,
        stages_in(place, project, home, docker, lease, log) as kept,
        ssh_agent(wanted or Wanted(), lease) as agent,
    ):

        def head(reference: "Reference") -> "Descriptor | None":
            return kept.carrier().registry.head_manifest(reference)

        kept.backend.sweep()
        surroundings = surroundings_of(project, home, kept.locks, agent, wanted or Wanted())
        adapters = BuildAdapters(
            source,
            kept.backend,
            kept.storage,
            kept.blobs,
            kept.records,
            log,
            bases=LatestBases(head, docker.mirrors),
            trace=recorded,
            ansible=_ansible_playbook(),
            surroundings=surroundings,
            remotes=remote_sources(
                takers, project, home.git, kept.locks.held, lambda: ssh_access(agent), log
            ),
        )
        with _traced(recorded, trace):
            yield project, adapters, Host(kept.carrier)


@contextmanager
def two_storages(
    flags: ProjectFlags, docker: DockerFlags, locks: LockFlags, source: str, target: str
) -> Iterator[tuple[KeptStages, KeptStages, Log]]:
    """Give two places of the project's stages; that is all of the project that counts."""
    from werfish.storage.leases import host_lease

    def at(address: str) -> DockerFlags:
        return replace(docker, stages_storage=address)

    log, home = begin(flags), home_of(flags)
    project = project_of(flags, found_repository(flags), log)
    places = [Place(storage_named(source)), Place(storage_named(target), locks=locks)]
    with (
        timed(log),
        host_lease(home.path) as lease,
        stages_in(places[0], project, home, at(source), lease, log) as one,
        stages_in(places[1], project, home, at(target), lease, log) as other,
    ):
        yield one, other, log


@contextmanager
def _traced(recorded: Trace, path: str | None) -> Iterator[None]:
    """Write what was *recorded* into the file at *path*, also after an error: then most of all."""
    try:
        with recorded.span("command"):
            yield
    finally:
        if path:
            output.report(path, recorded.document())


@dataclass(frozen=True, slots=True)
class Host:
    """What publishing needs of this host beside what building needs."""

    carrier: "Callable[[], Carrier]"


def ssh_access(agent: "SshAgent | None") -> "SshAccess":
    """Return how ssh proves who asks: with the keys that were named, else those that it finds."""
    from werfish.git.access import SshAccess

    return SshAccess(agent_socket=str(agent.socket)) if agent is not None else SshAccess()


def _ansible_playbook() -> str:
    """Return Ansible's program: that of our own environment (the extra ``ansible``), or any."""
    beside = Path(sys.executable).parent
    return shutil.which("ansible-playbook", path=f"{beside}:{os.environ.get('PATH', '')}") or ""


def publish_options_of(
    flags: RepoFlags,
    stages: StagesFlags,
    result: ResultFlags,
    docker: DockerFlags,
    opened: Opened,
) -> "PublishOptions":
    """Parse where images go and their tags, before anything is done."""
    from werfish.actions.publish import PublishOptions
    from werfish.publish.annotations import version_of
    from werfish.publish.tagging import chosen_tags

    asked = replace(tag_options_of(flags, stages), templates=result.templates)
    repo = images_repo_of(opened.project.name, flags, stages)
    labels, origin = labels_of(result.labels), origin_of(opened, version_of(asked))
    with missing_is_usage():
        tags = chosen_tags(asked)
    return PublishOptions(repo, tags, docker.mirrors, labels, origin)


@contextmanager
def missing_is_usage() -> Iterator[None]:
    """Turn the lack of a tag into wrong usage, as the lack of any other option is."""
    from werfish.publish.errors import NoTagError

    try:
        yield
    except NoTagError as error:
        raise click.UsageError(str(error)) from error


def origin_of(opened: Opened, version: str = "") -> "Origin":
    """Return where the images of the project come from; a work tree is no commit of anybody's."""
    from werfish.publish.annotations import Origin

    repository = opened.repository
    revision = "" if repository.is_dev else repository.commit
    return Origin(repository.origin_url(), revision, version)


def images_repo_of(project: str, flags: RepoFlags, stages: StagesFlags) -> "ImagesRepo":
    """Return where images of *project* go: to their own repository, else to that of ``--repo``."""
    from werfish.publish.naming import ImagesRepo, RepoMode, address_in, images_repo

    mode = RepoMode(flags.images_repo_mode)
    if not (flags.images_repo or stages.repo):
        raise click.UsageError(
            "the images' repository is required: --images-repo REPO, or --repo REPO"
            " (or $WERF_IMAGES_REPO, $WERF_REPO)"
        )
    address = address_in(project, flags.images_repo or stages.repo)
    _require_no_tag(address, "--images-repo" if flags.images_repo else "--repo")
    if not flags.images_repo and stages.repo and mode is RepoMode.AUTO:
        return ImagesRepo(address.rstrip("/"), RepoMode.MONOREPO)
    return images_repo(address, mode, flags.kind)


def _require_no_tag(address: str, option: str) -> None:
    """Refuse what is the address of an image, or no address at all."""
    last = address.rpartition("/")[2] if "/" in address else ""
    problem = (
        "it is an image, not a repository: leave out its tag and digest" if ":" in last else ""
    )
    if address.startswith(":"):
        problem = "images are published to a registry; only their stages can be elsewhere"
    if problem:
        raise click.UsageError(f'read the images\' repository of {option}, "{address}": {problem}')


def tag_options_of(flags: RepoFlags, stages: StagesFlags) -> "TagOptions":
    """Return the tags that were asked for; with ``--repo`` alone the digest of the stages."""
    from werfish.publish.tagging import TagOptions

    asked = TagOptions(
        custom=flags.tag_custom,
        git_branch=flags.tag_git_branch,
        git_tag=flags.tag_git_tag,
        git_commit=flags.tag_git_commit,
        by_stages_signature=flags.tag_by_stages_signature,
    )
    if asked == TagOptions() and stages.repo:
        return TagOptions(by_stages_signature=True)
    return asked
