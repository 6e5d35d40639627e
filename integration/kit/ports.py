"""Ports on loopback: the usual one, or the next free one, remembered until ``down``."""

from __future__ import annotations

import socket
import time
from collections.abc import Container

from integration.kit import daemon, state
from integration.kit.errors import KitError
from integration.kit.folders import Folders

TRIES = 200
PATIENCE = 3


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on *port* of *host* now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _is_free_soon(port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_open(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server answers on *port* of *host*."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def next_free(default: int, taken: Container[int] = ()) -> int:
    """Return the first free port from *default* on that is not in *taken*."""
    for port in range(default, default + TRIES):
        if port not in taken and is_free(port):
            return port
    raise KitError("choose a port", f"none of {default}-{default + TRIES - 1} is free")


def port_of(folders: Folders, name: str, default: int, *, holder: str) -> int:
    """Return the port *name*, remembered or chosen now, that the daemon *holder* listens on.

    Others know the port of a *holder* that was started: it stays, or cannot be had at all.
    """
    key = f"port.{name}"
    remembered = state.recall(folders, key)
    if remembered is not None:
        port = int(remembered)
        if daemon.is_alive(folders, holder) or _is_free_soon(port):
            return port
        if daemon.was_started(folders, holder):
            doing = f"{holder}: start it again on port {port}"
            raise KitError(doing, "somebody else took the port", hint="down, then up again")
    taken = {int(value) for other, value in state.ports(folders).items() if other != key}
    port = next_free(default, taken)
    state.remember(folders, key, str(port))
    return port
