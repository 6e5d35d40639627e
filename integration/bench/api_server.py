"""The API server without anybody's client: the floor of what deploying can cost."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import urllib3

from integration.bench.chart import PATHS
from werfish.kube.kubeconfig import Access, KubeOptions, load_access

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class ApiServer:
    """The server that ``KUBECONFIG`` names, as its administrator reaches it."""

    access: Access

    @staticmethod
    def usual() -> "ApiServer":
        """Return the one of the environment."""
        return ApiServer(load_access(KubeOptions(environment=os.environ)))

    def post(self, namespace: str, objects: Sequence[Mapping[str, Any]]) -> None:
        """Create *objects* in *namespace*, a few at a time, and nothing else."""
        with (
            urllib3.PoolManager(maxsize=AT_ONCE, ssl_context=self.access.tls) as pool,
            ThreadPoolExecutor(AT_ONCE) as threads,
        ):
            headers = {"Content-Type": "application/json"}
            if authorization := self.access.authorization():
                headers["Authorization"] = authorization

            def post(manifest: Mapping[str, Any]) -> None:
                path = PATHS[manifest["kind"]].format(namespace=namespace)
                url = self.access.server + path
                answer = pool.request("POST", url, json=manifest, headers=headers)
                if answer.status != 201:
                    raise SystemExit(f"bench: POST {path}: {answer.status}: {answer.data[:300]!r}")

            list(threads.map(post, objects))
