"""``werfish config``: look at the configuration without building anything."""

from typing import TYPE_CHECKING, Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import ProjectFlags, taken
from werfish.cli.option_groups.image_names import images_argument
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.options import WerfCommand, flag, option

if TYPE_CHECKING:
    from werfish.config.model import Project


@click.group("config")
def command() -> None:
    """Look at the configuration: its text, its images, what is made from what.

    Nothing of this needs Docker, a registry or a cluster.
    """


@command.command("render", cls=WerfCommand)
@images_argument
@flag(
    "debug-templates",
    variables=("WERF_DEBUG_TEMPLATES",),
    help="Write every variable, include and tpl with its result to stderr.",
)
@project_options
@log_options
def render(images: tuple[str, ...], debug_templates: bool, **flags: Any) -> None:
    """Print the configuration as its templates render it; of each IMAGE only its document.

    It is printed as YAML will see it, valid or not.
    """
    from werfish.actions.config import render_config

    project = taken(ProjectFlags, flags)
    log = wiring.begin(project)
    debug = log.info if debug_templates else None
    loaded = wiring.text_of(project, wiring.found_repository(project), log, debug)
    output.text(render_config(loaded, images))


@command.command("list", cls=WerfCommand)
@flag("images-only", variables=("WERF_IMAGES_ONLY",), help="Leave artifacts out.")
@project_options
@log_options
def list_(images_only: bool, **flags: Any) -> None:
    """Print the names of images, then of artifacts, one a line; ~ is the nameless image."""
    from werfish.actions.config import list_images

    project = _project(taken(ProjectFlags, flags))
    output.lines(list_images(project, with_artifacts=not images_only))


@command.command("graph", cls=WerfCommand)
@images_argument
@option(
    "--format",
    "form",
    type=click.Choice(["text", "dot", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, a graph for Graphviz, or JSON.",
)
@project_options
@log_options
def graph(images: tuple[str, ...], form: str, **flags: Any) -> None:
    """Print which image is made from which, in the order of a build.

    With names only those images, and what they are made from.
    """
    from werfish.actions.config import graph_images

    output.lines(graph_images(_project(taken(ProjectFlags, flags)), images, form))


@command.command("schema", cls=WerfCommand)
def schema() -> None:
    """Print the JSON Schema of werf.yaml, for editors."""
    import json

    from werfish.config.json_schema import json_schema

    output.text(json.dumps(json_schema(), indent=1) + "\n")


def _project(flags: ProjectFlags) -> "Project":
    log = wiring.begin(flags)
    return wiring.project_of(flags, wiring.found_repository(flags), log)
