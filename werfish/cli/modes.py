"""The options that say how a revision is applied, and where it is recorded."""

from typing import TYPE_CHECKING, Any

import click

from stages.light_dataclass import dataclass
from werfish.cli.flags import taken
from werfish.cli.options import flag, grouped, option

if TYPE_CHECKING:
    from werfish.deploy.modes import Modes

mode_options = grouped(
    option(
        "--three-way-merge-mode",
        type=click.Choice(["enabled", "onlyNewReleases", "disabled"]),
        default="enabled",
        show_default=True,
        variables=("WERF_THREE_WAY_MERGE_MODE",),
        help="Whether drift is repaired, or only noted in the annotation"
        " debug.werf.io/repair-patch; onlyNewReleases: noted by releases that began so.",
    ),
    option(
        "--apply-method",
        type=click.Choice(["client-side", "server-side"]),
        default="client-side",
        show_default=True,
        variables=("WERF_APPLY_METHOD",),
        help="Who merges: werfish, or the API server (server-side apply).",
    ),
    flag(
        "force-conflicts",
        variables=("WERF_FORCE_CONFLICTS",),
        help="With server-side apply: take fields of the chart that other managers set.",
    ),
    flag(
        "force-adoption",
        variables=("WERF_FORCE_ADOPTION",),
        help="Take over resources that exist already, also those of other releases.",
    ),
)
"""How resources that exist are changed."""

update_crds_option = flag(
    "update-crds",
    variables=("WERF_UPDATE_CRDS",),
    help="Also update what the chart has in crds/; else that is only created where it is absent.",
)
cleanup_option = flag(
    "cleanup-on-fail",
    variables=("WERF_CLEANUP_ON_FAIL",),
    help="Delete what this run created where it fails.",
)
records_option = option(
    "--release-storage",
    "--releases-storage-driver",
    "--helm-release-storage-type",
    "release_storage",
    type=click.Choice(["secret", "secrets", "configmap", "configmaps"], case_sensitive=False),
    default="secret",
    show_default=True,
    variables=(
        "WERF_RELEASE_STORAGE",
        "WERF_RELEASES_STORAGE_DRIVER",
        "WERF_HELM_RELEASE_STORAGE_TYPE",
        "HELM_DRIVER",
    ),
    help="Keep release records in Secrets or in ConfigMaps, as Helm's drivers do.",
)


@dataclass(frozen=True, slots=True)
class ModeFlags:
    """How a revision is applied, in the user's words."""

    three_way_merge_mode: str
    apply_method: str
    force_conflicts: bool
    force_adoption: bool
    update_crds: bool = False
    cleanup_on_fail: bool = False


def modes_of(flags: dict[str, Any]) -> "Modes":
    """Return how a revision is applied; words that do not go together are wrong usage."""
    from werfish.deploy.modes import ApplyMethod, MergeMode, Modes

    asked = taken(ModeFlags, flags)
    merge, method = MergeMode(asked.three_way_merge_mode), ApplyMethod(asked.apply_method)
    if method is ApplyMethod.SERVER_SIDE and merge is not MergeMode.ENABLED:
        raise click.UsageError(
            f"--three-way-merge-mode {merge} goes with --apply-method client-side only"
        )
    return Modes(
        merge,
        method,
        asked.update_crds,
        asked.cleanup_on_fail,
        asked.force_adoption,
        asked.force_conflicts,
    )
