"""Show what a project's configuration says: its text, its images, what is made from what."""

from collections.abc import Iterator, Sequence

from werfish.config.errors import InvalidConfigError
from werfish.config.graph import FORMATS, in_build_order, kind_of
from werfish.config.load import Loaded
from werfish.config.model import Project
from werfish.config.nodes import Table
from werfish.config.project import check
from werfish.config.relations import named_in
from werfish.config.selection import selected_titles

_KINDS = ("stapel", "dockerfile", "artifact")
"""The order in which names are listed, as in werf."""


def render_config(loaded: Loaded, names: Sequence[str]) -> str:
    """Return the rendered text, or only the documents of the images *names*.

    The text need not be valid, unless documents are to be found in it.
    """
    text = loaded.rendered.text
    if not names:
        return text
    checked = check(text)
    if checked.unread:
        raise InvalidConfigError(loaded.path, checked.unread, text, lines=loaded.rendered.lines)
    titles = {
        one.number: [each.name.text or "~" for each in named_in([one.node])]
        for one in checked.documents
        if isinstance(one.node, Table)
    }
    known = tuple(title for found in titles.values() for title in found)
    chosen = set(selected_titles(known, names, known))
    numbers = {number for number, found in titles.items() if not chosen.isdisjoint(found)}
    wanted = [one for one in checked.documents if one.number in numbers]
    return "---\n".join(one.text if one.text.endswith("\n") else f"{one.text}\n" for one in wanted)


def list_images(project: Project, *, with_artifacts: bool) -> tuple[str, ...]:
    """Return the names of images, those from Dockerfiles and artifacts last; ``~`` is nameless."""
    kinds = _KINDS if with_artifacts else _KINDS[:2]
    return tuple(
        image.title for kind in kinds for image in project.images if kind_of(image) == kind
    )


def graph_images(project: Project, names: Sequence[str], form: str) -> Iterator[str]:
    """Yield the lines of the graph of images in *form*; of *names* and what they need, else all."""
    known = {image.title: image.name for image in project.images}
    chosen = selected_titles(tuple(known), names, tuple(known)) if names else ()
    if names and not chosen:
        return iter(())
    images = in_build_order(project.images, [known[title] for title in chosen])
    return FORMATS[form](images)
