"""The part "kubernetes": which cluster the tests use, and how far it is up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from integration.kit import daemon, programs, state
from integration.kit.apt import Need
from integration.kit.command import run
from integration.kit.errors import KitError
from integration.kit.golang import build
from integration.kit.kubernetes import cleanup, control_plane, kubectl, node, runtime
from integration.kit.kubernetes.layout import PORTS, Layout
from integration.kit.kubernetes.network import PLUGINS
from integration.kit.part import Kit, Status
from integration.kit.progress import say
from integration.kit.versions import CONTROL_PLANE, KUBECTL, KUBERNETES, NODE

LEVEL = "kubernetes.level"
"""Under this key the state knows how far the cluster was brought up."""


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return what a cluster of our own takes besides what is built."""
    if foreign_kubeconfig(kit) is not None:
        return ()
    packages = {"openssl": "openssl"}
    if kit.level == "node":
        packages |= {"containerd": "containerd", "ctr": "containerd", "runc": "runc"}
        packages |= {"ip": "iproute2", "iptables": "iptables", "socat": "socat"}
        packages |= {"busybox": "busybox-static", "modprobe": "kmod", "umount": "mount"}
        packages |= {f"{PLUGINS}/bridge": "containernetworking-plugins"}
    return tuple(Need(program, package) for program, package in packages.items())


def prepare(kit: Kit) -> None:
    """Build the programs that the level takes; for a foreign cluster only kubectl."""
    if foreign_kubeconfig(kit) is not None:
        build(kit.folders, "kubernetes", (KUBECTL,))
    else:
        wanted = CONTROL_PLANE + NODE if kit.level == "node" else CONTROL_PLANE
        build(kit.folders, "kubernetes", wanted)


def up(kit: Kit) -> None:
    """Bring the cluster up to the level asked for, or repair it; a higher level stays."""
    layout = Layout(kit.folders)
    programs.link(kit.folders, "kubectl", kubectl.path_of(layout))
    foreign = foreign_kubeconfig(kit)
    if foreign is not None:
        say("kubernetes", f"using the cluster of {foreign}")
        return
    has_node = "node" in (kit.level, state.recall(kit.folders, LEVEL))
    if has_node and os.geteuid() != 0:
        hint = "run it as root, or ask for --level control-plane"
        raise KitError("kubernetes: start the node", "it takes root", hint=hint)
    if has_node:
        daemon.refuse_second(kit.folders, "kubelet", doing="kubernetes: start the node")
    # Remembered before anything is started: a killed up is cleaned up by down.
    state.remember(kit.folders, LEVEL, "node" if has_node else "control-plane")
    started = control_plane.up(layout)
    if has_node:
        started |= node.up(kit, layout)
    done = "up" if started else "already up"
    say("kubernetes", f"{done} at {layout.server}, {state.recall(kit.folders, LEVEL)}")


def down(kit: Kit) -> None:
    """End the cluster and remove every trace of it."""
    level = state.recall(kit.folders, LEVEL)
    programs.unlink(kit.folders, "kubectl")
    if level is None:
        return
    layout = Layout(kit.folders)
    if level == "node":
        for name in node.DAEMONS[:-1]:
            daemon.stop(kit.folders, name)
        if daemon.is_alive(kit.folders, "containerd"):
            runtime.remove_containers(layout)
        daemon.stop(kit.folders, "containerd")
        cleanup.remove_traces(layout, node.DAEMONS)
    control_plane.down(layout)
    state.forget(kit.folders, LEVEL, *PORTS)
    say("kubernetes", "down")


def status(kit: Kit) -> Status:
    """Return how the cluster is that tests use."""
    foreign = foreign_kubeconfig(kit)
    if foreign is not None:
        return _foreign_status(kit, foreign)
    level = state.recall(kit.folders, LEVEL)
    if level is None:
        return Status(None)
    layout = Layout(kit.folders)
    names = control_plane.DAEMONS + (node.DAEMONS if level == "node" else ())
    gone = [name for name in names if not daemon.is_alive(kit.folders, name)]
    if gone:
        return Status(False, KUBERNETES, f"gone: {' '.join(gone)}")
    is_ready = kubectl.holds(layout, "get", "--raw", "/readyz")
    return Status(is_ready, KUBERNETES, f"{layout.server} ({level})")


def variables(kit: Kit) -> dict[str, str]:
    """Return where the kubeconfig is."""
    foreign = foreign_kubeconfig(kit)
    if foreign is not None:
        return {"KUBECONFIG": foreign}
    if state.recall(kit.folders, LEVEL) is None:
        return {}
    return {"KUBECONFIG": str(Layout(kit.folders).kubeconfig)}


def leftovers(kit: Kit) -> list[str]:
    """Return what a node left behind, unless another kit runs one; a foreign node would count."""
    if daemon.elsewhere(kit.folders, "kubelet") is not None:
        return []
    return cleanup.leftovers(Layout(kit.folders))


def foreign_kubeconfig(kit: Kit) -> str | None:
    """Return the KUBECONFIG that was there before ours."""
    given = kit.environment.get("KUBECONFIG")
    return given if given and Path(given) != Layout(kit.folders).kubeconfig else None


def _foreign_status(kit: Kit, kubeconfig: str) -> Status:
    program = str(kubectl.path_of(Layout(kit.folders)))
    if not Path(program).exists():
        program = shutil.which("kubectl") or program
    argv = [
        program,
        "--kubeconfig",
        kubeconfig,
        "--request-timeout",
        "10s",
        "get",
        "--raw",
        "/readyz",
    ]
    try:
        run(argv, doing="kubernetes: ask the cluster", timeout=20)
    except KitError:
        return Status(False, "not ours", kubeconfig)
    return Status(True, "not ours", kubeconfig)
