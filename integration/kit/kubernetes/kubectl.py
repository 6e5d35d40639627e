"""Questions to the API server, asked by kubectl."""

from __future__ import annotations

import subprocess
from pathlib import Path

from integration.kit.command import succeeds
from integration.kit.golang import binary_of
from integration.kit.kubernetes.layout import NODE, Layout
from integration.kit.versions import KUBECTL


def path_of(layout: Layout) -> Path:
    """Return the kubectl that belongs to the cluster's version."""
    return binary_of(layout.folders, KUBECTL)


def holds(layout: Layout, *words: str) -> bool:
    """Tell whether kubectl *words* succeeds."""
    return succeeds(_argv(layout, *words))


def ask(layout: Layout, *words: str) -> str | None:
    """Return what kubectl *words* prints, None when it fails."""
    done = subprocess.run(_argv(layout, *words), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def is_node_ready(layout: Layout) -> bool:
    """Tell whether the node is ready and takes pods: its taint goes a moment after."""
    ready = '{.status.conditions[?(@.type=="Ready")].status}'
    return ask(layout, "get", "node", NODE, "-o", f"jsonpath={ready}{{.spec.taints}}") == "True"


def _argv(layout: Layout, *words: str) -> list[str]:
    options = ["--kubeconfig", str(layout.kubeconfig), "--request-timeout", "10s"]
    return [str(path_of(layout)), *options, *words]
