"""Where the cluster of the kit keeps its files, and its addresses and names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from integration.kit import ports
from integration.kit.folders import Folders

NODE = "kit"
DOMAIN = "cluster.local"
BRIDGE = "werfish0"
GATEWAY = "10.244.0.1"
"""The bridge's address: the node, its kubelet, DNS and the relay to the API server."""
POD_CIDR = "10.244.0.0/24"
SERVICE_CIDR = "10.96.0.0/16"
SERVICE_API = "10.96.0.1"
POD_NETWORK = "werfish-pods"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one cluster; ports are chosen when they are first asked for."""

    folders: Folders

    @property
    def home(self) -> Path:
        """The folder that goes with the cluster."""
        return self.folders.state / "kubernetes"

    @property
    def etc(self) -> Path:
        """Configuration files."""
        return self.home / "etc"

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.home / "pki"

    @property
    def kubeconfig(self) -> Path:
        """How an administrator reaches the cluster."""
        return self.home / "kubeconfig"

    @property
    def socket(self) -> Path:
        """Where the containerd of the node listens."""
        return self.folders.run / "containerd.sock"

    @property
    def server(self) -> str:
        """Return the address of the API server."""
        return f"https://127.0.0.1:{self.api_port}"

    @property
    def api_port(self) -> int:
        """The API server's port."""
        return ports.port_of(self.folders, "api", 6443, holder="kube-apiserver")

    @property
    def etcd_port(self) -> int:
        """The port of etcd for clients."""
        return ports.port_of(self.folders, "etcd", 2379, holder="etcd")

    @property
    def etcd_peer_port(self) -> int:
        """The port of etcd for its peers, of which there are none."""
        return ports.port_of(self.folders, "etcd-peer", 2380, holder="etcd")

    @property
    def kubelet_health_port(self) -> int:
        """Where kubelet tells that it is well."""
        return ports.port_of(self.folders, "kubelet-health", 10248, holder="kubelet")

    @property
    def proxy_metrics_port(self) -> int:
        """Where kube-proxy shows its metrics."""
        return ports.port_of(self.folders, "proxy-metrics", 10249, holder="kube-proxy")

    @property
    def proxy_health_port(self) -> int:
        """Where kube-proxy tells that it is well."""
        return ports.port_of(self.folders, "proxy-health", 10256, holder="kube-proxy")


PORTS = (
    *("port.api", "port.etcd", "port.etcd-peer"),
    *("port.kubelet-health", "port.proxy-metrics", "port.proxy-health"),
)
"""The keys under which the ports are remembered."""
