"""Which image is made from which, for people and for Graphviz. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.light_dataclass import dataclass
from stages.order import needed_for, ordered
from werfish.config.model import Image


class EdgeKind(StrEnum):
    """How one image needs another."""

    FROM = "from"
    IMPORT = "import"
    DEPENDENCY = "dependency"
    DOCKERFILE = "dockerfile"


@dataclass(frozen=True, slots=True)
class Edge:
    """What an image needs: *target* is one of the project where it *is_own*, else outside of it.

    A Dockerfile may be one of its *context*: two folders may each have a ``Dockerfile``.
    """

    kind: EdgeKind
    target: str
    is_own: bool = True
    context: str = ""

    @property
    def outside(self) -> str:
        """The target for people, where it is outside of the project's images."""
        return f"{self.target}, context {self.context}" if self.context else self.target


def edges_of(image: Image) -> tuple[Edge, ...]:
    """Return what *image* needs, each thing once, in the order of the build."""
    found = _dockerfile_edges(image) if isinstance(image, DockerfileSpec) else _stapel_edges(image)
    return tuple(dict.fromkeys(found))


def in_build_order(images: Sequence[Image], names: Sequence[str] = ()) -> tuple[Image, ...]:
    """Return *images* so that each follows what it needs; only *names* and what they need."""
    known = {image.name: image for image in images}
    needs = {name: image.needs for name, image in known.items()}
    wanted = needed_for(names, needs) if names else frozenset(known)
    return tuple(known[name] for name in ordered(needs) if name in wanted)


def text_graph(images: Sequence[Image]) -> Iterator[str]:
    """Yield the lines of *images* and below each what it needs."""
    known = {image.name: image for image in images}
    for image in images:
        yield _titled(image)
        edges = edges_of(image)
        for number, edge in enumerate(edges, 1):
            branch = "└─" if number == len(edges) else "├─"
            target = _titled(known[edge.target]) if edge.is_own else edge.outside
            yield f"{branch} {edge.kind} {target}{'' if edge.is_own else _outside(edge)}"


def dot_graph(images: Sequence[Image]) -> Iterator[str]:
    """Yield the lines of a graph as Graphviz reads it: boxes of the project, ellipses outside."""
    yield "digraph images {"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    for image in images:
        style = " style=dashed" if not image.is_final else ""
        yield f"  {_quoted(image.title)} [label={_quoted(_titled(image))}{style}];"
    outside = dict.fromkeys(
        edge.outside for image in images for edge in edges_of(image) if not edge.is_own
    )
    for target in outside:
        yield f"  {_quoted(_OUTSIDE + target)} [label={_quoted(target)} shape=ellipse];"
    for image in images:
        for edge in edges_of(image):
            target = (edge.target or "~") if edge.is_own else _OUTSIDE + edge.outside
            label = _quoted(edge.kind)
            yield f"  {_quoted(target)} -> {_quoted(image.title)} [label={label}];"
    yield "}"


def json_graph(images: Sequence[Image]) -> Iterator[str]:
    """Yield the lines of a JSON list: each image with its kind and what it needs."""
    found = [
        {
            "image": image.title,
            "kind": kind_of(image),
            "final": image.is_final,
            "needs": [
                {"kind": edge.kind, "name": edge.target or "~", "own": edge.is_own}
                | ({"context": edge.context} if edge.context else {})
                for edge in edges_of(image)
            ],
        }
        for image in images
    ]
    yield from json.dumps(found, indent=2, ensure_ascii=False).splitlines()


FORMATS: Mapping[str, Callable[[Sequence[Image]], Iterator[str]]] = {
    "text": text_graph,
    "dot": dot_graph,
    "json": json_graph,
}


def kind_of(image: Image) -> str:
    """Return what *image* is, in werf's words."""
    if isinstance(image, DockerfileSpec):
        return "dockerfile"
    return "artifact" if image.is_artifact else "stapel"


_OUTSIDE = "outside: "
"""Keeps an image of a registry apart from one of the project that is called the same."""


def _stapel_edges(image: ImageSpec) -> Iterator[Edge]:
    if image.base_image:
        yield Edge(EdgeKind.FROM, image.base_image)
    else:
        yield Edge(EdgeKind.FROM, image.base, is_own=False)
    for one in image.imports:
        yield Edge(EdgeKind.IMPORT, one.image or one.reference, is_own=bool(one.image))
    yield from (Edge(EdgeKind.DEPENDENCY, one.image) for one in image.dependencies)


def _dockerfile_edges(image: DockerfileSpec) -> Iterator[Edge]:
    context = "" if image.context == "." else image.context
    yield Edge(EdgeKind.DOCKERFILE, image.dockerfile, is_own=False, context=context)
    yield from (Edge(EdgeKind.DEPENDENCY, one.image) for one in image.dependencies)


def _titled(image: Image) -> str:
    if kind_of(image) == "artifact":
        return f"{image.title} (artifact)"
    return image.title if image.is_final else f"{image.title} (not final)"


def _outside(edge: Edge) -> str:
    return "" if edge.kind is EdgeKind.DOCKERFILE else " (registry)"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
