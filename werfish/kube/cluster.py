"""What werfish needs of a Kubernetes cluster, without saying how it is reached.

Pure: the shapes and the Protocol that releases, tracking and deploying are written against. The
real one is `werfish.kube.client`; a working one in memory stands in for it in tests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol

from stages.light_dataclass import dataclass
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.kube.schema import Schema

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class ApiResource:
    """How the API serves a kind: its name in paths, its scope, and what may be done with it."""

    gvk: Gvk
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()
    short_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Objects as they were at one *resource_version*, from which a watch can go on."""

    items: tuple[Manifest, ...] = field(hash=False)
    resource_version: str


class EventType(StrEnum):
    """What happened to a watched object; a bookmark only carries a newer resourceVersion."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One change of one object, with the object after it (the last state where it is deleted)."""

    type: EventType
    object: Manifest = field(hash=False)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which lines of a container's log: of the *previous* instance, the last few, going on.

    *since* is an RFC 3339 time, of which the API honours whole seconds; with *timestamps* every
    line begins with its time.
    """

    previous: bool = False
    tail_lines: int | None = None
    since: str = ""
    timestamps: bool = False
    follow: bool = False


class Watch(Protocol):
    """A stream of events; it ends when the server ends it, as it does from time to time."""

    def __iter__(self) -> Iterator[WatchEvent]:
        """Yield events as they come; `GoneError` where the resourceVersion is too old.

        `UnreachableError` where the connection broke.
        """
        ...

    def close(self) -> None:
        """End the stream now, from any thread: a reader that waits wakes up and is done."""
        ...


class LogStream(Protocol):
    """The lines of a container's log, without their newlines."""

    def __iter__(self) -> Iterator[str]:
        """Yield lines; `UnreachableError` where the connection broke before the log's end."""
        ...

    def close(self) -> None:
        """End the stream now, from any thread."""
        ...


class Cluster(Protocol):
    """A Kubernetes API. Every method may raise the errors of `werfish.kube.errors`.

    All methods may be called from several threads at once. *namespace* is empty for cluster-wide
    kinds, and, where objects are listed or watched, for all namespaces.
    """

    def version(self) -> str:
        """Return the server's version, such as ``v1.34.2``."""
        ...

    def api_resource(self, gvk: Gvk) -> ApiResource:
        """Return how *gvk* is served; `UnknownKindError` where it is not, asked anew."""
        ...

    def api_resources(self) -> tuple[ApiResource, ...]:
        """Return every kind that the cluster serves."""
        ...

    def schema(self, gvk: Gvk) -> Schema:
        """Return what the cluster declares about *gvk*; ``UNKNOWN`` where it declares nothing."""
        ...

    def get(self, id: ResourceId) -> Manifest:
        """Return one object; `NotFoundError` where it is not there."""
        ...

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        """Return all objects of a kind; *labels* and *fields* are selectors in the API's words."""
        ...

    def heads(self, gvk: Gvk, namespace: str = "", *, labels: str = "") -> tuple[Manifest, ...]:
        """Return the ``metadata`` of all objects of a kind, without what they hold."""
        ...

    def names(
        self, gvk: Gvk, namespace: str = "", *, fields: str = "", pages: int = 1
    ) -> frozenset[str] | None:
        """Return the names of all objects of a kind, `None` where they take more than *pages*.

        A page has 500 of them, and is little work for the server.
        """
        ...

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """Create an object; `AlreadyExistsError` where its name is taken."""
        ...

    def replace(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        """Put *manifest* in the place of the object; a stale resourceVersion is a conflict."""
        ...

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
        """Change an object as *body* says and return it; *force* is for server-side apply."""
        ...

    def delete(
        self,
        id: ResourceId,
        *,
        propagation: str = "Background",
        uid: str = "",
        resource_version: str = "",
        dry_run: bool = False,
    ) -> None:
        """Begin to delete an object; it may stay until its finalizers are done.

        With *uid* or *resource_version* only that very object: `ConflictError` for another one.
        A *dry_run* only asks whether it would be.
        """
        ...

    def watch(
        self,
        gvk: Gvk,
        namespace: str = "",
        *,
        resource_version: str,
        labels: str = "",
        fields: str = "",
    ) -> Watch:
        """Follow the changes after *resource_version*."""
        ...

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
        """Read a container's log."""
        ...

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        """Ask for anything else: send and return JSON as the API speaks it."""
        ...
