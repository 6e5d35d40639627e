"""Renders that tell what happens in them: which variables get which values, what is included."""

from collections.abc import Callable
from typing import Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.engine import TemplateSet, is_of_tpl
from werfish.gotemplate.frame import Frame
from werfish.gotemplate.nodes import Variable, Written
from werfish.gotemplate.origins import Origin
from werfish.gotemplate.places import Places
from werfish.gotemplate.probes import probed


@dataclass(frozen=True, slots=True)
class Assigned:
    """A variable was declared, or got another value, on *line* of *template*.

    *name* begins with ``$``. Variables of a loop are told of each time round.
    """

    template: str
    line: int
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """The statement on *line* of *template* had another template rendered, with *result*.

    *function* is ``include``, ``tpl`` or ``template``; *name* is what was rendered, for ``tpl`` its
    text. Where no *data* was given, it is `values.MISSING`.
    """

    template: str
    line: int
    function: str
    name: str
    data: Any
    result: str


Event = Assigned | Rendered
Watcher = Callable[[Event], None]
"""Who is told of events, in the order in which they are over: inner ones before outer ones."""


def render_watched(templates: TemplateSet, name: str, data: Any, watcher: Watcher) -> str:
    """Return what *templates* render of *name* and *data*, and tell *watcher* what happens."""
    watch = _Watch(watcher)
    return templates.render_probed(name, data, lambda tree: probed(tree, watch))


class _Run:
    """A template that runs: where it is, and what it has written; its frame writes to it."""

    def __init__(self, frame: Frame, start: Origin) -> None:
        self.function = _function_of(frame)
        self.write, self.place = frame.write, start
        self.parts: list[str] = []

    def __call__(self, text: str) -> None:
        """Take note of *text*, and write it where it goes."""
        self.parts.append(text)
        self.write(text)


def _function_of(frame: Frame) -> str:
    """Return what ran the template of *frame*, which has not written yet."""
    if isinstance(frame.write, _Run):
        return "template"
    return "tpl" if is_of_tpl(frame.tree) else "include"


class _Watch:
    """The templates that run inside one another, and who is told of them."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._runs: list[tuple[_Run, Any]] = []
        self._places = Places()

    def begin(self, frame: Frame, dot: Any) -> None:
        """Watch what the template of *frame* writes."""
        if self._runs:
            self._places.enter(frame.tree, self._runs[-1][0].place)
        run = _Run(frame, self._places.of(frame.tree, 0))
        frame.write = run
        self._runs.append((run, dot))

    def reach(self, frame: Frame, node: Written) -> None:
        """Take note of where the template is."""
        self._runs[-1][0].place = self._places.of(frame.tree, node.position)

    def bind(self, frame: Frame, variables: tuple[Variable, ...]) -> None:
        """Tell of *variables*."""
        for each in variables:
            place = self._places.of(frame.tree, each.position)
            value = frame.variables[each.slot]
            self._watcher(Assigned(place.template, place.line, each.name, value))

    def end(self, frame: Frame) -> None:
        """Tell of the template that has run, unless it is the outermost."""
        run, data = self._runs.pop()
        if not self._runs:
            return
        place, tree = self._runs[-1][0].place, frame.tree
        name = tree.text if run.function == "tpl" else tree.name
        result = "".join(run.parts)
        self._watcher(Rendered(place.template, place.line, run.function, name, data, result))
