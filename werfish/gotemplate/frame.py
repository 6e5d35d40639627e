"""One execution of one template: its variables, where it writes, and which node it is at."""

from collections.abc import Callable
from typing import Any, Protocol

from werfish.gotemplate.errors import ExecutionError
from werfish.gotemplate.nodes import Tree
from werfish.gotemplate.values import MISSING, to_bytes

Body = Callable[["Frame", Any], Any]
"""A compiled piece of a template: it gets the frame and the cursor (dot)."""


class Templates(Protocol):
    """Where ``template`` finds what it names."""

    def body_of(self, name: str) -> tuple[Tree, Body] | None:
        """Return the template *name*, ready to run."""


class Frame:
    """The state that the closures of a template share while it runs.

    *node* is the last node that was begun: errors are reported at it, as Go does. *ranged* are the
    elements that ``range`` is at whose type Go does not know: those of a ``[]any``, for one.
    """

    __slots__ = ("depth", "node", "ranged", "templates", "tree", "variables", "write")

    def __init__(
        self, tree: Tree, dot: Any, write: Callable[[str], Any], templates: Templates, depth: int
    ) -> None:
        """Begin with ``$`` as the only variable."""
        self.tree, self.write, self.templates, self.depth = tree, write, templates, depth
        self.variables = [MISSING] * tree.slots
        self.variables[0] = dot
        self.node: Any = None
        self.ranged: list[Any] = []

    def error(self, message: str) -> ExecutionError:
        """Return the error that says *message* of the node that was begun last."""
        text, position = self.tree.text, self.node.position if self.node else 0
        before = text[:position]
        line_start = before.rfind("\n") + 1
        return ExecutionError(
            self.tree.source,
            1 + before.count("\n"),
            message,
            column=len(to_bytes(before[line_start:])),
            expression=str(self.node),
            executing=self.tree.name,
        )
