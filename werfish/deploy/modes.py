"""The ways in which a deploy may differ from the usual one. Pure: what the user chose, as values.

What a mode means is decided where it matters; here it only has a name and a default.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.releases.history import last
from werfish.releases.release import Release

MERGE_LABEL = "io.werfish.merge"
"""Label of a record whose revision was applied by two-way patches."""
TWO_WAY = "two-way"


class MergeMode(StrEnum):
    """How objects that exist become what the chart says: werf 1.1's words."""

    ENABLED = "enabled"
    ONLY_NEW_RELEASES = "onlyNewReleases"
    DISABLED = "disabled"


class ApplyMethod(StrEnum):
    """Who merges: werfish, or the API server."""

    CLIENT_SIDE = "client-side"
    SERVER_SIDE = "server-side"


@dataclass(frozen=True, slots=True)
class Modes:
    """How a revision is planned and written.

    *update_crds*: files of ``crds/`` change what is there; *cleanup_on_fail*: what a failed run
    created goes again; *force_adoption*: what belongs to nobody or to others is taken over;
    *force_conflicts*: server-side apply takes fields from other managers. *is_strict*: an object
    that changed since the plan was made is refused, not merged anew.
    """

    merge: MergeMode = MergeMode.ENABLED
    method: ApplyMethod = ApplyMethod.CLIENT_SIDE
    update_crds: bool = False
    cleanup_on_fail: bool = False
    force_adoption: bool = False
    force_conflicts: bool = False
    is_strict: bool = False

    @property
    def is_two_way(self) -> bool:
        """Whether drift is left alone; only a mode that `settled` has seen can tell."""
        return self.merge is MergeMode.DISABLED and self.method is ApplyMethod.CLIENT_SIDE

    @property
    def is_server_side(self) -> bool:
        """Whether the API server merges."""
        return self.method is ApplyMethod.SERVER_SIDE


USUAL = Modes()


def settled(modes: Modes, history: Sequence[Release]) -> Modes:
    """Return *modes* without ``onlyNewReleases``: what that means depends on the *history*.

    A release whose newest record says that it was applied by two-way patches keeps to them.
    """
    if modes.merge is not MergeMode.ONLY_NEW_RELEASES:
        return modes
    newest = last(history)
    keeps = newest is not None and newest.labels.get(MERGE_LABEL) == TWO_WAY
    return replace(modes, merge=MergeMode.DISABLED if keeps else MergeMode.ENABLED)


def labelled(release: Release, modes: Modes) -> Release:
    """Return the record of *release* as one that was applied in *modes*."""
    labels = {key: value for key, value in release.labels.items() if key != MERGE_LABEL}
    if modes.is_two_way:
        labels[MERGE_LABEL] = TWO_WAY
    return replace(release, labels=labels)
