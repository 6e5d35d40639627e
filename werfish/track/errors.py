"""How tracking ends when it does not end well."""

from collections.abc import Sequence

from werfish.errors import TrackError, counted
from werfish.kube.resource import ResourceId, names_of
from werfish.track.cause import Cause


class ResourceFailedError(TrackError):
    """A resource of the release will not become ready; *cause* is None where only it says so."""

    def __init__(
        self, resource: ResourceId, problem: str, *, cause: Cause | None, log: Sequence[str] = ()
    ) -> None:
        """Name the *resource*, its *problem* and the last lines of the *log* that shows it."""
        shown = f"\nlast lines of its log:\n{_indented(log)}" if log else ""
        super().__init__(f"track {resource}: {problem}{shown}", hint=_hint(resource, cause))
        self.resource = resource
        self.problem = problem
        self.cause = cause
        self.log = tuple(log)


class TrackTimeoutError(TrackError):
    """Resources were not ready in time; *waiting* tells what each still lacked."""

    def __init__(self, seconds: float, waiting: Sequence[tuple[ResourceId, str]]) -> None:
        """Name what was waited for, for how many *seconds*."""
        names = names_of(resource for resource, _ in waiting)
        lines = "\n".join(f"  {names[resource]}: {message}" for resource, message in waiting)
        resources = counted(len(waiting), "resource")
        super().__init__(
            f"track {resources}: not ready after {seconds:g} s\n{lines}",
            hint="give it longer with --timeout, or see what the lines say",
        )
        self.waiting = tuple(waiting)


class NotGoneError(TrackError):
    """Deleted resources were still there after a time; *present* tells what holds each up."""

    def __init__(self, seconds: float, present: Sequence[tuple[ResourceId, str]]) -> None:
        """Name what was waited for, for how many *seconds*."""
        lines = "\n".join(f"  {resource}: {message}" for resource, message in present)
        super().__init__(
            f"wait for deleted resources: {len(present)} still there after {seconds:g} s\n{lines}",
            hint="a finalizer waits for its controller: see whether that one runs",
        )
        self.present = tuple(present)


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _hint(resource: ResourceId, cause: Cause | None) -> str:
    if cause is None or not cause.pod:
        return f"see: kubectl -n {resource.namespace} describe {resource.gvk.kind} {resource.name}"
    return f"see: kubectl -n {resource.namespace} describe pod {cause.pod}"
