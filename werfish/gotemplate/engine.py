"""Sets of templates that know one another: what the rest of a program uses of this package."""

from collections.abc import Callable, Mapping
from typing import Any
from weakref import proxy
from zlib import adler32

from werfish.gotemplate.builtins import BUILTINS
from werfish.gotemplate.deep import deep_recursion
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.evaluate import MAXIMUM_DEPTH, compile_tree
from werfish.gotemplate.frame import Body, Frame
from werfish.gotemplate.nodes import Tree
from werfish.gotemplate.parser import parse
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.tables import FunctionTable
from werfish.gotemplate.values import MISSING, from_bytes, to_bytes


class TemplateSet:
    """Templates by name, with the functions that all of them may call.

    *name* is what errors call the set: in Go it is the template that the others belong to.
    ``include`` and ``tpl`` are added, since they need the set. One set renders one thing at a
    time.
    """

    def __init__(
        self,
        name: str,
        functions: Mapping[str, Function] | None = None,
        *,
        left: str = "{{",
        right: str = "}}",
    ) -> None:
        """Begin with no templates; *left* and *right* stand around actions."""
        self.name, self.left, self.right = name, left, right
        # Weak: a set that held itself would stay until the garbage collector comes by.
        own = _set_functions(proxy(self))
        self.functions = FunctionTable(functions or {}, own, BUILTINS)
        self._trees: dict[str, Tree] = {}
        self._bodies: dict[str, Body] = {}
        self._given: dict[str, Tree] = {}
        self._probe: Callable[[Tree], Tree] | None = None
        self._depth = 0

    def parse(self, name: str, text: str) -> None:
        """Add the template *name* and those that it defines; a mistake is a `ParseError`.

        A later definition replaces an earlier one, unless it consists of white space only.
        """
        found = parse(name, text, self.functions, left=self.left, right=self.right)
        for each, tree in found.items():
            if each not in self._trees or not tree.is_empty:
                self._trees[each] = tree
                self._bodies.pop(each, None)
                if not self._depth:
                    self._given[each] = tree

    def names(self) -> tuple[str, ...]:
        """Return the names of all templates, in the order in which they came."""
        return tuple(self._trees)

    def body_of(self, name: str) -> tuple[Tree, Body] | None:
        """Return the template *name*, ready to run in a frame."""
        tree = self._trees.get(name)
        if tree is None:
            return None
        body = self._bodies.get(name)
        if body is None:
            probed = self._probe(tree) if self._probe else tree
            body = self._bodies[name] = compile_tree(probed, self.functions)
        return tree, body

    def render(self, name: str, data: Any) -> str:
        """Return what the template *name* prints of *data*.

        What goes wrong is an `ExecutionError`; a name that there is not is a `GoError`.
        """
        with deep_recursion():
            return self._render(name, data)

    def render_probed(self, name: str, data: Any, probe: Callable[[Tree], Tree]) -> str:
        """Return what `render` does, of trees that *probe* has put probes into.

        They are those that were parsed outside of renders: what ``tpl`` defined in an earlier
        render must not change this one.
        """
        trees, bodies = self._trees, self._bodies
        self._trees, self._bodies, self._probe = dict(self._given), {}, probe
        try:
            return self.render(name, data)
        finally:
            self._trees, self._bodies, self._probe = trees, bodies, None

    def _render(self, name: str, data: Any) -> str:
        found = self.body_of(name)
        if found is None:
            raise GoError(
                f"template: no template {quote(name)} associated with template {quote(self.name)}"
            )
        tree, body = found
        if data is None:
            # Go has no value at all of a nil cursor, so that its fields are none either.
            data = MISSING
        parts: list[str] = []
        frame = Frame(tree, data, parts.append, self, self._depth)
        if self._depth >= MAXIMUM_DEPTH:
            raise GoError(f"exceeded maximum template depth ({MAXIMUM_DEPTH})")
        self._depth += 1
        try:
            body(frame, data)
        except RecursionError:
            raise frame.error("values nested too deeply, or inside themselves") from None
        finally:
            self._depth -= 1
        return _joined(parts)


def _joined(parts: list[str]) -> str:
    text = "".join(parts)
    return text if text.isascii() else from_bytes(to_bytes(text))


_TPL = "tpl-"


def is_of_tpl(tree: Tree) -> bool:
    """Return whether *tree* is a text that ``tpl`` renders, and no file's nor a definition."""
    is_whole = tree.name == tree.source
    return is_whole and tree.name.startswith(_TPL) and tree.name == _tpl_name(tree.text)


def _tpl_name(text: str) -> str:
    return f"{_TPL}{adler32(to_bytes(text))}"


def _set_functions(templates: TemplateSet) -> dict[str, Function]:
    """Return ``include`` and ``tpl`` of *templates*."""

    def include(name: str, data: Any) -> str:
        return templates.render(name, data)

    def tpl(text: str, data: Any) -> str:
        name = _tpl_name(text)
        templates.parse(name, text)
        return templates.render(name, data)

    return {
        "include": function(include, "string", "any"),
        "tpl": function(tpl, "string", "any"),
    }
