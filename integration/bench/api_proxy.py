"""A way to the API server that counts requests, and can make them slow."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration.bench.proxy import CountingProxy
from integration.plain_api import plain_api

_KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "bench",
    "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "nobody"}}],
    "users": [{"name": "nobody", "user": {}}],
}


@contextmanager
def counted_api(folder: Path) -> Iterator[tuple[CountingProxy, Path]]:
    """Give a counting proxy, and a kubeconfig in *folder* that leads through it, without TLS."""
    with plain_api() as address, CountingProxy(address) as proxy:
        clusters = [{"name": "bench", "cluster": {"server": f"http://{proxy.address}"}}]
        path = folder / "far.kubeconfig"
        path.write_text(json.dumps({**_KUBECONFIG, "clusters": clusters}))
        yield proxy, path
