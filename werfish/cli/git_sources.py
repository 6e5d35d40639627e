"""The composition root of what images are built from: the project's commit, other repositories."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.cli.flags import GitFlags
from werfish.log import Log

if TYPE_CHECKING:
    from stages.mapping import RemoteRepository
    from werfish.build.adapters import SourceRepository
    from werfish.config.model import Image, Project
    from werfish.git.access import SshAccess
    from werfish.git.repository import LocalRepository
    from werfish.git.source import ProjectSource
    from werfish.git.virtual_merge import VirtualMerge

Held = Callable[[str], AbstractContextManager[None]]


def project_source(
    project: "Project", repository: "LocalRepository", flags: GitFlags, log: Log
) -> "ProjectSource":
    """Give the commit that is checked out, after completing its history where that is asked for.

    A flag beats what the configuration says. A work tree that ``--dev`` builds is no merge.
    """
    from werfish.git.repository import LocalRepository
    from werfish.git.source import ProjectSource

    settings, place, is_dev = project.git_worktree, repository.place, repository.is_dev
    allowed = flags.allow_git_shallow_clone or settings.is_shallow_allowed
    wanted = flags.git_unshallow or (settings.may_unshallow and not allowed)
    if place.is_shallow and wanted:
        from werfish.git.own_remote import unshallow

        unshallow(place.root, log.info)
        repository = LocalRepository(replace(place, is_shallow=False), repository.head)
    if not flags.virtual_merge and (
        flags.virtual_merge_from_commit or flags.virtual_merge_into_commit
    ):
        log.warning(
            "--virtual-merge-from-commit and --virtual-merge-into-commit have no effect without"
            " --virtual-merge"
        )
    merge = _merge(repository, flags) if flags.virtual_merge and not is_dev else None
    return ProjectSource(repository, log.info, log.warning, merge=merge, allows_shallow=allowed)


def _merge(repository: "LocalRepository", flags: GitFlags) -> "VirtualMerge":
    from werfish.git.virtual_merge import virtual_merge_at

    source, target = flags.virtual_merge_from_commit, flags.virtual_merge_into_commit
    return virtual_merge_at(repository.place.root, repository.commit, source, target)


def remote_sources(
    images: "Sequence[Image]",
    project: "Project",
    folder: Path,
    held: Held,
    ssh: "Callable[[], SshAccess]",
    log: Log,
) -> "dict[str, SourceRepository]":
    """Give the remote repositories of *images* of *project* by key, with copies in *folder*.

    Passwords are read now, so that a missing one is told at once; nothing is fetched yet.
    """
    remotes = _remotes(images)
    if not remotes:
        return {}
    from werfish.git.access import access_of
    from werfish.git.mirrors import Mirror
    from werfish.git.remote_source import RemoteSource
    from werfish.git.transport import Connection

    by_url: dict[str, list[RemoteRepository]] = {}
    for remote in remotes:
        by_url.setdefault(remote.url, []).append(remote)
    sources: dict[str, SourceRepository] = {}
    for wanted in by_url.values():
        asked = next((remote for remote in wanted if remote.auth), wanted[0])
        places = {remote.ref: project.place_of(remote.line) for remote in wanted}
        place = project.place_of(asked.line)
        access = access_of(asked, place, project.directory, os.environ, ssh())
        if access.login:
            log.mask(access.login.password)
        mirror = Mirror(folder, Connection(access, place), places, held, log.info)
        for remote in wanted:
            sources.setdefault(remote.key, RemoteSource(mirror, remote.ref, log.warning))
    return sources


def _remotes(images: "Sequence[Image]") -> "list[RemoteRepository]":
    from stages.image import ImageSpec

    stapel = [image for image in images if isinstance(image, ImageSpec)]
    return [one.remote for image in stapel for one in image.mappings if one.remote]
