"""``werfish release test``."""

from typing import Any

import click

from werfish.cli import deploying, output, wiring
from werfish.cli.flags import KubeFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.option_groups.releases import kube_options, release_options
from werfish.cli.options import WerfCommand, option

_COLUMNS = ("test", "phase", "started_at", "completed_at")


@click.command("test", cls=WerfCommand)
@click.argument("name", metavar="[RELEASE]", default="")
@option("--test", "tests", multiple=True, help="Run only this test; repeat it for more.")
@option("--skip-test", "skipped", multiple=True, help="Leave out this test; repeat it for more.")
@release_options
@kube_options
@project_options
@log_options
def command(name: str, tests: tuple[str, ...], skipped: tuple[str, ...], **flags: Any) -> None:
    """Run the tests of a release, as helm test does, with their logs.

    Tests are the objects of its chart with the annotation "helm.sh/hook: test". Ends with exit
    code 10 where one fails. RELEASE is the release of the project and --env where it is left out.
    """
    from dataclasses import replace

    from werfish.actions.run_tests import ChosenTests, run_tests

    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    named = replace(release, release=name) if name else release
    owner = deploying.named_owner(project, named, log)
    options = ChosenTests(owner, frozenset(tests), frozenset(skipped))
    with wiring.timed(log), deploying.cluster_of(kube, named, owner, project, log) as adapters:
        tested = run_tests(options, adapters)
    head = [column.upper().replace("_", " ") for column in _COLUMNS]
    output.table([head, *([one[column] for column in _COLUMNS] for one in tested.runs)])
    if tested.problem is not None:
        raise tested.problem
