"""The network of the node: a bridge for its pods, rules, and the relay to the API server."""

from __future__ import annotations

import json
import subprocess

from integration.kit import daemon, firewall, links, sysctls
from integration.kit.apt import find
from integration.kit.command import run
from integration.kit.files import write_changed
from integration.kit.kubernetes.layout import (
    BRIDGE,
    GATEWAY,
    POD_CIDR,
    POD_NETWORK,
    SERVICE_CIDR,
    Layout,
)

COMMENT = "werfish-kit"
INOTIFY_INSTANCES = 1024
PLUGINS = "/usr/lib/cni"


def up(layout: Layout) -> None:
    """Make what is missing: the bridge before the first pod, that the node has an address."""
    sysctls.keep(layout.folders)
    _set_sysctls()
    if not links.names(BRIDGE):
        _ip("link", "add", BRIDGE, "type", "bridge")
    _ip("address", "replace", f"{GATEWAY}/{POD_CIDR.partition('/')[2]}", "dev", BRIDGE)
    _ip("link", "set", BRIDGE, "up")
    _ip("route", "replace", SERVICE_CIDR, "dev", BRIDGE)  # never by the default route
    _allow()
    _write_plugins(layout)
    relay = [
        find("socat") or "socat",
        f"TCP-LISTEN:{layout.api_port},bind={GATEWAY},reuseaddr,fork",
    ]
    relay.append(f"TCP:127.0.0.1:{layout.api_port}")
    daemon.start(layout.folders, "api-relay", relay, doing="kubernetes: start the API relay")


def down(layout: Layout) -> None:
    """Remove the rules, the bridge, and with it its routes."""
    daemon.stop(layout.folders, "api-relay")
    firewall.remove(COMMENT)
    for name in links.names(BRIDGE):
        links.remove(name)


def _set_sysctls() -> None:
    sysctls.write("net.ipv4.ip_forward", "1")
    # Without br_netfilter, pods on one node reach each other's Services only by luck.
    subprocess.run(["modprobe", "br_netfilter"], capture_output=True, check=False)
    if sysctls.read("net.bridge.bridge-nf-call-iptables") is not None:
        sysctls.write("net.bridge.bridge-nf-call-iptables", "1")
    if int(sysctls.read("fs.inotify.max_user_instances") or INOTIFY_INSTANCES) < INOTIFY_INSTANCES:
        sysctls.write("fs.inotify.max_user_instances", str(INOTIFY_INSTANCES))


def _allow() -> None:
    """Let pods talk to each other where dockerd drops, and not leave this machine."""
    comment = ("-m", "comment", "--comment", COMMENT)
    firewall.insert("FORWARD", "-i", BRIDGE, "!", "-o", BRIDGE, *comment, "-j", "REJECT")
    firewall.insert("FORWARD", "-i", BRIDGE, "-o", BRIDGE, *comment, "-j", "ACCEPT")


def _write_plugins(layout: Layout) -> None:
    folder = layout.home / "cni" / "net.d"
    addresses = {
        "type": "host-local",
        "dataDir": str(layout.home / "cni" / "ipam"),
        "ranges": [[{"subnet": POD_CIDR, "gateway": GATEWAY}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": True, "ipMasq": False}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    plugins = [{**bridge, "hairpinMode": True, "ipam": addresses}, ports]
    document = {"cniVersion": "0.4.0", "name": POD_NETWORK, "plugins": plugins}
    write_changed(folder / "10-werfish.conflist", json.dumps(document, indent=1))


def _ip(*words: str) -> None:
    run(["ip", *words], doing=f"kubernetes: ip {' '.join(words)}")
