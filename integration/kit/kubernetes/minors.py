"""Control planes of further minors of Kubernetes, each beside the cluster that tests use.

Only the campaigns that ask for one have it built and started, and they end it. What it writes lies
in a folder of its own below the state, so ``down`` ends what a killed campaign left, and ``leaks``
tells of it. It has no nodes: a pod stays pending.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from integration.kit.errors import KitError
from integration.kit.golang import build
from integration.kit.kubernetes import control_plane
from integration.kit.kubernetes.layout import Layout
from integration.kit.locking import locked
from integration.kit.part import Kit
from integration.kit.progress import say
from integration.kit.state import make_state_folder
from integration.kit.versions import ETCD_SERVER, FURTHER_SERVERS, KUBECTL, Servers


def prepare(kit: Kit) -> None:
    """Build every further minor, and what all of them need."""
    build(kit.folders, "kubernetes", (ETCD_SERVER, KUBECTL))
    for servers in FURTHER_SERVERS:
        build(kit.folders, servers.api.module, servers.all)


@contextmanager
def running(kit: Kit, servers: Servers) -> Iterator[Path]:
    """Have a fresh control plane of *servers*, and give the kubeconfig of its administrator."""
    folders = replace(kit.folders, state=kit.folders.state / servers.api.version)
    layout = Layout(folders)
    make_state_folder(kit.folders)
    with locked(kit.folders.state / f"{servers.api.version}.lock", "kubernetes"):
        _clear(layout)  # what a killed campaign left
        try:
            control_plane.up(layout, servers)
            say("kubernetes", f"{servers.api.version} is up at {layout.server}, beside the cluster")
            yield layout.kubeconfig
        except KitError:
            control_plane.down(layout)  # and leave the logs, which the error names
            raise
        except BaseException:
            _clear(layout)
            raise
        _clear(layout)


def _clear(layout: Layout) -> None:
    control_plane.down(layout)
    shutil.rmtree(layout.folders.state, ignore_errors=True)
