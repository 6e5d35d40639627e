"""What events tell of troubles that no status shows: refusals, mounts, probes, claims. Pure."""

from collections.abc import Iterator, Sequence

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.budget import container_of
from werfish.track.cause import Cause, Severity
from werfish.track.containers import is_unready
from werfish.track.refusals import refusal
from werfish.track.scheduling import claims_of
from werfish.track.verdict import because, condition

KILLING_PROBES = ("Liveness probe", "Startup probe")
_HOOK_FAILED = "FailedPostStartHook"


def creation_causes(owner: Manifest, events: Sequence[Manifest]) -> Iterator[Cause]:
    """Yield why the pods of *owner* are not even created; *events* are about it."""
    failure = condition(owner, "ReplicaFailure")
    if failure.get("status") == "True":
        yield refusal(fields.text(failure, "reason"), fields.text(failure, "message"))
        return
    refused = [event for event in events if event.get("reason") == "FailedCreate"]
    if refused:
        yield refusal("FailedCreate", fields.text(refused[-1], "message"))


def own_causes(live: Manifest, events: Sequence[Manifest]) -> Iterator[Cause]:
    """Yield the last warning about a resource that has no pods."""
    warnings = [event for event in events if event.get("type") != "Normal"]
    if warnings:
        yield Cause(Severity.WAITING, because(warnings[-1]))


def pod_causes(pod: Manifest, events: Sequence[Manifest]) -> Iterator[Cause]:
    """Yield what *events* about *pod* tell where its status names no trouble."""
    if fields.text(pod, "status", "phase") in ("", "Pending"):
        if events:
            yield Cause(Severity.WAITING, because(events[-1]), fields.name_of(pod))
        return
    said = [event for event in events if event.get("reason") == "Unhealthy"]
    if said and is_unready(pod):
        container = container_of(said[-1])
        yield Cause(Severity.WAITING, because(said[-1]), fields.name_of(pod), container)


def killed_by(container: str, events: Sequence[Manifest]) -> str:
    """Return what was said last for which kubelet kills *container*: by a probe or a hook of it."""
    for event in reversed(events):
        message, reason = fields.text(event, "message"), event.get("reason")
        is_probe = reason == "Unhealthy" and message.startswith(KILLING_PROBES)
        if (is_probe or reason == _HOOK_FAILED) and container_of(event) == container:
            return message if is_probe else because(event)
    return ""


def claim_causes(pod: Manifest, events: Sequence[Manifest]) -> Iterator[Cause]:
    """Yield why the claims of *pod* are not bound; *events* may be about any claims."""
    for claim in claims_of(pod):
        said = [event for event in events if fields.text(event, "involvedObject", "name") == claim]
        if said and said[-1].get("reason") != "WaitForFirstConsumer":
            text = f"PersistentVolumeClaim/{claim}: {because(said[-1])}"
            yield Cause(Severity.WAITING, text, fields.name_of(pod))
