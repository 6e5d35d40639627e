"""The page of the running pod, fetched through the Kubernetes API as `kubectl proxy` does."""

import os
import time
from contextlib import suppress

from integration.demo.errors import DemoError
from werfish.errors import WerfishError
from werfish.kube.connection import Connection
from werfish.kube.errors import NotFoundError
from werfish.kube.kubeconfig import KubeOptions, load_access

PATIENCE = 5.0
"""Seconds that the cluster may take to send a Service's requests to the new pod alone."""


def connect() -> Connection:
    """Connect to the cluster that the environment names."""
    return Connection(load_access(KubeOptions(environment=os.environ)))


def fetch(cluster: Connection, path: str, wanted: tuple[str, ...]) -> str:
    """Return the page at *path* once it has all of *wanted*; `DemoError` if it never does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        page = _page(cluster, path)
        missing = [text for text in wanted if text not in page]
        if not missing:
            return page
        if time.monotonic() > deadline:
            raise DemoError(f'the page at {path} has no "{missing[0]}":\n{page}')
        time.sleep(0.1)


def has_namespace(cluster: Connection, namespace: str) -> bool:
    """Whether the cluster has *namespace*, be it on its way out."""
    try:
        cluster.send("GET", f"/api/v1/namespaces/{namespace}", doing="look for the namespace")
    except NotFoundError:
        return False
    return True


def remove_namespace(cluster: Connection, namespace: str) -> None:
    """Begin to remove *namespace*, if it is there."""
    with suppress(NotFoundError):
        cluster.send("DELETE", f"/api/v1/namespaces/{namespace}", doing="remove the namespace")


def _page(cluster: Connection, path: str) -> str:
    try:
        return cluster.send("GET", path, doing="fetch the page").data.decode(errors="replace")
    except WerfishError as error:
        return str(error)
