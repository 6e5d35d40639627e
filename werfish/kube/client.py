"""The real cluster: raw JSON over one pool of connections.

No model classes: a manifest is the dictionary that the API speaks. Nothing is limited on this
side; the server's own flow control (429 and ``Retry-After``) is what is honoured.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from werfish.kube.cluster import APPLY_PATCH, MERGE_PATCH, ApiResource, Listing, LogQuery
from werfish.kube.connection import JSON, Connection, problem_of
from werfish.kube.discovery import Discovery, path_of
from werfish.kube.errors import AlreadyExistsError, GoneError, UnreachableError
from werfish.kube.kubeconfig import KubeOptions, load_access
from werfish.kube.openapi import OpenApi
from werfish.kube.resource import Gvk, Manifest, ResourceId, gvk_of, holds
from werfish.kube.schema import Schema
from werfish.kube.streams import HttpLog, HttpWatch, Lines

APPLIER = "werfish"
"""Our name as a manager of fields that are applied server-side."""
WRITER = "helm"
"""Our name for all other writes: Helm 4 takes over what "helm" wrote, and fights anybody else."""
PAGE = 500
READS = 3
"""So often is a list begun whose pages grow too old while they are read."""
HEADS_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
WATCH_SECONDS = 290
WATCH_SILENCE = 100.0
"""Seconds without a word, bookmarks included, after which a watch is taken for dead."""


_Read = TypeVar("_Read")


def connect(
    options: KubeOptions,
    *,
    cache: Path | None = None,
    warn: Callable[[str], None] = lambda text: None,
) -> "KubeCluster":
    """Return the cluster that *options* mean; *cache* is a folder for what rarely changes.

    *warn* is called with each warning of the server, once.

    Nothing is sent yet: a server that does not answer shows at the first request.
    """
    return KubeCluster(Connection(load_access(options), warn=warn), cache=cache)


class KubeCluster:
    """A `werfish.kube.cluster.Cluster` over HTTP."""

    def __init__(self, connection: Connection, *, cache: Path | None = None) -> None:
        """Talk over *connection*."""
        self._connection = connection
        self._discovery = Discovery(self._fetch)
        self._openapi = OpenApi(self._fetch_query, cache)

    @property
    def server(self) -> str:
        """The address of the API server."""
        return self._connection.access.server

    def close(self) -> None:
        """Close idle connections."""
        self._connection.close()

    def version(self) -> str:
        """See `Cluster.version`."""
        answer = self._connection.json("GET", "/version", doing="ask the cluster for its version")
        return str(answer["gitVersion"])

    def api_resource(self, gvk: Gvk) -> ApiResource:
        """See `Cluster.api_resource`."""
        return self._discovery.api_resource(gvk)

    def api_resources(self) -> tuple[ApiResource, ...]:
        """See `Cluster.api_resources`."""
        return self._discovery.api_resources()

    def schema(self, gvk: Gvk) -> Schema:
        """See `Cluster.schema`."""
        return self._openapi.schema(gvk)

    def get(self, id: ResourceId) -> Manifest:
        """See `Cluster.get`."""
        return self._object("GET", self._path(id), doing=f"read {_named(id)}")

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        """See `Cluster.list`."""

        def read() -> Listing:
            items, version = [], ""
            for page in self._pages(gvk, namespace, _selectors(labels, fields)):
                items += [_typed(item, gvk) for item in page.get("items") or ()]
                version = str((page.get("metadata") or {}).get("resourceVersion") or "")
            return Listing(tuple(items), version)

        return _whole(read)

    def heads(self, gvk: Gvk, namespace: str = "", *, labels: str = "") -> tuple[Manifest, ...]:
        """See `Cluster.heads`."""

        def read() -> tuple[Manifest, ...]:
            pages = self._pages(gvk, namespace, _selectors(labels, ""), HEADS_ONLY)
            return tuple(_head(item) for page in pages for item in page.get("items") or ())

        return _whole(read)

    def names(
        self, gvk: Gvk, namespace: str = "", *, fields: str = "", pages: int = 1
    ) -> frozenset[str] | None:
        """See `Cluster.names`."""

        def read() -> frozenset[str] | None:
            found: set[str] = set()
            selectors = _selectors("", fields)
            for number, page in enumerate(self._pages(gvk, namespace, selectors, HEADS_ONLY)):
                if number == pages:
                    return None
                found.update(item["metadata"]["name"] for item in page.get("items") or ())
            return frozenset(found)

        return _whole(read)

    def _pages(
        self, gvk: Gvk, namespace: str, selectors: Mapping[str, str], accept: str = JSON
    ) -> Iterator[Any]:
        path, doing = path_of(self.api_resource(gvk), namespace), _listing(gvk, namespace)
        query = {**selectors, "limit": str(PAGE)}
        while True:
            page = self._connection.json("GET", path, doing=doing, query=query, accept=accept)
            yield page
            following = (page.get("metadata") or {}).get("continue")
            if not following:
                return
            query["continue"] = following

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """See `Cluster.create`.

        A creation that got no answer is sent again: what it then meets is its own object where that
        holds all that was to be in it.
        """
        id = _id_of(manifest)
        try:
            return self._object(
                "POST",
                path_of(self.api_resource(id.gvk), id.namespace),
                doing=f"create {_named(id)}",
                body=manifest,
                query=_writing(dry_run),
                is_repeatable=bool(id.name),
            )
        except AlreadyExistsError as error:
            live = self.get(id) if error.attempts > 1 else None
            if live is None or not holds(live, manifest):
                raise
            return live

    def replace(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """See `Cluster.replace`."""
        id = _id_of(manifest)
        return self._object(
            "PUT",
            self._path(id),
            doing=f"replace {_named(id)}",
            body=manifest,
            query=_writing(dry_run),
        )

    def patch(
        self,
        id: ResourceId,
        body: object,
        *,
        content_type: str = MERGE_PATCH,
        subresource: str = "",
        dry_run: bool = False,
        force: bool = False,
    ) -> Manifest:
        """See `Cluster.patch`."""
        return self._object(
            "PATCH",
            self._path(id) + (f"/{subresource}" if subresource else ""),
            doing=f"patch {_named(id)}",
            body=body,
            content_type=content_type,
            query=_writing(dry_run, content_type) | ({"force": "true"} if force else {}),
        )

    def delete(
        self,
        id: ResourceId,
        *,
        propagation: str = "Background",
        uid: str = "",
        resource_version: str = "",
        dry_run: bool = False,
    ) -> None:
        """See `Cluster.delete`."""
        expected = {"uid": uid, "resourceVersion": resource_version}
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
            "preconditions": {key: value for key, value in expected.items() if value},
            **({"dryRun": ["All"]} if dry_run else {}),
        }
        doing = f"delete {_named(id)}"
        self._connection.json(
            "DELETE", self._path(id), doing=doing, body=body, query=_writing(dry_run)
        )

    def watch(
        self,
        gvk: Gvk,
        namespace: str = "",
        *,
        resource_version: str,
        labels: str = "",
        fields: str = "",
    ) -> HttpWatch:
        """See `Cluster.watch`."""
        doing = f"watch {_listing(gvk, namespace).removeprefix('list ')}"
        lines = self._lines(
            path_of(self.api_resource(gvk), namespace),
            doing,
            _selectors(labels, fields)
            | {
                "watch": "true",
                "allowWatchBookmarks": "true",
                "resourceVersion": resource_version,
                "timeoutSeconds": str(WATCH_SECONDS),
            },
            read_timeout=WATCH_SILENCE,
        )
        return HttpWatch(lines, doing)

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> HttpLog:
        """See `Cluster.logs`."""
        asked = {
            "container": container,
            "previous": "true" if query.previous else "",
            "tailLines": "" if query.tail_lines is None else str(query.tail_lines),
            "sinceTime": query.since,
            "timestamps": "true" if query.timestamps else "",
            "follow": "true" if query.follow else "",
        }
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        lines = self._lines(
            path,
            f'read the log of container "{container}" of Pod/{pod}',
            {key: value for key, value in asked.items() if value},
            read_timeout=None if query.follow else 30.0,
        )
        return HttpLog(lines)

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        """See `Cluster.request`."""
        doing = f"ask the cluster ({method} {path})"
        return self._connection.json(method, path, doing=doing, query=query, body=body)

    def _lines(
        self, path: str, doing: str, query: Mapping[str, str], *, read_timeout: float | None
    ) -> Lines:
        response = self._connection.send(
            "GET", path, doing=doing, query=query, stream=True, read_timeout=read_timeout
        )
        access = self._connection.access

        def broken(error: Exception) -> UnreachableError:
            return UnreachableError(access.server, access.origin, f"{doing}: {problem_of(error)}")

        return Lines(response, broken)

    def _object(self, method: str, path: str, **options: Any) -> Manifest:
        answer: Manifest = self._connection.json(method, path, **options)
        return answer

    def _path(self, id: ResourceId) -> str:
        return path_of(self.api_resource(id.gvk), id.namespace, id.name)

    def _fetch(self, path: str, accept: str) -> Any:
        return self._connection.json(
            "GET", path, doing="ask the cluster for its kinds", accept=accept
        )

    def _fetch_query(self, path: str, query: Mapping[str, str]) -> Any:
        return self._connection.json(
            "GET", path, doing="ask the cluster for its schemas", query=query
        )


def _whole(read: Callable[[], _Read]) -> _Read:
    """Read all pages of a list, and all again where the server has forgotten the first ones."""
    for _ in range(READS - 1):
        with suppress(GoneError):
            return read()
    return read()


def _id_of(manifest: Manifest) -> ResourceId:
    metadata = manifest.get("metadata") or {}
    return ResourceId(gvk_of(manifest), metadata.get("namespace") or "", metadata.get("name") or "")


def _named(id: ResourceId) -> str:
    return f'{id} in namespace "{id.namespace}"' if id.namespace else str(id)


def _listing(gvk: Gvk, namespace: str) -> str:
    return f"list {gvk.kind} objects" + (f' in namespace "{namespace}"' if namespace else "")


def _selectors(labels: str, fields: str) -> dict[str, str]:
    asked = {"labelSelector": labels, "fieldSelector": fields}
    return {key: value for key, value in asked.items() if value}


def _writing(dry_run: bool, content_type: str = "") -> dict[str, str]:
    manager = APPLIER if content_type == APPLY_PATCH else WRITER
    return {"fieldManager": manager} | ({"dryRun": "All"} if dry_run else {})


def _head(item: Manifest) -> Manifest:
    return {"metadata": item["metadata"]}


def _typed(item: Manifest, gvk: Gvk) -> Manifest:
    """Return *item* of a list with its kind, which the API leaves out there."""
    return {"apiVersion": gvk.api_version, "kind": gvk.kind, **item}
