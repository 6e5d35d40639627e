"""Short ways from a piece of YAML to what it means, for the tests of single sections."""

from pathlib import Path

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from werfish.config.check import problems_of
from werfish.config.document import Document
from werfish.config.model import Project
from werfish.config.nodes import Node, Scalar, Table, entry_of
from werfish.config.parse import parse_document
from werfish.config.project import project_of
from werfish.config.schema import Section

META = "configVersion: 1\nproject: shop\n"


def table(text: str) -> Table:
    found = parse_document(Document(text, 1))
    assert isinstance(found, Table)
    return found


def value(text: str) -> Node:
    entry = entry_of(table(f"it: {text}"), "it")
    assert entry is not None
    return entry.value


def scalar(text: str) -> Scalar:
    found = value(text)
    assert isinstance(found, Scalar)
    return found


def told(text: str, section: Section) -> list[str]:
    """Return what is wrong with *text* as *section*: the way there, and what it is."""
    problems = problems_of(table(text), section, "")
    return [f"{one.where}: {one.text}".removeprefix(": ") for one in problems]


def project(text: str) -> Project:
    return project_of(f"{META}{text}", path="werf.yaml", directory=Path("/shop"))


def stapel(text: str, project_keys: str = "") -> ImageSpec:
    """Return the image ``a`` of *text*, which says all but its name and base."""
    found = project(f"{project_keys}\n---\nimage: a\nfrom: base\n{text}\n").images[0]
    assert isinstance(found, ImageSpec)
    return found


def dockerfile(text: str, project_keys: str = "") -> DockerfileSpec:
    """Return the image ``a`` of *text*, which says all but its name and Dockerfile."""
    found = project(f"{project_keys}\n---\nimage: a\ndockerfile: Dockerfile\n{text}\n").images[0]
    assert isinstance(found, DockerfileSpec)
    return found
