"""The node: network, containerd, kubelet, kube-proxy and DNS."""

from __future__ import annotations

import json

from integration.kit import daemon, ports
from integration.kit.files import write_changed
from integration.kit.golang import binary_of
from integration.kit.kubernetes import kubeconfig, kubectl, network, pki, runtime
from integration.kit.kubernetes.layout import DOMAIN, GATEWAY, NODE, POD_CIDR, Layout
from integration.kit.part import Kit
from integration.kit.progress import say
from integration.kit.versions import DNS_SERVER, KUBE_PROXY, KUBELET, Program

DAEMONS = ("kubelet", "kube-proxy", "coredns", "api-relay", "containerd")
"""In the order in which they are stopped."""


def up(kit: Kit, layout: Layout) -> bool:
    """Start what does not run and wait until the node takes pods; tell whether anything was."""
    if all(daemon.is_alive(layout.folders, name) for name in DAEMONS):
        runtime.write_hosts(kit, layout)
        return False
    network.up(layout)
    pki.issue_all(layout, pki.ON_NODE)
    for user in ("kubelet", "kube-proxy"):
        kubeconfig.write(layout, user, layout.etc / f"{user}.kubeconfig")
    runtime.up(kit, layout)
    say("kubernetes", "network and containerd ready")
    _start_kubelet(layout)
    _start_proxy(layout)
    _start_dns(layout)
    _wait(layout)
    say("kubernetes", "node ready")
    return True


def kubelet_config(layout: Layout) -> dict[str, object]:
    """Return the configuration of kubelet: on the bridge, its folders below ours."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": GATEWAY,
        "port": 10250,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": layout.kubelet_health_port,
        "tlsCertFile": f"{layout.pki}/kubelet-server.crt",
        "tlsPrivateKeyFile": f"{layout.pki}/kubelet-server.key",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{layout.pki}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "containerRuntimeEndpoint": f"unix://{layout.socket}",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDomain": DOMAIN,
        "clusterDNS": [GATEWAY],
        "resolvConf": f"{layout.etc}/resolv.conf",
        "podLogsDir": f"{layout.home}/pod-logs",
        "volumePluginDir": f"{layout.home}/kubelet/volumeplugins",
        "makeIPTablesUtilChains": False,
        "serializeImagePulls": False,
        "nodeStatusUpdateFrequency": "4s",
        "evictionHard": {
            "memory.available": "100Mi",
            **dict.fromkeys(("nodefs.available", "nodefs.inodesFree", "imagefs.available"), "1%"),
        },
        # containerd 1.6 does not pin the pause image: nothing is ever collected.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
    }


def proxy_config(layout: Layout) -> dict[str, object]:
    """Return the configuration of kube-proxy, which leaves the conntrack settings alone."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "hostnameOverride": NODE,
        "clientConnection": {"kubeconfig": f"{layout.etc}/kube-proxy.kubeconfig"},
        "healthzBindAddress": f"127.0.0.1:{layout.proxy_health_port}",
        "metricsBindAddress": f"127.0.0.1:{layout.proxy_metrics_port}",
        "clusterCIDR": POD_CIDR,
        "nodePortAddresses": ["127.0.0.0/8", POD_CIDR],
        "conntrack": {
            **{"maxPerCore": 0, "min": 0},
            **dict.fromkeys(("tcpEstablishedTimeout", "tcpCloseWaitTimeout"), "0s"),
        },
    }


def _start_kubelet(layout: Layout) -> None:
    config = layout.etc / "kubelet.json"
    write_changed(config, json.dumps(kubelet_config(layout), indent=1))
    # No pod asks a name server outside.
    write_changed(layout.etc / "resolv.conf", f"nameserver {GATEWAY}\n")
    options = [f"--config={config}", f"--kubeconfig={layout.etc}/kubelet.kubeconfig"]
    options += [f"--root-dir={layout.home}/kubelet", f"--cert-dir={layout.home}/kubelet/pki"]
    options += [f"--hostname-override={NODE}", f"--node-ip={GATEWAY}"]
    _start(layout, KUBELET, options)


def _start_proxy(layout: Layout) -> None:
    config = layout.etc / "kube-proxy.json"
    write_changed(config, json.dumps(proxy_config(layout), indent=1))
    _start(layout, KUBE_PROXY, [f"--config={config}"])


def _start_dns(layout: Layout) -> None:
    config = layout.etc / "Corefile"
    write_changed(
        config,
        f".:53 {{\n  bind {GATEWAY}\n  errors\n  kubernetes {DOMAIN} in-addr.arpa {{\n"
        f"    kubeconfig {layout.kubeconfig}\n    pods insecure\n  }}\n}}\n",
    )
    _start(layout, DNS_SERVER, ["-conf", str(config)])


def _start(layout: Layout, program: Program, options: list[str]) -> None:
    argv = [str(binary_of(layout.folders, program)), *options]
    daemon.start(layout.folders, program.name, argv, doing=f"kubernetes: start {program.name}")


def _wait(layout: Layout) -> None:
    health = layout.proxy_health_port
    daemon.wait_for(
        layout.folders,
        lambda: ports.is_open(health) and kubectl.is_node_ready(layout),
        seconds=120,
        doing="kubernetes: wait for the node",
        daemons=[*DAEMONS[1:], "kubelet"],
    )
