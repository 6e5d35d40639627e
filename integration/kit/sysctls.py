"""Kernel settings that dockerd, kubelet, kube-proxy and the kit change, and their return."""

from __future__ import annotations

import json
from pathlib import Path

from integration.kit import state
from integration.kit.folders import Folders

KEY = "sysctls"
NAMES = (
    "vm.overcommit_memory",
    "vm.panic_on_oom",
    "kernel.panic",
    "kernel.panic_on_oops",
    "kernel.keys.root_maxkeys",
    "kernel.keys.root_maxbytes",
    "net.ipv4.ip_forward",
    "net.ipv4.conf.all.route_localnet",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.forwarding",
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
    "fs.inotify.max_user_instances",
)


def keep(folders: Folders) -> None:
    """Note the settings as they are, once, before the first of them is changed."""
    if state.recall(folders, KEY) is None:
        values = {name: read(name) for name in NAMES}
        state.remember(folders, KEY, json.dumps(values))


def restore(folders: Folders) -> None:
    """Set back what differs from what :func:`keep` noted."""
    for name, value in json.loads(state.recall(folders, KEY) or "{}").items():
        if value is not None and read(name) != value:
            write(name, value)
    state.forget(folders, KEY)


def read(name: str) -> str | None:
    """Return the setting *name*, None when this kernel has no such setting."""
    try:
        return _path(name).read_text().strip()
    except OSError:
        return None


def write(name: str, value: str) -> None:
    """Set *name* to *value*."""
    _path(name).write_text(value)


def _path(name: str) -> Path:
    return Path("/proc/sys") / name.replace(".", "/")
