"""Renders that know where each line came from, for errors that are found in the rendered text.

What ``include`` and ``tpl`` return goes through pipelines (``indent``, ``trim``) before it is
printed: its lines are found again by their text in what was rendered for the action.
"""

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.frame import Frame
from werfish.gotemplate.nodes import Text, Variable, Written
from werfish.gotemplate.origins import Origin, Passage, TracedText, aligned
from werfish.gotemplate.places import Places
from werfish.gotemplate.probes import probed

_MOST_KEPT = 100
_KEPT_VALUE = re.compile(r"\$\w|(?<![^\s({])\.(?![^\s)}])")
"""A variable or the cursor itself: what an included text may have been kept in."""


def render_traced(templates: TemplateSet, name: str, data: Any) -> tuple[str, tuple[Origin, ...]]:
    """Return what *templates* render of *name* and *data*, and the origin of each of its lines.

    Lines are what is between newlines, so that there is always at least one. Fails as
    `TemplateSet.render` does, and takes about twice as long.
    """
    tracer = _Tracer()
    text = templates.render_probed(name, data, lambda tree: probed(tree, tracer))
    return text, tuple(origin for _line, origin in tracer.lines)


class _Render:
    """What one render has written so far; frames write to it."""

    def __init__(self, frame: Frame, tracer: "_Tracer", start: Origin) -> None:
        """Stand between *frame*, the first of this render, and what it writes to."""
        self.frame, self.tracer, self.write = frame, tracer, frame.write
        self.node: Written | None = None
        self.place = start
        self.text = TracedText(start)
        self.inner: list[list[tuple[str, Origin]]] = []

    def __call__(self, text: str) -> None:
        """Write *text*, which the last node that was reached prints."""
        self.text.add(text, self._origins(text))
        self.inner = []
        self.write(text)

    def _origins(self, text: str) -> Sequence[Origin]:
        place, count = self.place, text.count("\n") + 1
        if place.is_text:
            template, first = place.template, place.line
            return [Origin(template, first + below, True) for below in range(count)]
        passages = [] if isinstance(self.node, Text) else self._passages()
        return aligned(text, passages, place) if passages else [place] * count

    def _passages(self) -> list[Passage]:
        """Return what this action rendered, and what it may print from a variable."""
        own = [Passage(line for each in self.inner for line in each)] if self.inner else []
        kept = self.tracer.kept
        return [*own, *kept] if kept and _KEPT_VALUE.search(str(self.node)) else own


class _Tracer:
    """The renders that run inside one another, and what has to be known of the whole run."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Origin]] = []
        self.kept: deque[Passage] = deque(maxlen=_MOST_KEPT)
        self._renders: list[_Render] = []
        self._places = Places()

    def begin(self, frame: Frame, _dot: Any) -> None:
        """Trace what *frame* writes, unless it writes into a render that is traced already."""
        if isinstance(frame.write, _Render):
            return
        tree = frame.tree
        if self._renders:
            self._places.enter(tree, self._renders[-1].place)
        render = _Render(frame, self, self._places.of(tree, 0, is_text=True))
        frame.write = render
        self._renders.append(render)

    def reach(self, frame: Frame, node: Written) -> None:
        """Take note of who prints what comes next."""
        render = self._renders[-1]
        self._keep(render)
        is_text = isinstance(node, Text)
        render.node, render.place = (
            node,
            self._places.of(frame.tree, node.position, is_text=is_text),
        )

    def bind(self, frame: Frame, variables: tuple[Variable, ...]) -> None:
        """Leave variables alone."""

    def end(self, frame: Frame) -> None:
        """Hand the lines of a render that is at its end to the one that asked for it."""
        if self._renders[-1].frame is not frame:
            return
        render = self._renders.pop()
        self._keep(render)
        self.lines = render.text.lines()
        if self._renders:
            self._renders[-1].inner.append(self.lines)

    def _keep(self, render: _Render) -> None:
        """Keep what was rendered and not printed: a variable may hold it."""
        self.kept.extendleft(Passage(lines) for lines in render.inner)
        render.inner = []
