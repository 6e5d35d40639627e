"""Look at releases: which there are, what their revisions were, what is on record of one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werfish.deploy.owner import Owner
from werfish.errors import ReleaseError
from werfish.helm.yaml_text import dump
from werfish.releases.history import last
from werfish.releases.release import Release

_ELSEWHERE = 'name its namespace with --namespace or --env; "werfish release list" shows all'


class NoReleaseError(ReleaseError):
    """There is no such release, or no such revision of it."""

    def __init__(self, owner: Owner, revision: int, known: Sequence[int]) -> None:
        """Name the release, the revision, and those that are on record."""
        wanted = f"revision {revision} is" if revision and known else "it is"
        hint = f"revisions on record: {', '.join(map(str, known))}" if known else _ELSEWHERE
        super().__init__(f"look up {owner}: {wanted} not on record", hint=hint)
        self.owner = owner


def release_facts(release: Release) -> dict[str, Any]:
    """Return what a list says of *release*, by helm's names."""
    return {
        "name": release.name,
        "namespace": release.namespace,
        "revision": release.revision,
        "updated": release.last_deployed,
        "status": str(release.status),
        "chart": _chart_of(release),
        "app_version": str(_metadata(release).get("appVersion") or ""),
        "description": release.description,
    }


def history_of(owner: Owner, history: Sequence[Release]) -> tuple[Release, ...]:
    """Return *history*, which must not be empty."""
    if not history:
        raise NoReleaseError(owner, 0, ())
    return tuple(history)


def revision_of(owner: Owner, history: Sequence[Release], revision: int) -> Release:
    """Return one *revision* of *history*, 0 for the newest."""
    found = [one for one in history if revision in (0, one.revision)]
    release = last(found)
    if release is None:
        raise NoReleaseError(owner, revision, [one.revision for one in history])
    return release


def _all(release: Release) -> str:
    parts = [f"{key.upper()}: {value}" for key, value in release_facts(release).items()]
    parts += ["VALUES:", _values(release), "HOOKS:", _hooks(release)]
    parts += ["MANIFEST:", release.manifest.rstrip(), "NOTES:", release.notes.rstrip()]
    return "\n".join(parts) + "\n"


def _values(release: Release) -> str:
    return dump(dict(release.config))


def _hooks(release: Release) -> str:
    return "".join(f"---\n# Source: {hook.path}\n{hook.manifest}" for hook in release.hooks)


PARTS: Mapping[str, Callable[[Release], str]] = {
    "manifest": lambda release: release.manifest,
    "values": _values,
    "hooks": _hooks,
    "notes": lambda release: release.notes,
    "all": _all,
}
"""What can be shown of a revision, as text."""


def _chart_of(release: Release) -> str:
    metadata = _metadata(release)
    return "-".join(str(metadata[key]) for key in ("name", "version") if metadata.get(key))


def _metadata(release: Release) -> Mapping[str, Any]:
    metadata = release.chart.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}
