"""Places of nodes as a user knows them: a template's name and a line of its text."""

from werfish.gotemplate.engine import is_of_tpl
from werfish.gotemplate.nodes import Tree
from werfish.gotemplate.origins import Origin, line_at, line_starts


class Places:
    """Where the nodes of the trees of one render stand.

    What ``tpl`` renders has no name that a user knows: it stands where ``tpl`` was called.
    """

    def __init__(self) -> None:
        """Know no tree yet."""
        self._callers: dict[str, Origin] = {}
        self._starts: dict[str, list[int]] = {}

    def enter(self, tree: Tree, caller: Origin) -> None:
        """Take note that the action at *caller* runs *tree*."""
        if is_of_tpl(tree):
            self._callers[tree.source] = Origin(caller.template, caller.line, False)

    def of(self, tree: Tree, position: int, *, is_text: bool = False) -> Origin:
        """Return where *position* in the text of *tree* is."""
        caller = self._callers.get(tree.source)
        if caller is not None:
            return caller
        starts = self._starts.get(tree.text)
        if starts is None:
            starts = self._starts[tree.text] = line_starts(tree.text)
        return Origin(tree.source, line_at(starts, position), is_text)
