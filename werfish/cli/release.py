"""``werfish release``: look at releases, and go back to an earlier revision."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from werfish.cli import deploying, observing, output, wiring
from werfish.cli.clusters import connected
from werfish.cli.flags import KubeFlags, ObservingFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.home import home_of
from werfish.cli.modes import records_option
from werfish.cli.observing_options import status_period_option
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.option_groups.releases import kube_options, release_options
from werfish.cli.options import WerfCommand, flag, grouped, option
from werfish.cli.release_tests import command as tests
from werfish.cli.rollback import command as rollback

if TYPE_CHECKING:
    from werfish.deploy.adapters import DeployAdapters
    from werfish.deploy.owner import Owner
    from werfish.releases.release import Release

name_argument = click.argument("name", metavar="[RELEASE]", default="")
form_option = option(
    "--output",
    "form",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    show_default=True,
    help="A table for people, JSON or YAML.",
)
lookup_options = grouped(
    release_options, records_option, kube_options, project_options, log_options
)
_COLUMNS = {
    "list": ("name", "namespace", "revision", "updated", "status", "chart", "app_version"),
    "history": ("revision", "updated", "status", "chart", "app_version", "description"),
}


@click.group("release")
def command() -> None:
    """Look at releases, and go back to an earlier revision.

    RELEASE is the release of the project and --env where it is left out.
    """


@command.command("list", cls=WerfCommand)
@form_option
@option("--namespace", default="", variables=("WERF_NAMESPACE",), help="Only of this namespace.")
@records_option
@kube_options
@project_options
@log_options
def list_(form: str, namespace: str, release_storage: str, **flags: Any) -> None:
    """List releases with their newest revision: of all namespaces, or of one."""
    from werfish.actions.release import release_facts

    kube, project = taken(KubeFlags, flags), taken(ProjectFlags, flags)
    log = wiring.begin(project)
    with connected(kube, home_of(project), log) as cluster:
        found = deploying.record_storage(cluster, namespace, release_storage).newest()
    _show(form, "list", [release_facts(release) for release in found])


@command.command("history", cls=WerfCommand)
@name_argument
@form_option
@lookup_options
def history(name: str, form: str, **flags: Any) -> None:
    """List the revisions of a release that are on record, the oldest first."""
    from werfish.actions.release import history_of, release_facts

    owner, found = _history(name, flags)
    _show(form, "history", [release_facts(one) for one in history_of(owner, found)])


@command.command("get", cls=WerfCommand)
@name_argument
@option("--revision", type=click.IntRange(min=0), default=0, help="Which one; else the newest.")
@option(
    "--part",
    type=click.Choice(["manifest", "values", "hooks", "notes", "all"]),
    default="all",
    show_default=True,
    help="What of it.",
)
@lookup_options
def get(name: str, revision: int, part: str, **flags: Any) -> None:
    """Print what is on record of a revision."""
    from werfish.actions.release import PARTS, revision_of

    owner, found = _history(name, flags)
    output.text(PARTS[part](revision_of(owner, found, revision)))


@command.command("status", cls=WerfCommand)
@name_argument
@form_option
@flag("watch", help="Follow until all is ready (exit code 0) or something has failed (10).")
@status_period_option
@lookup_options
def status(name: str, form: str, watch: bool, **flags: Any) -> None:
    """Show the newest revision, and each of its resources as it is now.

    With --watch, --output json writes each event as a line of JSON.
    """
    from werfish.actions.release import release_facts, revision_of
    from werfish.actions.release_status import (
        lasting,
        require_present,
        resource_facts,
        resources_of,
        status_of,
    )

    with _records(name, flags, is_ruled=True) as (owner, by):
        release = revision_of(owner, by.storage.history(owner.release), 0)
        resources = resources_of(release, by.cluster)
        found = status_of(resources, cluster=by.cluster, clock=by.clock, rules=by.rules)
        facts, rows = release_facts(release), [resource_facts(one) for one in found]
        if watch and form == "json":
            observing.JsonLines(by.log.masked).facts("status", {**facts, "resources": rows})
        else:
            _show_status(form, facts, rows)
        if watch:
            chosen = taken(ObservingFlags, {**flags, "form": form})
            with observing.observed(
                chosen, "release status", owner.release, owner.namespace, by.log
            ) as heard:
                require_present(found)
                observing.observed_by(by, chosen, heard).wait_ready(
                    lasting(resources), str(owner), changed=False
                )


command.add_command(rollback)
command.add_command(tests)


def _show_status(form: str, facts: dict[str, Any], resources: Sequence[dict[str, str]]) -> None:
    from werfish.helm.yaml_text import dump

    if form != "table":
        data = {**facts, "resources": list(resources)}
        output.text(json.dumps(data, indent=2) + "\n" if form == "json" else dump(data))
        return
    output.lines(f"{key.upper().replace('_', ' ')}: {value}" for key, value in facts.items())
    head = ["RESOURCE", "NAMESPACE", "VERDICT", "REASON"]
    output.lines([""])
    output.table([head, *([*one.values()] for one in resources)])


def _history(name: str, flags: dict[str, Any]) -> "tuple[Owner, tuple[Release, ...]]":
    """Return the release that is meant, and its records."""
    with _records(name, flags) as (owner, adapters):
        return owner, adapters.storage.history(owner.release)


@contextmanager
def _records(
    name: str, flags: dict[str, Any], *, is_ruled: bool = False
) -> "Iterator[tuple[Owner, DeployAdapters]]":
    """Give the release that is meant, and what looking at it touches.

    *is_ruled*: the project's rules of readiness are wanted too.
    """
    from dataclasses import replace

    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    named = replace(release, release=name) if name else release
    owner = deploying.named_owner(project, named, log)
    rules = deploying.ruling_project(project, log, given=True).deploy.readiness if is_ruled else ()
    with deploying.cluster_of(kube, named, owner, project, log, rules) as adapters:
        yield owner, adapters


def _show(form: str, kind: str, facts: Sequence[dict[str, Any]]) -> None:
    from werfish.helm.yaml_text import dump

    columns = _COLUMNS[kind]
    if form == "table":
        rows = [[str(one[column]) for column in columns] for one in facts]
        output.table([[column.upper().replace("_", " ") for column in columns], *rows])
        return
    data = [{column: one[column] for column in columns} for one in facts]
    output.text(json.dumps(data, indent=2) + "\n" if form == "json" else dump(data))
