"""The control plane: etcd, the API server, the controllers and the scheduler."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from integration.kit import daemon, ports
from integration.kit.golang import binary_of
from integration.kit.kubernetes import kubeconfig, kubectl, pki
from integration.kit.kubernetes.layout import DOMAIN, GATEWAY, POD_CIDR, SERVICE_CIDR, Layout
from integration.kit.progress import say
from integration.kit.versions import ETCD_SERVER, SERVERS, Program, Servers

DAEMONS = ("kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd")
"""In the order in which they are stopped."""

_UNHURRIED = ("--kube-api-qps=500", "--kube-api-burst=1000")
"""Requests a second of a controller. At the default of 20 the controller manager takes 4 s to
fetch a token for each of its controllers, and at 50 the scheduler binds 5,000 pods in 100 s."""


def up(layout: Layout, servers: Servers = SERVERS) -> bool:
    """Start what does not run and wait for it; tell whether anything was started."""
    daemons = (ETCD_SERVER.name, *(program.name for program in servers.all))
    if all(daemon.is_alive(layout.folders, name) for name in daemons):
        return False
    if _start_etcd(layout):
        # One that runs would wait ever longer, up to two minutes, to ask the new etcd.
        daemon.stop(layout.folders, "kube-apiserver")
    pki.issue_all(layout, pki.CONTROL_PLANE)
    kubeconfig.write(layout, "admin", layout.kubeconfig)
    for user in ("controller-manager", "scheduler"):
        kubeconfig.write(layout, user, layout.etc / f"{user}.kubeconfig")
    _wait_etcd(layout)
    _start(layout, servers.api, _api_server_options(layout))
    _wait(layout, ["get", "--raw", "/readyz"], "wait for the API server", ["kube-apiserver"])
    say("kubernetes", f"API server ready at {layout.server}")
    # It gives an API server 10 s to be ready, which on a busy machine is too little.
    _start(layout, servers.controllers, _controller_manager_options(layout))
    if servers.scheduler is not None:
        _start(layout, servers.scheduler, [*_alone(layout, "scheduler"), *_UNHURRIED])
    # Without its default service account a namespace accepts no pod.
    account = ["get", "serviceaccount", "default"]
    _wait(layout, account, "wait for the controllers", daemons)
    say("kubernetes", f"{' and '.join(program.name for program in servers.all[1:])} ready")
    return True


def down(layout: Layout) -> None:
    """End what `up` started, of whichever version, and remove what it wrote."""
    for name in DAEMONS:
        daemon.stop(layout.folders, name)
    shutil.rmtree(layout.home, ignore_errors=True)


def _start_etcd(layout: Layout) -> bool:
    clients = f"http://127.0.0.1:{layout.etcd_port}"
    peers = f"http://127.0.0.1:{layout.etcd_peer_port}"
    data = layout.home / "etcd"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = ["--name", "kit", "--data-dir", str(data), "--log-level", "warn"]
    options += ["--unsafe-no-fsync", "--listen-client-urls", clients]
    options += ["--advertise-client-urls", clients, "--listen-peer-urls", peers]
    options += ["--initial-advertise-peer-urls", peers, "--initial-cluster", f"kit={peers}"]
    return _start(layout, ETCD_SERVER, options)


def _wait_etcd(layout: Layout) -> None:
    port = layout.etcd_port
    daemon.wait_for(
        layout.folders,
        lambda: ports.is_open(port),
        seconds=30,
        doing="kubernetes: wait for etcd",
        daemons=["etcd"],
    )


def _api_server_options(layout: Layout) -> list[str]:
    pki_folder = layout.pki
    return [
        f"--etcd-servers=http://127.0.0.1:{layout.etcd_port}",
        "--bind-address=127.0.0.1",
        f"--secure-port={layout.api_port}",
        # Only told in the Endpoints of the Service "kubernetes", which may not be
        # loopback; at level node a relay listens there.
        f"--advertise-address={GATEWAY}",
        f"--tls-cert-file={pki_folder}/apiserver.crt",
        f"--tls-private-key-file={pki_folder}/apiserver.key",
        f"--client-ca-file={pki_folder}/ca.crt",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--service-account-issuer=https://kubernetes.default.svc.{DOMAIN}",
        f"--service-account-key-file={pki_folder}/sa.pub",
        f"--service-account-signing-key-file={pki_folder}/sa.key",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
        f"--kubelet-client-certificate={pki_folder}/apiserver-kubelet.crt",
        f"--kubelet-client-key={pki_folder}/apiserver-kubelet.key",
        f"--kubelet-certificate-authority={pki_folder}/ca.crt",
        "--kubelet-preferred-address-types=InternalIP",
        "--shutdown-delay-duration=0s",
    ]


def _controller_manager_options(layout: Layout) -> list[str]:
    pki_folder = layout.pki
    return [
        *_alone(layout, "controller-manager"),
        *_UNHURRIED,
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={pki_folder}/sa.key",
        f"--root-ca-file={pki_folder}/ca.crt",
        f"--cluster-signing-cert-file={pki_folder}/ca.crt",
        f"--cluster-signing-key-file={pki_folder}/ca.key",
        f"--cluster-cidr={POD_CIDR}",
        "--allocate-node-cidrs=false",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
    ]


def _alone(layout: Layout, user: str) -> tuple[str, ...]:
    """Return the options of one that has no rival for the lease, and no port to clash."""
    own = f"--kubeconfig={layout.etc}/{user}.kubeconfig"
    return ("--secure-port=0", "--leader-elect=false", own)


def _start(layout: Layout, program: Program, options: list[str]) -> bool:
    argv = [str(binary_of(layout.folders, program)), *options]
    doing = f"kubernetes: start {program.name}"
    return daemon.start(layout.folders, program.name, argv, doing=doing)


def _wait(layout: Layout, question: list[str], doing: str, daemons: Sequence[str]) -> None:
    daemon.wait_for(
        layout.folders,
        lambda: kubectl.holds(layout, *question),
        seconds=120,
        doing=f"kubernetes: {doing}",
        daemons=daemons,
    )
