"""One LIST and WATCH in a thread of its own, resumed whatever happens to its connection.

Law: what a feed tells is complete; after a gap it lists again, and the listing says what is gone.
Closing it never waits for the thread.
"""

import threading
from collections.abc import Callable
from dataclasses import field
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.errors import WerfishError
from werfish.kube.cluster import EventType, Listing, Watch, WatchEvent
from werfish.kube.errors import ApiError, BusyError, GoneError, UnreachableError
from werfish.kube.resource import Gvk, Manifest

PATIENCE = 10
"""Failed attempts in a row after which a feed gives up; the pauses between them sum to 30 s."""
LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects a feed follows; the selectors are in the API's words."""

    gvk: Gvk
    namespace: str
    labels: str = ""
    fields: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a feed has now, instead of what it had."""

    feed: Selection
    items: tuple[Manifest, ...] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One event of a feed."""

    feed: Selection
    event: WatchEvent


@dataclass(frozen=True, slots=True)
class Broken:
    """A feed that gave up, and why."""

    feed: Selection
    error: Exception


News = Snapshot | Change | Broken


class Watched(Protocol):
    """The part of a cluster that feeds need."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        """Return the objects that the selectors mean."""
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
        """Follow their changes."""
        ...


class Feed:
    """A thread that calls *tell* with everything that happens to the objects of a selection."""

    def __init__(
        self, cluster: Watched, selection: Selection, tell: Callable[[News], None]
    ) -> None:
        """Begin to follow *selection*."""
        self._cluster = cluster
        self._selection = selection
        self._tell = tell
        self._closed = threading.Event()
        self._watch: Watch | None = None
        self._lock = threading.Lock()
        self._failures = 0
        name = f"watch {selection.gvk.kind} {selection.namespace}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def close(self) -> None:
        """End the feed; the thread ends by itself."""
        with self._lock:
            self._closed.set()
            watch = self._watch
        if watch is not None:
            watch.close()

    def _run(self) -> None:
        version = ""
        try:
            while not self._closed.is_set():
                version = self._step(version)
        except Exception as error:  # noqa: BLE001 - handed to the thread that can raise it
            self._report(Broken(self._selection, error))

    def _step(self, version: str) -> str:
        """List where there is no *version*, else watch; return the version to go on from."""
        try:
            if not version:
                version = self._listed()
                self._failures = 0
                return version
            return self._watched(version)
        except GoneError:
            return ""
        except (UnreachableError, BusyError, ApiError) as error:
            self._pause(error)
            return ""

    def _listed(self) -> str:
        chosen = self._selection
        listing = self._cluster.list(
            chosen.gvk, chosen.namespace, labels=chosen.labels, fields=chosen.fields
        )
        self._report(Snapshot(chosen, listing.items))
        return listing.resource_version

    def _watched(self, version: str) -> str:
        chosen = self._selection
        watch = self._cluster.watch(
            chosen.gvk,
            chosen.namespace,
            resource_version=version,
            labels=chosen.labels,
            fields=chosen.fields,
        )
        if not self._keep(watch):
            return version
        began = version
        try:
            for event in watch:
                version = str(event.object["metadata"].get("resourceVersion") or version)
                self._failures = 0
                if event.type is not EventType.BOOKMARK:
                    self._report(Change(chosen, event))
        except UnreachableError:
            pass  # a broken connection: go on from the last version
        finally:
            watch.close()
        if version == began:
            self._closed.wait(0.1)
        return version

    def _keep(self, watch: Watch) -> bool:
        with self._lock:
            self._watch = watch
            is_open = not self._closed.is_set()
        if not is_open:
            watch.close()
        return is_open

    def _pause(self, error: WerfishError) -> None:
        """Wait before the next attempt; a refusal that time does not mend is raised at once."""
        self._failures += 1
        is_passing = not isinstance(error, ApiError) or error.status in (429, 500, 502, 503, 504)
        if not is_passing or self._failures >= PATIENCE:
            raise error
        self._closed.wait(min(0.2 * 2**self._failures, LONGEST_PAUSE))

    def _report(self, news: News) -> None:
        if not self._closed.is_set():
            self._tell(news)
