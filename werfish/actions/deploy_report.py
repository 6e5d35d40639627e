"""What a deploy did to each resource, and when: collected from events while it happens.

Law: whenever it is asked, also after an interruption in mid-way, it tells what is known so far.
"""

import threading
from collections.abc import Callable
from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.kube.resource import ResourceId
from werfish.track.cause import Cause
from werfish.track.events import (
    Decided,
    Event,
    Planned,
    Refused,
    RevisionBegan,
    StateChanged,
    Written,
)
from werfish.track.verdict import Readiness, Verdict


class Ending(StrEnum):
    """How the whole of it ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class State(StrEnum):
    """What became of one resource."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"
    DELETED = "deleted"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Entry:
    """One resource, with times in seconds since 1970.

    *created* is the object's own time, as the cluster writes it. *action* is empty where nobody
    meant to change it. *is_culprit*: it made the whole fail.
    """

    id: ResourceId
    action: str = ""
    is_hook: bool = False
    created: str = ""
    changed: float | None = None
    ready: float | None = None
    failed: float | None = None
    readiness: Readiness | None = None
    is_culprit: bool = False
    problem: str = ""
    cause: Cause | None = None
    log: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """What became of it; what nobody follows is ready when it is there."""
        is_written = self.changed is not None
        if self.action == "delete" and not self.is_culprit:
            return State.DELETED if is_written else State.SKIPPED
        if self.is_culprit:
            return State.FAILED
        if self.action in ("create", "update") and not is_written:
            return State.SKIPPED
        return State(self.readiness.verdict) if self.readiness else State.READY

    @property
    def reason(self) -> str:
        """Why it is as it is."""
        if self.state is State.SKIPPED:
            return "it was not reached"
        found = self.readiness
        if found and self.state is State.DELETED and found.verdict is Verdict.READY:
            found = None  # what it was before
        return self.problem or (found.message if found else "")


@dataclass(slots=True)
class DeployReport:
    """Collects the events of one run of *command*. Satisfies `Observer`; *now* is since 1970.

    What happens after a failure, to go back to what was before, is *returned_to* and no more.
    """

    command: str
    release: str
    namespace: str
    now: Callable[[], float]
    revision: int = 0
    returned_to: int = 0
    began: float = 0.0
    ended: float = 0.0
    ending: Ending = Ending.SUCCEEDED
    error: str = ""
    entries: dict[ResourceId, Entry] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin now."""
        self.began = self.now()

    def note(self, event: Event) -> None:
        """Take *event* in."""
        with self._lock:
            if isinstance(event, RevisionBegan):
                self._begin(event)
            elif not self.returned_to:
                self._note(event)

    def end(self, ending: Ending, error: str = "") -> None:
        """Take in how it ended, with the text of the *error* that ended it."""
        with self._lock:
            self.ending, self.error, self.ended = ending, error, self.now()

    def seconds_of(self, entry: Entry) -> float | None:
        """Return how long a resource took from its change, else from the beginning, to its end."""
        end = entry.failed if entry.state is State.FAILED else entry.ready
        begin = self.began if entry.changed is None else entry.changed
        return None if end is None else max(end - begin, 0.0)

    def _begin(self, event: RevisionBegan) -> None:
        if self.revision:
            self.returned_to = event.revision
        else:
            self.revision = event.revision

    def _note(self, event: Event) -> None:
        match event:
            case Planned(id=id, action=action, created=created):
                entry = self._entry(id)
                entry.action, entry.created = action, created
            case Written():
                self._write(event)
            case Refused(id=id, problem=problem, is_hook=is_hook):
                self._blame(id, problem)
                self._entry(id).is_hook = is_hook
            case StateChanged(id=id, readiness=readiness, created=created):
                entry = self._entry(id)
                entry.readiness, entry.created = readiness, created or entry.created
                entry.ready = self.now() if readiness.verdict is Verdict.READY else None
                entry.failed = self.now() if readiness.verdict is Verdict.FAILED else None
            case Decided():
                self._decide(event)
            case _:
                pass

    def _write(self, event: Written) -> None:
        entry = self._entry(event.id)
        entry.changed, entry.is_hook = self.now(), event.is_hook
        entry.action = event.action
        entry.is_culprit, entry.problem, entry.failed = False, "", None
        if event.is_hook:  # one that ran before, at another event of the release, begins anew
            entry.readiness, entry.created = None, ""
        entry.ready = None if event.action == "delete" else entry.changed

    def _decide(self, event: Decided) -> None:
        if event.culprit is not None:
            self._blame(event.culprit, event.problem)
            entry = self._entry(event.culprit)
            entry.cause, entry.log = event.cause, event.log
        for id, problem in event.lacking:
            is_going = self._entry(id).action == "delete"
            self._blame(id, f"{'still there' if is_going else 'not ready in time'}: {problem}")

    def _blame(self, id: ResourceId, problem: str) -> None:
        entry = self._entry(id)
        entry.is_culprit, entry.problem = True, problem
        entry.ready, entry.failed = None, entry.failed or self.now()

    def _entry(self, id: ResourceId) -> Entry:
        return self.entries.setdefault(id, Entry(id))
