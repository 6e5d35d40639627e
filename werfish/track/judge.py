"""The verdict on one resource from all that is known of it: its status, its pods, its budget.

Pure. Ready beats everything; then what is final; then the budget; else it waits, and the message
names the worst trouble.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from werfish.kube.resource import Manifest, Resource
from werfish.track.annotations import TrackingOptions
from werfish.track.budget import Ledger, container_of, with_events, with_pod
from werfish.track.causes import Cause, Severity, causes_of, is_unready
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Readiness, Verdict, because, condition, failed, waiting


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: *pods* of the present revision, *warnings* about them or the resource."""

    live: Manifest = field(hash=False)
    pods: Sequence[Manifest] = field(default=(), hash=False)
    replica_set: Manifest | None = field(default=None, hash=False)
    warnings: Sequence[Manifest] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the troubles behind it (the worst first) and the errors counted so far."""

    readiness: Readiness
    causes: tuple[Cause, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)


def judge(resource: Resource, options: TrackingOptions, facts: Facts, ledger: Ledger) -> Judgement:
    """Return the verdict on *resource*; *ledger* is the one of its last judgement."""
    kind = resource.id.gvk.kind
    readiness = readiness_of(resource.id.gvk, facts.live, resource.manifest)
    if readiness.verdict is Verdict.READY:
        return Judgement(readiness, (), ledger)
    crashes = kind != "Job" or options.failures_allowed is not None
    for pod in facts.pods:
        ledger = with_pod(ledger, pod, crashes=crashes)
    ledger = with_events(ledger, _about(facts.warnings, facts.pods))
    causes = tuple(sorted(_causes(facts), key=lambda cause: -cause.severity))
    if readiness.verdict is Verdict.FAILED:
        return Judgement(readiness, causes, ledger)
    return Judgement(_with_causes(readiness, causes, ledger, _allowed(facts, options)), causes,
                     ledger)  # fmt: skip


def _with_causes(
    readiness: Readiness, causes: Sequence[Cause], ledger: Ledger, allowed: int
) -> Readiness:
    if not causes:
        return readiness
    worst = causes[0]
    if worst.severity is Severity.TERMINAL:
        return failed(str(worst))
    errors = len(ledger.errors)
    if errors > allowed:
        return failed(f"{worst} (errors: {errors}, allowed: {allowed})")
    return waiting(f"{readiness.message}; {worst}")


def _allowed(facts: Facts, options: TrackingOptions) -> int:
    """Return how many errors the resource may have: a number for each of its replicas."""
    per_replica = 1 if options.failures_allowed is None else options.failures_allowed
    spec, status = facts.live.get("spec") or {}, facts.live.get("status") or {}
    replicas = status.get("desiredNumberScheduled") or spec.get("replicas", 1)
    return per_replica * max(int(replicas), 1)


def _causes(facts: Facts) -> Iterator[Cause]:
    yield from _creation_causes(facts)
    for pod in facts.pods:
        found = causes_of(pod)
        yield from found
        warnings = _about(facts.warnings, [pod])
        if not found and warnings and _is_pending(pod):
            yield Cause(Severity.WAITING, because(warnings[-1]), pod["metadata"]["name"])
        elif not found:
            yield from _probe_causes(pod, warnings)


def _probe_causes(pod: Manifest, warnings: Sequence[Manifest]) -> Iterator[Cause]:
    """Yield what the probes of a running pod that is not ready last said."""
    said = [event for event in warnings if event.get("reason") == "Unhealthy"]
    if said and is_unready(pod):
        container = container_of(said[-1])
        yield Cause(Severity.WAITING, because(said[-1]), pod["metadata"]["name"], container)


def _creation_causes(facts: Facts) -> Iterator[Cause]:
    """Yield why pods are not even created: a quota, an admission webhook, a bad template."""
    owner = facts.replica_set or facts.live
    failure = condition(owner, "ReplicaFailure")
    if failure.get("status") == "True":
        yield Cause(Severity.WAITING, because(failure))
        return
    refused = [
        event
        for event in _about(facts.warnings, [facts.live])
        if event.get("reason") == "FailedCreate"
    ]
    if refused:
        yield Cause(Severity.WAITING, because(refused[-1]))


def _about(warnings: Sequence[Manifest], objects: Sequence[Manifest]) -> list[Manifest]:
    uids = {manifest["metadata"]["uid"] for manifest in objects}
    return [event for event in warnings if event["involvedObject"].get("uid") in uids]


def _is_pending(pod: Manifest) -> bool:
    return bool((pod.get("status") or {}).get("phase", "Pending") == "Pending")
