"""Which process is meant: pids come again, zombies stay."""

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.kit import daemon
from integration.kit.folders import Folders
from integration.kit.processes import (
    Identity,
    identity_of,
    is_running,
    parse_identity,
    parse_stat,
)


@given(st.text(alphabet="ab ()", max_size=12))
def test_name_of_a_process_does_not_confuse(name: str) -> None:
    rest = " ".join(["S", *map(str, range(1, 40))])
    assert parse_stat(f"7 ({name}) {rest}") == ("S", 19)


@given(st.integers(1, 2**22), st.integers(0))
def test_pid_file_is_read_as_written(pid: int, start: int) -> None:
    assert parse_identity(f"{Identity(pid, start)}\n") == Identity(pid, start)


@pytest.mark.parametrize("text", ["", "12", "12 x", "12 13 14", "-1 5"])
def test_damaged_pid_file_names_nobody(text: str) -> None:
    assert parse_identity(text) is None


def test_this_process_runs() -> None:
    identity = identity_of(os.getpid())
    assert identity is not None
    assert is_running(identity)


def test_same_pid_of_another_start_is_another_process() -> None:
    identity = identity_of(os.getpid())
    assert identity is not None
    assert not is_running(replace(identity, start=identity.start + 1))


def test_stale_pid_file_is_a_dead_daemon(folders: Folders) -> None:
    folders.run.mkdir(parents=True)
    (folders.run / "etcd.pid").write_text(f"{os.getpid()} 1\n")
    assert not daemon.is_alive(folders, "etcd")
    assert daemon.was_started(folders, "etcd")


def test_stop_spares_who_has_the_pid_now(folders: Folders) -> None:
    folders.run.mkdir(parents=True)
    (folders.run / "etcd.pid").write_text(f"{os.getpid()} 1\n")
    assert not daemon.stop(folders, "etcd")
    assert not daemon.was_started(folders, "etcd")


def test_daemon_that_was_never_started_is_not_alive(folders: Folders) -> None:
    assert not daemon.is_alive(folders, "etcd")
    assert not daemon.any_alive(folders)
