"""YAML text to nodes: what stands where, before it is known what it means."""

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.values import to_bytes
from werfish.gotemplate.yaml_v2.resolving import NULL, short_tag

_NULLS = {"null", "~", ""}


@dataclass(slots=True, eq=False)
class Node:
    """A piece of the document, before it is a value."""

    kind: str
    line: int
    value: str = ""
    tag: str = ""
    plain: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def is_null(self) -> bool:
        """Whether it says that there is nothing."""
        untagged = self.kind == "scalar" and not self.tag
        return self.tag == NULL or (
            untagged and self.value in _NULLS and (self.plain or self.value != "")
        )


def root_of(text: str) -> Node | None:
    """Return the root of the first document of *text*; none where there is no document."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Composer(yaml.parse(to_bytes(text), Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise GoError(f"yaml: {where}{error.problem}") from error
    except yaml.YAMLError as error:
        raise GoError(f"yaml: {' '.join(str(error).split())}") from error


class _Composer:
    """Events to nodes, with the anchors that were seen so far."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.anchors: dict[str, Node] = {}

    def document(self) -> Node | None:
        """Return the root of the first document; none where there is no document."""
        import yaml

        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        root = self.node(next(self.events))
        next(self.events)
        return root

    def node(self, event: Any) -> Node:
        """Return the node that begins with *event*."""
        import yaml

        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise GoError(f"yaml: unknown anchor '{event.anchor}' referenced")
            return Node("alias", line, event.anchor, children=[self.anchors[event.anchor]])
        if isinstance(event, yaml.ScalarEvent):
            tag = short_tag(event.tag)
            return self._keep(event, Node("scalar", line, event.value, tag, event.implicit[0]))
        is_map = isinstance(event, yaml.MappingStartEvent)
        found = self._keep(event, Node("map" if is_map else "list", line, tag=short_tag(event.tag)))
        end = yaml.MappingEndEvent if is_map else yaml.SequenceEndEvent
        while not isinstance(event := next(self.events), end):
            found.children.append(self.node(event))
        return found

    def _keep(self, event: Any, node: Node) -> Node:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node
