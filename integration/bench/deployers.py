"""Who deploys the chart: werfish, both helms, and kubectl with what helm rendered of it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from integration.bench.contenders import run
from integration.bench.ground import Ground
from integration.bench.project import Project
from integration.bench.spent import Spent, spend
from integration.kit import helm4

WERFISH, HELM3, HELM4 = "werfish", "helm 3", "helm 4"
KUBECTL, KUBECTL_SERVER = "kubectl apply", "kubectl apply --server-side"
RELEASE = "bench"


class Deployer(Protocol):
    """A way to bring the chart of *project* into a namespace, which is there."""

    @property
    def title(self) -> str:
        """What the table calls it."""

    def deploy(
        self, project: Project, namespace: str, stamp: str, kubeconfig: Path | None = None
    ) -> Spent:
        """Deploy with the value *stamp*, without waiting for anything."""


@dataclass(frozen=True, slots=True)
class Werfish:
    """``werfish deploy``; the chart says of its Deployments that nobody waits for them."""

    ground: Ground
    title: str = WERFISH

    def deploy(
        self, project: Project, namespace: str, stamp: str, kubeconfig: Path | None = None
    ) -> Spent:
        """See `Deployer`."""
        return self.ground.werfish(
            project.folder,
            project.name,
            *("deploy", "--release", RELEASE, *_named(namespace, stamp)),
            **_reached(kubeconfig),
        )


@dataclass(frozen=True, slots=True)
class Helm:
    """``helm upgrade --install``."""

    title: str
    program: str

    def deploy(
        self, project: Project, namespace: str, stamp: str, kubeconfig: Path | None = None
    ) -> Spent:
        """See `Deployer`."""
        command = [self.program, "upgrade", "--install", RELEASE, ".helm"]
        command += _named(namespace, stamp)
        return spend(command, project.folder, _reached(kubeconfig))


@dataclass(frozen=True, slots=True)
class Kubectl:
    """``kubectl apply``, which has neither releases nor records; rendering is not counted."""

    title: str
    helm: str
    options: tuple[str, ...] = ()

    def deploy(
        self, project: Project, namespace: str, stamp: str, kubeconfig: Path | None = None
    ) -> Spent:
        """See `Deployer`."""
        file = project.folder.with_name(f"{project.folder.name}-{stamp}.yaml")
        file.write_text(rendered(self.helm, project, stamp))
        command = ["kubectl", "apply", *self.options, "--namespace", namespace, "-f", str(file)]
        return spend(command, project.folder, _reached(kubeconfig))


def everybody(ground: Ground) -> dict[str, Deployer]:
    """Return all of them by their titles."""
    helm3 = ground.endpoints.variables["WERF_HELM"]
    found: Sequence[Deployer] = (
        Werfish(ground),
        Helm(HELM3, helm3),
        Helm(HELM4, ground.endpoints.variables[helm4.VARIABLE]),
        Kubectl(KUBECTL, helm3),
        Kubectl(KUBECTL_SERVER, helm3, ("--server-side",)),
    )
    return {one.title: one for one in found}


def rendered(helm: str, project: Project, stamp: str) -> str:
    """Return what *helm* makes of the chart."""
    command = [helm, "template", RELEASE, ".helm", "--set-string", f"stamp={stamp}"]
    return run(command, project.folder)


def objects_of(text: str) -> list[Mapping[str, Any]]:
    """Return the objects in what was rendered."""
    return [one for one in yaml.load_all(text, yaml.CSafeLoader) if one]


def _named(namespace: str, stamp: str) -> list[str]:
    return ["--namespace", namespace, "--set-string", f"stamp={stamp}"]


def _reached(kubeconfig: Path | None) -> dict[str, str]:
    return {"KUBECONFIG": str(kubeconfig or os.environ["KUBECONFIG"])}
