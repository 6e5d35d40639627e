"""The composition root of clusters."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.cli.flags import KubeFlags
from werfish.cli.home import Home
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.kube.client import KubeCluster


@contextmanager
def connected(flags: KubeFlags, home: Home, log: Log) -> "Iterator[KubeCluster]":
    """Give the cluster."""
    from werfish.kube.client import connect
    from werfish.kube.kubeconfig import KubeOptions

    options = KubeOptions(
        config=flags.kube_config or "",
        config_base64=flags.kube_config_base64 or "",
        context=flags.kube_context or "",
        environment=os.environ,
        home=Path.home(),
    )
    cluster = connect(options, cache=home.openapi, warn=log.warning)
    try:
        yield cluster
    finally:
        cluster.close()
