"""``--synchronization``: what is understood, and what is said of the rest."""

import io
import time
from base64 import b64encode
from pathlib import Path

import click
import pytest

from tests.fakes.locks import MemoryLocks
from werfish.cli.flags import LockFlags
from werfish.cli.home import Home
from werfish.cli.shared_locks import shared_locks
from werfish.locks.lease_locks import LeaseLocks
from werfish.locks.lock import Locks
from werfish.log import Log

HOST = MemoryLocks()


def locks_of(text: str, folder: Path, output: io.StringIO | None = None) -> Locks:
    """Return the locks of *text*, and take one of them."""
    log = Log(output or io.StringIO(), clock=time.monotonic)
    with shared_locks(LockFlags(text), HOST, Home(folder), log) as locks, locks.held("one"):
        return locks


@pytest.mark.parametrize("text", ["", ":local"])
def test_the_locks_of_this_host(text: str, tmp_path: Path) -> None:
    assert locks_of(text, tmp_path) is HOST


def test_a_server_is_not_asked(tmp_path: Path) -> None:
    output = io.StringIO()
    assert locks_of("https://synchronization.werf.io", tmp_path, output) is HOST
    assert "werfish needs no synchronization server" in output.getvalue()


@pytest.mark.parametrize("text", [":somewhere", "kubernetes://", "kubernetes://sync@/no/file"])
def test_what_is_wrong_is_said_at_once(text: str, tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="--synchronization"):
        locks_of(text, tmp_path)


def test_a_kubeconfig_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError) as caught:
        locks_of("kubernetes://UPPER@base64:secret", tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "a: [", "kind: Config", "clusters: 7"])
def test_a_kubeconfig_of_no_use_stops_nothing(content: str, tmp_path: Path) -> None:
    output, encoded = io.StringIO(), b64encode(content.encode()).decode() or "="
    found = locks_of(f"kubernetes://sync@base64:{encoded}", tmp_path, output)
    assert isinstance(found, LeaseLocks)
    assert "work may be done twice: " in output.getvalue()
