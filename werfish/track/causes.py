"""What keeps a pod from being ready, by its own status, so that a person can act on it. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from werfish.errors import counted
from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.cause import Cause, Severity
from werfish.track.containers import (
    CONFIG_REASONS,
    PULL_REASONS,
    TERMINAL_REASONS,
    container_statuses,
    ended,
    is_up,
    last_end,
    spec_of,
    waiting_reason,
)
from werfish.track.scheduling import unschedulable

_MALFORMED = "invalid reference format"
"""What some runtimes say of a name that can be no image's, under a reason that sounds passing."""


def causes_of(pod: Manifest) -> tuple[Cause, ...]:
    """Return the troubles of *pod*, the worst first.

    Where the pod itself was ended (evicted, past its deadline), its containers ended for that.
    """
    found, own = [*_container_causes(pod), *_pod_causes(pod)], _own_end(pod)
    if own:
        ended = [replace(one, message=own) for one in found if one.exit_code is not None]
        name = fields.name_of(pod)
        others = [one for one in found if one.exit_code is None]
        found = [*(ended or [Cause(Severity.WAITING, own, name)]), *others]
    return tuple(sorted(found, key=lambda cause: -cause.severity))


def _own_end(pod: Manifest) -> str:
    """Return why the pod as a whole was ended, empty where its containers decided that."""
    status = fields.table(pod, "status")
    reason = fields.text(status, "reason")
    if fields.text(status, "phase") != "Failed" or not reason:
        return ""
    return ": ".join(filter(None, (reason, fields.text(status, "message"))))


def _container_causes(pod: Manifest) -> Iterator[Cause]:
    pod_name = fields.name_of(pod)
    for status in container_statuses(pod):
        if is_up(status):
            continue
        reason, name = waiting_reason(status), fields.text(status, "name")
        said = fields.text(status, "state", "waiting", "message")
        text = ": ".join(filter(None, (reason, said)))
        end = ended(status)
        code = fields.count(end, "exitCode")
        if reason in TERMINAL_REASONS or _MALFORMED in text:
            yield Cause(Severity.TERMINAL, text, pod_name, name)
        elif reason in PULL_REASONS | CONFIG_REASONS:
            yield Cause(Severity.BUDGETED, text, pod_name, name)
        elif reason == "RunContainerError":  # its command could not be started
            yield Cause(Severity.BUDGETED, text, pod_name, name, code or 128)
        elif end and (code or reason == "CrashLoopBackOff"):
            yield Cause(Severity.BUDGETED, _ending(pod, name, end), pod_name, name, code)
        elif last_end(status) and not fields.is_true(status, "ready"):
            yield _restarted(pod, status)


def _restarted(pod: Manifest, status: Fields) -> Cause:
    """Tell of the end of the instance before of a container that is up and not ready."""
    name, last = fields.text(status, "name"), last_end(status)
    times = fields.count(status, "restartCount")
    text = f"restarted {counted(times, 'time')}, last {_ending(pod, name, last)}"
    code = fields.count(last, "exitCode")
    return Cause(Severity.WAITING, text, fields.name_of(pod), name, code, in_previous=True)


def _ending(pod: Manifest, container: str, end: Fields) -> str:
    text, reason = f"exit code {fields.count(end, 'exitCode')}", fields.text(end, "reason")
    if reason == "OOMKilled":
        limit = fields.text(spec_of(pod, container), "resources", "limits", "memory")
        of_limit = f" of {limit}" if limit else ""
        text += f", OOMKilled: it used more memory than its limit{of_limit}"
    elif reason not in ("Error", "Completed", ""):
        text += f", {reason}"
    message = fields.text(end, "message")
    return f"{text}: {message}" if message else text


def _pod_causes(pod: Manifest) -> Iterator[Cause]:
    status, name = fields.table(pod, "status"), fields.name_of(pod)
    for condition in fields.tables(status, "conditions"):
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            yield Cause(Severity.WAITING, unschedulable(pod, condition), name)
        elif condition.get("type") == "DisruptionTarget" and condition.get("status") == "True":
            told = (fields.text(condition, "reason"), fields.text(condition, "message"))
            yield Cause(Severity.WAITING, f"evicted: {': '.join(filter(None, told))}", name)
