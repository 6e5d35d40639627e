"""What happens to a release while it is deployed and followed, for programs and reports. Pure.

Law: whoever observes cannot change what happens; every event is told once, when it happens.
"""

from collections.abc import Sequence
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.kube.resource import ResourceId
from werfish.track.cause import Cause
from werfish.track.verdict import Readiness, Verdict


@dataclass(frozen=True, slots=True)
class RevisionBegan:
    """A revision of a release is on record; *operation* is ``install``, ``upgrade``, ``rollback``.

    What came before in the same run is over: it failed, and this is the return from it.
    """

    release: str
    namespace: str
    revision: int
    operation: str


@dataclass(frozen=True, slots=True)
class Planned:
    """An object is to be created, updated or deleted (*action*), or stays as it is (``none``).

    *created* is the time of the one that stays, as the cluster writes it.
    """

    id: ResourceId
    action: str
    created: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The cluster has taken a change of an object; *action* is as in `Planned`."""

    id: ResourceId
    action: str
    is_hook: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A change of an object could not be made, for what *problem* says; it may be tried again."""

    id: ResourceId
    problem: str
    is_hook: bool = False


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The verdict on a resource, or its message, is another; *created* is the object's own time."""

    id: ResourceId
    readiness: Readiness
    created: str = ""


@dataclass(frozen=True, slots=True)
class LineLogged:
    """A container of a pod wrote a line."""

    namespace: str
    pod: str
    container: str
    line: str


@dataclass(frozen=True, slots=True)
class EventSeen:
    """Kubernetes tells something *about* an object that serves the resource *id*."""

    id: ResourceId
    about: str
    type: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A wait is over: *count* resources are ready, or they are not for what *problem* says.

    *culprit*, *cause* and *log* say which resource has failed and what shows it. *lacking* are
    those that were not ready when the time was over.
    """

    verdict: Verdict
    count: int
    seconds: float
    problem: str = ""
    culprit: ResourceId | None = None
    cause: Cause | None = None
    log: tuple[str, ...] = ()
    lacking: tuple[tuple[ResourceId, str], ...] = ()


Event = (
    RevisionBegan | Planned | Written | Refused | StateChanged | LineLogged | EventSeen | Decided
)


class Observer(Protocol):
    """Is told of events, from any thread; it must be quick, and raise nothing."""

    def note(self, event: Event) -> None:
        """Take *event* in."""
        ...


class Observers:
    """Several observers as one; without any, nobody. Satisfies `Observer`."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        """Tell *observers*, in their order."""
        self._observers = tuple(observers)

    def note(self, event: Event) -> None:
        """Tell everyone of *event*."""
        for one in self._observers:
            one.note(event)


NOBODY = Observers()
