"""What is known of layers says what the image itself would say, whatever was asked before."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree, link
from werfish.containers.fact_store import FactStore
from werfish.containers.layered_tree import LayeredTree
from werfish.oci.facts import Fact, folders_above
from werfish.oci.image_files import ImageFile
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layered_facts import KnownLayer, RunLayer, written_layer


@dataclass
class Reader:
    """Asks a tree, and notes what was asked."""

    tree: FakeImageTree
    asked: list[str] = field(default_factory=list)

    def stat(self, path: str) -> Fact | None:
        self.asked.append(path)
        return self.tree.lookup(path)

    def names_below(self, path: str) -> Iterable[str]:
        self.asked.append(f"{path}/")
        return self.tree.names_below(path)

    def read(self, path: str) -> bytes | None:
        self.asked.append(f"<{path}")
        return self.tree.contents.get(path)

    def stream(self, path: str) -> Iterable[ImageFile]:
        self.asked.append(f"{path}/<")
        return self.tree.stream(path)


@pytest.fixture
def store(tmp_path: Path) -> FactStore:
    return FactStore(tmp_path)


BASE = FakeImageTree(
    {
        "etc": FOLDER,
        "etc/passwd": FILE,
        "usr": FOLDER,
        "usr/bin": FOLDER,
        "bin": link("usr/bin"),
        "users": link("etc/passwd"),
    },
    contents={"etc/passwd": b"root"},
)


def test_below_what_is_absent_nothing_is_asked(store: FactStore) -> None:
    reader = Reader(BASE)
    tree = LayeredTree(("base",), store, reader)
    assert tree.lookup("app/src/main") is None
    assert tree.lookup("app/src") is None
    assert reader.asked == ["app"]


def test_written_layers_are_not_asked_for(store: FactStore) -> None:
    entries = [LayerEntry("app", EntryKind.DIRECTORY), LayerEntry("app/f", EntryKind.FILE)]
    before = LayeredTree(("base",), store, Reader(BASE))
    assert before.lookup("app") is None
    before.close()
    store.keep_layer("git", written_layer(entries))
    reader = Reader(FakeImageTree())
    tree = LayeredTree(("base", "git"), store, reader)
    assert tree.lookup("app/f") == replace(FILE, mtime=0)
    assert tree.lookup("app/none") is None
    assert list(tree.names_below("app")) == ["app/f"]
    assert reader.asked == []


def test_files_are_read_once_and_links_followed(store: FactStore) -> None:
    reader = Reader(BASE)
    tree = LayeredTree(("base",), store, reader)
    assert tree.read("users") == tree.read("/etc/passwd") == b"root"
    assert tree.read("etc") is None
    assert tree.read("bin/none") is None
    tree.close()
    assert reader.asked.count("<etc/passwd") == 1
    again = Reader(FakeImageTree())
    assert LayeredTree(("base",), store, again).read("users") == b"root"
    assert again.asked == []


names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
EVERYWHERE = ["/".join(path) for depth in (1, 2, 3) for path in product("abc", repeat=depth)]
numbers = st.integers(1, 5)
changes = st.lists(st.tuples(paths, st.sampled_from(["file", "folder", "link", "gone"]), numbers))
stacks = st.lists(st.tuples(st.booleans(), changes), min_size=1, max_size=5)


def changed(tree: FakeImageTree, wanted: Sequence[tuple[str, str, int]]) -> FakeImageTree:
    """Return *tree* after somebody made and removed files in it."""
    after = deepcopy(tree)
    for path, kind, number in wanted:
        if kind == "gone":
            after.apply([LayerEntry(path, EntryKind.WHITEOUT)])
            continue
        for folder in folders_above(path):
            known = after.facts.get(folder)
            if known is None or known.kind is not EntryKind.DIRECTORY:
                after.apply([LayerEntry(folder, EntryKind.DIRECTORY, mtime=number)])
        entry_kind = {"file": EntryKind.FILE, "folder": EntryKind.DIRECTORY}.get(kind)
        mode = 0o644 if entry_kind else 0o777
        entry = LayerEntry(path, entry_kind or EntryKind.SYMLINK, mode=mode, mtime=number)
        if entry_kind is EntryKind.DIRECTORY and path in after.facts:
            after.apply([LayerEntry(path, EntryKind.WHITEOUT)])
        after.apply([entry])
    return after


def run_layer(before: FakeImageTree, after: FakeImageTree) -> RunLayer:
    """Return what a daemon lists: all that differs, and the topmost of what is gone."""
    gone = set(before.facts) - set(after.facts)
    removed = {path for path in gone if gone.isdisjoint(folders_above(path))}
    removed = {path for path in removed if not _replaced(path, after)}
    touched = {path for path, fact in after.facts.items() if before.facts.get(path) != fact}
    return RunLayer(frozenset(touched), frozenset(removed))


def _replaced(path: str, after: FakeImageTree) -> bool:
    """Whether a folder above *path* is a file now: then only that file is listed."""
    kinds = [fact.kind for folder in folders_above(path) if (fact := after.facts.get(folder))]
    return any(kind is not EntryKind.DIRECTORY for kind in kinds)


def entries_between(before: FakeImageTree, after: FakeImageTree) -> list[LayerEntry]:
    """Return the layer that brings *before* to *after*, with every parent folder written."""
    changed_paths = {path for path, fact in after.facts.items() if before.facts.get(path) != fact}
    layer = {path for one in changed_paths for path in (*folders_above(one), one)}
    gone = {path for path in set(before.facts) - set(after.facts) if not _replaced(path, after)}
    gone = {path for path in gone if gone.isdisjoint(folders_above(path))}
    layer |= {folder for path in gone for folder in folders_above(path)}
    entries = [_entry(path, after.facts[path]) for path in sorted(layer)]
    return entries + [LayerEntry(path, EntryKind.WHITEOUT) for path in gone]


def _entry(path: str, fact: Fact) -> LayerEntry:
    return LayerEntry(path, fact.kind, fact.mode, fact.uid, fact.gid, fact.mtime, "", fact.link)


def check(tree: LayeredTree, truth: FakeImageTree, asked: Sequence[str]) -> None:
    for path in asked:
        assert tree.lookup(path) == truth.lookup(path), path
        fact = truth.lookup(path)
        is_folder = fact is not None and fact.kind is EntryKind.DIRECTORY
        assert list(tree.names_below(path)) == (list(truth.names_below(path)) if is_folder else [])


@settings(max_examples=300)
@given(changes, stacks, st.data())
def test_answers_are_those_of_the_image(
    base: list[tuple[str, str, int]],
    stack: list[tuple[bool, list[tuple[str, str, int]]]],
    data: st.DataObject,
) -> None:
    """At each height some things are asked and remembered, as builds do one after another."""
    with TemporaryDirectory() as folder:
        store = FactStore(Path(folder))
        truth = changed(FakeImageTree(), base)
        diff_ids: tuple[str, ...] = ("sha256:base",)
        for height, (is_run, wanted) in enumerate(stack):
            tree = LayeredTree(diff_ids, store, Reader(truth))
            check(tree, truth, data.draw(st.lists(paths, max_size=3)))
            tree.close()
            before, truth = truth, changed(truth, wanted)
            known: KnownLayer = run_layer(before, truth)
            if not is_run:
                known = written_layer(entries_between(before, truth))
            diff_ids = (*diff_ids, f"sha256:{height}")
            store.keep_layer(diff_ids[-1], known)
        check(LayeredTree(diff_ids, store, Reader(truth)), truth, EVERYWHERE)
