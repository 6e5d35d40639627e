"""Which revisions of a release matter for what. Pure.

*history* is always oldest first, as `ReleaseStorage.history` returns it. Law: what the cluster
may still hold stays on record, so neither the deployed revision nor any after it is ever pruned.
"""

from collections.abc import Sequence

from werfish.releases.release import Release, Status


def last(history: Sequence[Release]) -> Release | None:
    """Return the newest revision, whatever became of it."""
    return max(history, key=lambda release: release.revision, default=None)


def deployed(history: Sequence[Release]) -> Release | None:
    """Return the newest revision that is deployed; several may say so after a crash."""
    return last([release for release in history if release.status is Status.DEPLOYED])


def is_installed(history: Sequence[Release]) -> bool:
    """Tell whether what comes next is an upgrade.

    Helm's ``uninstall --keep-history`` leaves records of a release that is not there.
    """
    newest = last(history)
    return newest is not None and newest.status is not Status.UNINSTALLED


def next_revision(history: Sequence[Release]) -> int:
    """Return the number of the revision that comes next."""
    newest = last(history)
    return newest.revision + 1 if newest else 1


def since_deployed(history: Sequence[Release]) -> tuple[Release, ...]:
    """Return the deployed revision and all that followed it, oldest first; all if none is.

    They are what the cluster may hold of this release: deletions are computed against each.
    """
    current = deployed(history)
    first = current.revision if current else 0
    return tuple(release for release in history if release.revision >= first)


def to_prune(history: Sequence[Release], history_max: int) -> tuple[Release, ...]:
    """Return the oldest revisions that must go so that the next makes *history_max*; 0 keeps all.

    Helm too prunes before it creates; the deployed revision then stays beside the only one wanted.
    """
    if history_max <= 0:
        return ()
    kept = {release.revision for release in since_deployed(history)}
    oldest = sorted(history, key=lambda release: release.revision)
    surplus = max(len(oldest) + 1 - history_max, 0)
    return tuple(release for release in oldest if release.revision not in kept)[:surplus]
