"""The error that a resource's failure is: its worst trouble, and the log lines that show it."""

from werfish.kube.resource import ResourceId
from werfish.track.annotations import TrackingOptions
from werfish.track.errors import ResourceFailedError
from werfish.track.judge import Judgement
from werfish.track.logs import Logged, tail_of

LOG_LINES = 10


def failure_of(
    id: ResourceId, judgement: Judgement, options: TrackingOptions, cluster: Logged
) -> ResourceFailedError:
    """Return the error for a *judgement* that says failed; the log is read from *cluster*."""
    causes = judgement.causes
    cause = next((one for one in causes if one.exit_code is not None), next(iter(causes), None))
    problem = judgement.readiness.message
    shown: tuple[str, ...] = ()
    if cause is not None:
        is_told = str(cause) in problem or (bool(cause.message) and cause.message == problem)
        problem += "" if is_told else f"; {cause}"
        if cause.container and options.logs.has(cause.container):
            shown = tail_of(cluster, id.namespace, cause, LOG_LINES)
    return ResourceFailedError(id, problem, cause=cause, log=shown)
