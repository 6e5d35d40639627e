"""The argument that names images, and what the shell completes it to."""

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from werfish.errors import WerfishError


def complete_images(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the images of the project that begin so; none where it cannot be read."""
    from werfish.config.load import Told, load_project

    folder = Path(context.params.get("directory") or ".")
    begin = "!" if incomplete.startswith("!") else ""
    try:
        titles = [one.title for one in load_project(folder, told=Told(os.environ)).images]
    except WerfishError:
        return []
    names = [f"{begin}{title}" for title in titles if title not in context.params.get("images", ())]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


images_argument = click.argument(
    "images", nargs=-1, metavar="[IMAGE]...", shell_complete=complete_images
)
"""Any number of names or patterns of images."""
