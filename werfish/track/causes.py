"""What keeps a pod from being ready, named so that a person can act on it. Pure.

Three classes. *Terminal*: it cannot get better by waiting. *Budgeted*: it may, a few times.
*Waiting*: something outside may still happen (a node, a quota); it is shown from the first second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from werfish.kube.resource import Manifest


class Severity(IntEnum):
    """How bad a cause is; the worst one is told first."""

    WAITING = 0
    BUDGETED = 1
    TERMINAL = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """One trouble: where it is and, for a container that ended, with which exit code.

    *in_previous* says that the log of the container's previous instance shows it.
    """

    severity: Severity
    message: str = field(compare=False)
    pod: str = ""
    container: str = ""
    exit_code: int | None = None
    in_previous: bool = False

    def __str__(self) -> str:
        """Write where and what: ``Pod/web-1, container "app": exit code 1``."""
        where = [f"Pod/{self.pod}"] if self.pod else []
        where += [f'container "{self.container}"'] if self.container else []
        return ": ".join(filter(None, (", ".join(where), self.message)))


TERMINAL_REASONS = frozenset({"InvalidImageName", "ErrImageNeverPull"})
_MALFORMED = "invalid reference format"
"""What some runtimes say of a name that can be no image's, under a reason that sounds passing."""
PULL_REASONS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError",
     "SignatureValidationFailed"}
)  # fmt: skip
CONFIG_REASONS = frozenset(
    {"CreateContainerConfigError", "CreateContainerError",
     "PreCreateHookError", "PreStartHookError", "PostStartHookError"}
)  # fmt: skip


def causes_of(pod: Manifest) -> tuple[Cause, ...]:
    """Return the troubles of *pod*, the worst first."""
    found = [*_container_causes(pod), *_pod_causes(pod)]
    return tuple(sorted(found, key=lambda cause: -cause.severity))


def container_statuses(pod: Manifest) -> Iterator[Mapping[str, Any]]:
    """Yield the statuses of all containers, in the order in which they start."""
    status = pod.get("status") or {}
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def is_unready(pod: Manifest) -> bool:
    """Tell whether *pod* runs, and a container of it runs without being ready."""
    is_running = (pod.get("status") or {}).get("phase") == "Running"
    return is_running and any(
        not status.get("ready") and "running" in (status.get("state") or {})
        for status in container_statuses(pod)
    )


def ended(status: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how the container ended that is dead now; empty while one runs or never ran."""
    state = status.get("state") or {}
    if "running" in state:
        return {}
    return state.get("terminated") or (status.get("lastState") or {}).get("terminated") or {}


def _container_causes(pod: Manifest) -> Iterator[Cause]:
    for status in container_statuses(pod):
        waiting = (status.get("state") or {}).get("waiting") or {}
        reason = str(waiting.get("reason") or "")
        text = ": ".join(filter(None, (reason, str(waiting.get("message") or ""))))
        name, container = pod["metadata"]["name"], status["name"]
        end = ended(status)
        if reason in TERMINAL_REASONS or _MALFORMED in text:
            yield Cause(Severity.TERMINAL, text, name, container)
        elif reason in PULL_REASONS | CONFIG_REASONS:
            yield Cause(Severity.BUDGETED, text, name, container)
        elif reason == "RunContainerError":  # its command could not be started
            code = int(end.get("exitCode") or 128)
            yield Cause(Severity.BUDGETED, text, name, container, code)
        elif end and (end.get("exitCode") or reason == "CrashLoopBackOff"):
            code = int(end.get("exitCode") or 0)
            yield Cause(Severity.BUDGETED, _ending(pod, container, end), name, container, code)
        elif _restarted(status):
            last = status["lastState"]["terminated"]
            yield Cause(
                Severity.WAITING,
                f"restarted {status['restartCount']} times, last {_ending(pod, container, last)}",
                name,
                container,
                int(last.get("exitCode") or 0),
                in_previous=True,
            )


def _restarted(status: Mapping[str, Any]) -> bool:
    last = (status.get("lastState") or {}).get("terminated")
    return bool(last) and not status.get("ready")


def _ending(pod: Manifest, container: str, end: Mapping[str, Any]) -> str:
    text = f"exit code {end.get('exitCode') or 0}"
    if end.get("reason") == "OOMKilled":
        limit = _memory_limit(pod, container)
        text += f", OOMKilled: it used more memory than its limit{limit}"
    elif end.get("reason") not in ("Error", "Completed", None):
        text += f", {end['reason']}"
    message = str(end.get("message") or "").strip()
    return f"{text}: {message}" if message else text


def _memory_limit(pod: Manifest, container: str) -> str:
    spec = pod.get("spec") or {}
    for one in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        if one["name"] == container:
            limit = ((one.get("resources") or {}).get("limits") or {}).get("memory")
            return f" of {limit}" if limit else ""
    return ""


def _pod_causes(pod: Manifest) -> Iterator[Cause]:
    status = pod.get("status") or {}
    name = pod["metadata"]["name"]
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            reason, message = condition.get("reason") or "", condition.get("message") or ""
            yield Cause(Severity.WAITING, f"{reason}: {message}", name)
    if status.get("phase") == "Failed" and status.get("reason"):
        text = ": ".join(filter(None, (status["reason"], status.get("message") or "")))
        yield Cause(Severity.WAITING, text, name)
