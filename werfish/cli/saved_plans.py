"""Plans as files: ``plan --save-plan`` and ``deploy --use-plan``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from werfish.cli import deploying, observing, wiring
from werfish.cli.charting import key_places_of
from werfish.cli.flags import KubeFlags, ObservingFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.options import grouped, option

if TYPE_CHECKING:
    from werfish.deploy.prepare import Prepared
    from werfish.log import Log
    from werfish.secrets.key import SecretKey

save_plan_option = option(
    "--save-plan",
    type=click.Path(dir_okay=False),
    variables=("WERF_SAVE_PLAN",),
    help="Keep the plan in a file that only you may read, encrypted where there is a secret key.",
)
use_plan_options = grouped(
    option(
        "--use-plan",
        type=click.Path(dir_okay=False),
        variables=("WERF_USE_PLAN",),
        help="Carry out the plan that plan --save-plan kept in this file, as it was made.",
    ),
    option(
        "--plan-drift",
        type=click.Choice(["refuse", "replan"]),
        default="refuse",
        show_default=True,
        variables=("WERF_PLAN_DRIFT",),
        help="What to do where a resource is not as the saved plan saw it.",
    ),
    option(
        "--plan-lifetime",
        default="2h",
        show_default=True,
        variables=("WERF_PLAN_LIFETIME",),
        help="How long a saved plan is good, such as 30m; 0 for ever.",
    ),
)
"""How a saved plan is carried out."""


def save(
    prepared: "Prepared",
    path: str,
    flags: dict[str, Any],
    now: float,
    log: "Log",
    secrets: tuple[str, ...],
) -> None:
    """Keep what was *prepared* in the file at *path*; *secrets* are texts not to be shown."""
    from werfish.deploy.plan_file import write_plan
    from werfish.deploy.saved_plan import saved_plan

    key = None if flags["ignore_secret_key"] else _key(taken(ProjectFlags, flags))
    made = prepared.draft, prepared.history, prepared.plan
    saved = saved_plan(*made, prepared.modes, now, secrets)
    write_plan(Path(path), saved, key)
    how = "encrypted" if key else "not encrypted, since no secret key is used"
    log.info(f'plan kept in "{path}", {how}')


def deploy_saved_plan(
    path: str, plan_drift: str, plan_lifetime: str, flags: dict[str, Any], **options: Any
) -> None:
    """Carry out the plan in the file at *path*; *options* are those of `SavedOptions`."""
    from werfish.actions.saved_plan import PlanDrift, SavedOptions, deploy_saved
    from werfish.deploy.plan_file import read_plan

    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    saved = read_plan(Path(path), key_places_of(project).find)
    _refuse_other(release.release, saved.owner.release, "--release")
    _refuse_other(release.namespace, saved.owner.namespace, "--namespace")
    rules = deploying.ruling_project(project, log, given=True).deploy.readiness
    asked = SavedOptions(saved, PlanDrift(plan_drift), _seconds(plan_lifetime), **options)
    told, owner = taken(ObservingFlags, flags), saved.owner
    with (
        wiring.timed(log),
        observing.observed(told, "deploy", owner.release, owner.namespace, log) as heard,
        deploying.cluster_of(kube, release, owner, project, log, rules) as adapters,
    ):
        deploy_saved(asked, observing.observed_by(adapters, told, heard))


def _key(project: ProjectFlags) -> "SecretKey | None":
    from werfish.secrets.errors import KeyNotFoundError

    try:
        return key_places_of(project).find()
    except KeyNotFoundError:
        return None


def _refuse_other(named: str, planned: str, option: str) -> None:
    if named not in ("", planned):
        raise click.UsageError(f'{option} "{named}": the saved plan is for "{planned}"')


def _seconds(text: str) -> float:
    from werfish.config.rules import nanoseconds

    found = nanoseconds(text)
    if found is None or found < 0:
        raise click.BadParameter(
            f'"{text}" is no duration such as 30m or 2h', param_hint="--plan-lifetime"
        )
    return found / 1e9
