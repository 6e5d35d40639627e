"""What is remembered between runs, and which ports are chosen."""

import socket
from collections.abc import Iterator

import pytest

from integration.kit import ports, state
from integration.kit.errors import KitError
from integration.kit.folders import Folders


@pytest.fixture
def taken() -> Iterator[int]:
    """Yield a port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_value_is_remembered_until_forgotten(folders: Folders) -> None:
    state.remember(folders, "level", "node")
    state.remember(folders, "other", "1")
    assert state.recall(folders, "level") == "node"
    state.forget(folders, "level")
    assert state.recall(folders, "level") is None
    assert state.recall(folders, "other") == "1"


def test_forgetting_makes_no_folder(folders: Folders) -> None:
    state.forget(folders, "level")
    assert not folders.state.exists()


def test_damaged_memory_is_empty(folders: Folders) -> None:
    state.remember(folders, "level", "node")
    (folders.state / "state.json").write_text("{")
    assert state.recall(folders, "level") is None


def test_secrets_are_readable_by_the_owner_only(folders: Folders) -> None:
    state.remember(folders, "password", "x")
    assert (folders.state / "state.json").stat().st_mode & 0o077 == 0


def test_taken_port_is_passed_over(taken: int) -> None:
    assert ports.next_free(taken) > taken


def test_port_promised_to_another_is_passed_over(folders: Folders) -> None:
    first = ports.port_of(folders, "one", 20500, holder="one")
    assert ports.port_of(folders, "two", first, holder="two") > first


def test_chosen_port_stays(folders: Folders) -> None:
    first = ports.port_of(folders, "one", 20700, holder="one")
    assert ports.port_of(folders, "one", 9, holder="one") == first


def test_port_is_chosen_anew_when_nobody_knows_it_yet(
    folders: Folders, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "PATIENCE", 0)
    state.remember(folders, "port.one", str(taken))
    assert ports.port_of(folders, "one", taken, holder="one") != taken


def test_port_that_others_know_is_not_replaced(
    folders: Folders, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "PATIENCE", 0)
    state.remember(folders, "port.one", str(taken))
    folders.run.mkdir()
    (folders.run / "one.pid").write_text("1 1\n")
    with pytest.raises(KitError, match="somebody else took the port"):
        ports.port_of(folders, "one", taken, holder="one")
