"""Facts survive, come back exactly, and a broken file is only one that is not there."""

from pathlib import Path

import pytest

from werfish.containers.fact_documents import Answers
from werfish.containers.fact_store import FactStore
from werfish.oci.config import ImageConfig
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layered_facts import RunLayer, WrittenLayer, written_layer

FACT = Fact(EntryKind.SYMLINK, 0o777, 1, 2, -3, "to\udcff")
CONFIG = ImageConfig("amd64", "linux", "2020-01-01T00:00:00Z", {"Env": ["A=ü"]}, ("sha256:1",))


@pytest.fixture
def store(tmp_path: Path) -> FactStore:
    return FactStore(tmp_path / "facts")


def test_layers_come_back(store: FactStore, tmp_path: Path) -> None:
    written = written_layer(
        [LayerEntry("a\n\udcfe", EntryKind.FILE), LayerEntry("b", EntryKind.WHITEOUT)]
    )
    run = RunLayer(frozenset({"x"}), frozenset({"y"}))
    store.keep_layer("sha256:1", written)
    store.keep_layer("sha256:2", run)
    for one in (store, FactStore(tmp_path / "facts")):
        assert one.layer("sha256:1") == written
        assert one.layer("sha256:2") == run
        assert one.layer("sha256:3") is None


def test_answers_are_added_to_those_of_others(store: FactStore) -> None:
    store.keep_answers("sha256:1", Answers({"a": FACT}, {"f": b"\xff"}))
    store.keep_answers("sha256:1", Answers({"b": None}, {"g": None}))
    assert store.answers("sha256:1") == Answers({"a": FACT, "b": None}, {"f": b"\xff", "g": None})


def test_a_configuration_is_exact(store: FactStore) -> None:
    store.keep_config(CONFIG)
    found = store.config(CONFIG.id)
    assert found == CONFIG
    assert found.id == CONFIG.id


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"facts": {"a": [1]}}', b"\xff"])
def test_broken_files_are_not_there(store: FactStore, tmp_path: Path, content: bytes) -> None:
    store.keep_layer("sha256:1", RunLayer(frozenset(), frozenset()))
    store.keep_answers("sha256:1", Answers())
    store.keep_config(CONFIG)
    for path in tmp_path.rglob("*.json"):
        path.write_bytes(content)
    later = FactStore(tmp_path / "facts")
    assert later.layer("sha256:1") is None
    assert later.answers("sha256:1") == Answers()
    assert later.config(CONFIG.id) is None


def test_a_layer_is_read_once(store: FactStore, tmp_path: Path) -> None:
    FactStore(tmp_path / "facts").keep_layer("sha256:1", WrittenLayer({"a": FACT}))
    found = store.layer("sha256:1")
    assert found is not None
    assert found is store.layer("sha256:1")


def test_what_is_learned_of_a_layer_replaces_what_was_known(store: FactStore) -> None:
    store.keep_layer("sha256:1", RunLayer(frozenset({"a"}), frozenset()))
    written = WrittenLayer({"a": FACT})
    store.keep_layer("sha256:1", written)
    assert store.layer("sha256:1") is written


def test_layers_that_were_not_asked_for_lately_leave_the_memory(store: FactStore) -> None:
    layers = [RunLayer(frozenset({str(number)}), frozenset()) for number in range(20)]
    for number, layer in enumerate(layers):
        store.keep_layer(f"sha256:{number}", layer)
        asked = store.layer("sha256:0")
        assert asked is layers[0]
    other = store.layer("sha256:1")
    assert other == layers[1]
    assert other is not layers[1]


def test_a_configuration_that_was_changed_is_not_there(store: FactStore, tmp_path: Path) -> None:
    store.keep_config(CONFIG)
    [path] = tmp_path.rglob("*.json")
    path.write_bytes(path.read_bytes().replace(b"linux", b"plan9"))
    assert store.config(CONFIG.id) is None


def test_a_writer_leaves_nothing_beside_its_file(store: FactStore, tmp_path: Path) -> None:
    store.keep_config(CONFIG)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".json"]
