"""The composition root of locks that machines share."""

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from werfish.cli.clusters import connected
from werfish.cli.flags import KubeFlags, LockFlags
from werfish.cli.home import Home
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.locks.lease_locks import Access
    from werfish.locks.lock import Locks
    from werfish.locks.synchronization import InCluster

PATIENCE = 600.0
"""Seconds until a machine that is alive, and saves a stage, is waited for no longer."""


@contextmanager
def shared_locks(flags: LockFlags, host: "Locks", home: Home, log: Log) -> "Iterator[Locks]":
    """Give the locks that *flags* ask for; *host* are those of this host. No cluster is reached."""
    place = checked_place(flags, log)
    if place is None:
        yield host
        return
    from werfish.locks.lease_locks import LeaseLocks

    kube = _kube_flags(flags, place)
    with ExitStack() as reached:

        def connect() -> "Access":
            return reached.enter_context(_access(kube, home, log))

        with closing(LeaseLocks(connect, place.namespace, host, log)) as locks:
            yield locks


def checked_place(flags: LockFlags, log: Log) -> "InCluster | None":
    """Return where in a cluster locks are, if there; what cannot be read is wrong usage."""
    from werfish.locks.synchronization import ByServer, parse_synchronization

    try:
        place = parse_synchronization(flags.synchronization)
        _check_config(place.config if place and not isinstance(place, ByServer) else "")
    except ValueError as error:
        shown = flags.synchronization.partition("@")[0]
        raise click.UsageError(f'--synchronization "{shown}": {error}') from error
    if isinstance(place, ByServer):
        log.warning(
            f'--synchronization "{place.address}" is not asked: werfish needs no synchronization'
            " server; stages are safe without locks, and kubernetes://NAMESPACE shares them"
        )
        return None
    return place


def _check_config(path: str) -> None:
    if path and not Path(path).expanduser().is_file():
        raise ValueError(
            f'there is no kubeconfig "{path}"; a context with an @ in its name goes into'
            " --kube-context"
        )


def _kube_flags(flags: LockFlags, place: "InCluster") -> KubeFlags:
    """Return which cluster is meant: what *place* names beats the other options."""
    context = place.context or flags.kube_context
    if place.config_base64:
        return KubeFlags(None, place.config_base64, context)
    if place.config:
        return KubeFlags(str(Path(place.config).expanduser()), None, context)
    return KubeFlags(flags.kube_config, flags.kube_config_base64, context)


@contextmanager
def _access(flags: KubeFlags, home: Home, log: Log) -> "Iterator[Access]":
    from werfish.deploy.await_change import wait_change
    from werfish.locks.lease import Locking
    from werfish.locks.lease_locks import Access
    from werfish.locks.process_mark import process_mark

    with connected(flags, home, log) as cluster:
        yield Access(
            cluster,
            Locking(
                holder=f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}",
                clock=time.monotonic,
                now=time.time,
                wait_change=partial(wait_change, cluster, clock=time.monotonic),
                log=log,
                patience=PATIENCE,
                process=process_mark(),
            ),
        )
