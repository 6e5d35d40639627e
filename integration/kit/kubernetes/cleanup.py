"""What a node leaves behind when its daemons are gone, and the removal of it."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from integration.kit import cgroups, firewall, links
from integration.kit.files import remove_empty
from integration.kit.golang import binary_of
from integration.kit.kubernetes import network
from integration.kit.kubernetes.layout import BRIDGE, POD_NETWORK, Layout
from integration.kit.mounts import unmount_below
from integration.kit.processes import end, marked
from integration.kit.versions import KUBE_PROXY

RESULTS = Path("/var/lib/cni/results")
CONTAINER_LOGS = Path("/var/log/containers")
CGROUP = "kubepods"
KUBELET_SOCKET = Path("/var/lib/kubelet/device-plugins/kubelet.sock")
EMPTIED = (
    *("/var/log/containers", "/var/lib/cni/results", "/var/lib/cni", "/run/netns"),
    *("/var/lib/kubelet/device-plugins", "/var/lib/kubelet"),
    *(
        "/run/containerd/s",
        "/run/containerd/runc/k8s.io",
        "/run/containerd/runc",
        "/run/containerd",
    ),
)
RULES = r"(KUBE-|CNI-).*|werfish-kit"


def remove_traces(layout: Layout, daemons: Iterable[str]) -> None:
    """Remove shims, namespaces, mounts, rules, devices, groups and links of the node."""
    marks = tuple(f"{layout.folders.state}/{name}" for name in daemons)
    for mark in marks:
        end((one for one, found in marked(mark) if found == mark), seconds=0)
    cgroups.remove(CGROUP)
    _remove_namespaces()
    unmount_below(layout.home)
    _remove_rules(layout)
    network.down(layout)
    for link in _log_links(layout):
        link.unlink(missing_ok=True)
    _remove_socket(KUBELET_SOCKET)
    remove_empty(EMPTIED)


def leftovers(layout: Layout) -> list[str]:
    """Return what there is although no cluster of ours runs."""
    found = [f"network device {name}" for name in links.names(BRIDGE)]
    found += [f"iptables {rule.table}: {rule.chain}" for rule in firewall.matching(RULES)]
    found += [f"cgroup {path}" for path in cgroups.groups_of(CGROUP)]
    found += [f"pod network record {path}" for path in RESULTS.glob(f"{POD_NETWORK}-*")]
    return found + [f"log link {path}" for path in _log_links(layout)]


def namespaces_in(record: str) -> set[str]:
    """Return the paths of the network namespaces that a record of libcni names."""
    interfaces = json.loads(record).get("result", {}).get("interfaces", [])
    return {one["sandbox"] for one in interfaces if "/netns/cni-" in one.get("sandbox", "")}


def _remove_namespaces() -> None:
    for record in RESULTS.glob(f"{POD_NETWORK}-*"):
        with suppress(json.JSONDecodeError):
            for path in namespaces_in(record.read_text()):
                subprocess.run(["umount", "-l", path], capture_output=True, check=False)
                Path(path).unlink(missing_ok=True)
        # The name is NETWORK-CONTAINER-INTERFACE; loopback has a record of its own.
        container = record.name.removeprefix(f"{POD_NETWORK}-").rpartition("-")[0]
        record.unlink(missing_ok=True)
        (RESULTS / f"cni-loopback-{container}-lo").unlink(missing_ok=True)


def _remove_rules(layout: Layout) -> None:
    proxy = binary_of(layout.folders, KUBE_PROXY)
    if proxy.exists() and firewall.matching(r"KUBE-.*"):
        subprocess.run([proxy, "--cleanup"], capture_output=True, check=False)
    firewall.remove(RULES)  # also what that leaves: KUBE-FIREWALL and the jumps to it


def _remove_socket(path: Path) -> None:
    """Remove a socket at which nobody listens any more; kubelet cannot be told another place."""
    with socket.socket(socket.AF_UNIX) as probe, suppress(FileNotFoundError):
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


def _log_links(layout: Layout) -> list[Path]:
    if not CONTAINER_LOGS.is_dir():
        return []
    own = str(layout.folders.state)
    links_there = (path for path in CONTAINER_LOGS.iterdir() if path.is_symlink())
    return [path for path in links_there if str(path.readlink()).startswith(f"{own}/")]
