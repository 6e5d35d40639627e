"""Consent to what moves on by itself, which ``werf-giterminism.yaml`` gives for all images.

werf 1.1 wants it at each place, by keys that werf 2 does not know: no file would please both.
"""

from collections.abc import Collection
from dataclasses import replace

from werfish.config.image import ADMITS_LATEST
from werfish.config.image_git import ADMITS_BRANCH
from werfish.config.nodes import Entry, Items, Node, Scalar, ScalarKind, Table, entry_of

ALLOWS_LATEST, ALLOWS_BRANCH = "config.stapel.allowFromLatest", "config.stapel.git.allowBranch"
HONOURED = frozenset({ALLOWS_LATEST, ALLOWS_BRANCH})
"""The paths in ``werf-giterminism.yaml`` that have an effect."""


def admitted(document: Node, allowed: Collection[str]) -> Node:
    """Return *document* with what is *allowed* for all images, by its path, where 1.1 wants it."""
    if not isinstance(document, Table):
        return document
    if ALLOWS_LATEST in allowed and entry_of(document, "fromLatest"):
        document = _admitting(document, ADMITS_LATEST)
    if ALLOWS_BRANCH in allowed:
        entries = tuple(map(_with_branches, document.entries))
        document = replace(document, entries=entries)
    return document


def _with_branches(entry: Entry) -> Entry:
    value = entry.value
    if entry.key.text != "git" or not isinstance(value, Items):
        return entry
    items = tuple(
        _admitting(one, ADMITS_BRANCH) if isinstance(one, Table) and entry_of(one, "url") else one
        for one in value.items
    )
    return replace(entry, value=replace(value, items=items))


def _admitting(table: Table, key: str) -> Table:
    if entry_of(table, key):
        return table
    yes = Scalar(table.position, "true", ScalarKind.FLAG)
    entry = Entry(Scalar(table.position, key), yes)
    return replace(table, entries=(*table.entries, entry))
