"""kwok: simulated nodes, whose pods say that they run while nothing does.

Only suites that ask for it have it built and started. It minds the nodes that bear `MARK` and no
other, so it works beside a real one; whoever wants such a node creates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from integration.kit import daemon
from integration.kit.apt import Need
from integration.kit.command import run
from integration.kit.errors import KitError
from integration.kit.files import write_changed
from integration.kit.golang import binary_of, build
from integration.kit.kubernetes import cluster
from integration.kit.part import Kit, Status
from integration.kit.ports import is_open, port_of
from integration.kit.progress import say
from integration.kit.versions import KWOK_CONTROLLER
from integration.kit.words import version_in

NAME = "kwok"
PORT = 10247
MARK = "kwok.x-k8s.io/node"
FATE = "kwok.x-k8s.io/fate"
"""A pod with this annotation says that its image has no valid name."""

TAINT = "kwok.x-k8s.io/simulated"
"""Keeps pods away that do not tolerate it."""

PODS_A_NODE = 10_000
STAGES = Path(__file__).with_name("kwok_stages.yaml")


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return nothing: it is one program."""
    return ()


def prepare(kit: Kit) -> None:
    """Build it."""
    build(kit.folders, NAME, (KWOK_CONTROLLER,))


def up(kit: Kit) -> None:
    """Start it on the cluster that tests use, which has to be up."""
    address = f"127.0.0.1:{port_of(kit.folders, NAME, PORT, holder=NAME)}"
    if daemon.is_alive(kit.folders, NAME):
        say(NAME, f"already up at {address}")
        return
    kubeconfig = cluster.variables(kit).get("KUBECONFIG")
    if kubeconfig is None:
        hint = "name the part kubernetes too"
        raise KitError("kwok: start it", "there is no cluster", hint=hint)
    config = _home(kit) / "stages.yaml"
    write_changed(config, STAGES.read_text())
    argv = [str(binary_of(kit.folders, KWOK_CONTROLLER)), "--config", str(config)]
    argv += ["--kubeconfig", kubeconfig, "--server-address", address, "--manage-all-nodes=false"]
    argv += [f"--manage-nodes-with-annotation-selector={MARK}=fake"]
    argv += ["--node-ip=127.0.0.1", "--node-lease-duration-seconds=40"]
    daemon.start(kit.folders, NAME, argv, doing="kwok: start it")
    port = int(address.rpartition(":")[2])
    daemon.wait_for(
        kit.folders, lambda: is_open(port), seconds=30, doing="kwok: start it", daemons=[NAME]
    )
    say(NAME, f"up at {address}")


def down(kit: Kit) -> None:
    """End it."""
    if daemon.stop(kit.folders, NAME):
        say(NAME, "down")


def status(kit: Kit) -> Status:
    """Return whether it runs."""
    if not daemon.was_started(kit.folders, NAME):
        return Status(None)
    argv = [str(binary_of(kit.folders, KWOK_CONTROLLER)), "--version"]
    version = version_in(run(argv, doing="kwok: ask for the version"))
    return Status(daemon.is_alive(kit.folders, NAME), version)


def variables(kit: Kit) -> dict[str, str]:
    """Return nothing: it is reached through the cluster."""
    return {}


def leftovers(kit: Kit) -> list[str]:
    """Return nothing: what it writes lies in the state folder."""
    return []


def node(name: str) -> Mapping[str, Any]:
    """Return the manifest of a simulated node with room for `PODS_A_NODE` pods."""
    room = {"cpu": "10k", "memory": "100Ti", "pods": str(PODS_A_NODE)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {MARK: "fake", "node.alpha.kubernetes.io/ttl": "0"},
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"},
        },
        "spec": {"taints": [{"key": TAINT, "value": "true", "effect": "NoSchedule"}]},
        "status": {"allocatable": room, "capacity": room},
    }


def _home(kit: Kit) -> Path:
    return kit.folders.state / "kwok"
