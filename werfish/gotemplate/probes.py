"""Probes: how a render is watched without the ordinary one becoming slower.

A tree is rewritten, for one render, with calls of an observer between its statements; what they do
not ask for is evaluated by the same code as ever.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from werfish.gotemplate.frame import Frame
from werfish.gotemplate.nodes import Action, Branch, Probe, Statement, Tree, Variable, Written


class Observer(Protocol):
    """Who is told what a template does while it runs; the frame says which template."""

    def begin(self, frame: Frame, dot: Any) -> None:
        """Take note that a template begins to run with *dot*."""

    def reach(self, frame: Frame, node: Written) -> None:
        """Take note that *node* comes next."""

    def bind(self, frame: Frame, variables: tuple[Variable, ...]) -> None:
        """Take note that *variables* have got new values."""

    def end(self, frame: Frame) -> None:
        """Take note that the template has run to its end."""


def probed(tree: Tree, observer: Observer) -> Tree:
    """Return *tree* with probes that tell *observer*; it prints the same."""

    def end(frame: Frame, _dot: Any) -> None:
        observer.end(frame)

    body = _probed(tree.body, observer)
    return tree._replace(body=(Probe(observer.begin), *body, Probe(end)))


def _probed(body: Iterable[Statement], observer: Observer) -> Iterator[Statement]:
    for node in body:
        if not isinstance(node, Probe):
            yield _reaching(node, observer)
        yield _probed_branch(node, observer) if isinstance(node, Branch) else node
        if isinstance(node, Action):
            yield from _binding(node.pipeline.variables, observer)


def _probed_branch(node: Branch, observer: Observer) -> Branch:
    binding = tuple(_binding(node.pipeline.variables, observer))
    # A loop that does not turn gives its variables no values.
    otherwise = () if node.kind == "range" else binding
    return node._replace(
        body=(*binding, *_probed(node.body, observer)),
        otherwise=(*otherwise, *_probed(node.otherwise or (), observer)),
    )


def _reaching(node: Written, observer: Observer) -> Probe:
    def reach(frame: Frame, _dot: Any) -> None:
        observer.reach(frame, node)

    return Probe(reach)


def _binding(variables: tuple[Variable, ...], observer: Observer) -> Iterator[Probe]:
    def bind(frame: Frame, _dot: Any) -> None:
        observer.bind(frame, variables)

    if variables:
        yield Probe(bind)
