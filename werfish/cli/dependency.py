"""``werfish helm dependency``: the charts that the project's chart needs."""

from pathlib import Path
from typing import Any

import click

from werfish.cli import charting, deploying, output, wiring
from werfish.cli.flags import KubeFlags, ProjectFlags, taken
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.options import WerfCommand, grouped

chart_argument = grouped(
    click.argument("chart", metavar="[CHART]", default=""), project_options, log_options
)


@click.group("dependency")
def command() -> None:
    """Fetch or list the charts that a chart needs; else that of the project.

    They stand in requirements.yaml, or below dependencies in Chart.yaml.
    """


@command.command("build", cls=WerfCommand)
@chart_argument
def build(chart: str, **flags: Any) -> None:
    """Fetch them as the lock file says."""
    _run("build", chart, flags)


@command.command("update", cls=WerfCommand)
@chart_argument
def update(chart: str, **flags: Any) -> None:
    """Fetch the newest that fit, and renew the lock file."""
    _run("update", chart, flags)


@command.command("list", cls=WerfCommand)
@chart_argument
def list_(chart: str, **flags: Any) -> None:
    """List them, and which of them are there."""
    _run("list", chart, flags)


def _run(word: str, chart: str, flags: dict[str, Any]) -> None:
    from werfish.helm.dependencies import helm_dependency

    flags_of_project = taken(ProjectFlags, flags)
    log = wiring.begin(flags_of_project)
    folder, name = Path(chart), Path(chart).resolve().name
    if not chart:
        repository = wiring.found_repository(flags_of_project)
        project = wiring.project_of(flags_of_project, repository, log)
        folder, name = charting.chart_folder_of(project, ""), project.name
    with deploying.helm_of(KubeFlags(None, None, None)) as helm:
        said = helm_dependency(word, folder, name, helm)
    if word == "list":
        output.text(said)
    else:
        log.info(said.rstrip())
