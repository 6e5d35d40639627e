"""Who observes is told of each resource whose change could not be made."""

from collections.abc import Iterator
from contextlib import contextmanager

from werfish.errors import WerfishError
from werfish.kube.errors import ApiError
from werfish.kube.resource import ResourceId
from werfish.track.events import Observer, Refused


@contextmanager
def refusal_told(observer: Observer, id: ResourceId, *, is_hook: bool = False) -> Iterator[None]:
    """Tell *observer* where the change of *id* in the block could not be made, and why."""
    try:
        yield
    except WerfishError as error:
        problem = error.problem if isinstance(error, ApiError) else str(error)
        observer.note(Refused(id, problem, is_hook))
        raise
