"""The verdict on one resource from all that is known of it: its status, its pods, its budget.

Pure. Ready beats everything; then what is final; then the budget; else it waits, and the message
names the worst trouble.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.resource import Manifest, Resource
from werfish.track.annotations import TrackingOptions
from werfish.track.budget import Ledger, with_events, with_pod
from werfish.track.cause import Cause, Severity
from werfish.track.causes import causes_of
from werfish.track.kinds.pvc import waits_for_consumer
from werfish.track.probes import with_probes
from werfish.track.readiness import BUILT_IN, readiness_of
from werfish.track.told import claim_causes, creation_causes, killed_by, own_causes, pod_causes
from werfish.track.verdict import Readiness, Verdict, failed, ready, waiting

CLAIM = "PersistentVolumeClaim"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: *pods* of the present revision, *warnings* about them or the resource.

    *claims* are events about claims for volumes; *has_status*: the kind's schema has a status.
    """

    live: Manifest = field(hash=False)
    pods: Sequence[Manifest] = field(default=(), hash=False)
    replica_set: Manifest | None = field(default=None, hash=False)
    warnings: Sequence[Manifest] = field(default=(), hash=False)
    claims: Sequence[Manifest] = field(default=(), hash=False)
    has_status: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the troubles behind it (the worst first) and the errors counted so far."""

    readiness: Readiness
    causes: tuple[Cause, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)


def judge(resource: Resource, options: TrackingOptions, facts: Facts, ledger: Ledger) -> Judgement:
    """Return the verdict on *resource*; *ledger* is the one of its last judgement."""
    readiness = _readiness(resource, options, facts)
    if readiness.verdict is Verdict.READY:
        return Judgement(readiness, (), ledger)
    if _wants_no_pods(facts.live):
        facts = replace(facts, pods=())  # those that are still there are on their way out
    crashes = resource.id.gvk.kind != "Job" or options.failures_allowed is not None
    for pod in facts.pods:
        ledger = with_pod(ledger, pod, crashes=crashes)
        ledger = with_probes(ledger, pod, _about(facts.warnings, [pod]), options.probes_ignored)
    ledger = with_events(ledger, _about(facts.warnings, facts.pods))
    causes = tuple(sorted(_causes(facts), key=lambda cause: -cause.severity))
    if readiness.verdict is Verdict.WAITING:
        readiness = _with_causes(readiness, causes, ledger, _allowed(facts, options))
    return Judgement(readiness, causes, ledger)


def is_doubtful(resource: Resource, live: Manifest, first: Manifest) -> bool:
    """Tell whether a failure may be of an earlier spec.

    It may where a custom resource does not say of which spec its status speaks, and the status
    is still what it was at the *first* look.
    """
    if resource.id.gvk.group in BUILT_IN or fields.has(live, "status", "observedGeneration"):
        return False
    status = fields.value(live, "status")  # without one, the failure is in the spec itself
    return bool(status) and status == fields.value(first, "status")


def _readiness(resource: Resource, options: TrackingOptions, facts: Facts) -> Readiness:
    gvk, live = resource.id.gvk, facts.live
    found = readiness_of(gvk, live, resource.manifest, options.rule, has_status=facts.has_status)
    if found.verdict is Verdict.WAITING and gvk.kind == CLAIM:
        own = [one for one in facts.claims if _subject(one) == fields.uid_of(live)]
        if waits_for_consumer(live, own):
            return ready("to be bound when a pod uses it")
    return found


def _with_causes(
    readiness: Readiness, causes: Sequence[Cause], ledger: Ledger, allowed: int
) -> Readiness:
    if not causes:
        return readiness
    worst, errors = causes[0], len(ledger.errors)
    if worst.severity is Severity.TERMINAL:
        return failed(str(worst))
    if errors > allowed:
        return failed(f"{worst} (errors: {errors}, allowed: {allowed})")
    is_told = worst.message in readiness.message
    message = readiness.message if is_told else f"{readiness.message}; {worst}"
    return waiting(message, settles=readiness.settles)


def _wants_no_pods(live: Manifest) -> bool:
    return fields.count(live, "spec", "replicas", default=1) == 0


def _allowed(facts: Facts, options: TrackingOptions) -> int:
    """Return how many errors the resource may have: a number for each of its replicas."""
    per_replica = 1 if options.failures_allowed is None else options.failures_allowed
    nodes = fields.count(facts.live, "status", "desiredNumberScheduled")
    replicas = nodes or fields.count(facts.live, "spec", "replicas", default=1)
    return per_replica * max(replicas, 1)


def _causes(facts: Facts) -> Iterator[Cause]:
    owner = facts.replica_set or facts.live
    about_it = _about(facts.warnings, [owner, facts.live])
    yield from creation_causes(owner, about_it)
    if not facts.pods and not fields.has(facts.live, "spec", "template"):
        own = [one for one in facts.claims if _subject(one) == fields.uid_of(facts.live)]
        yield from own_causes(facts.live, about_it)
        yield from (Cause(Severity.WAITING, fields.text(one, "message")) for one in own[-1:])
    for pod in facts.pods:
        yield from _pod_causes(pod, facts)


def _pod_causes(pod: Manifest, facts: Facts) -> Iterator[Cause]:
    warnings, found = _about(facts.warnings, [pod]), causes_of(pod)
    if fields.text(pod, "status", "phase") in ("", "Pending"):
        yield from claim_causes(pod, facts.claims)
    for cause in found:
        said = killed_by(cause.container, warnings) if cause.exit_code is not None else ""
        yield replace(cause, message=f"{cause.message}; {said}") if said else cause
    if not found:
        yield from pod_causes(pod, warnings)


def _about(warnings: Sequence[Manifest], objects: Sequence[Manifest]) -> list[Manifest]:
    if not warnings:
        return []
    uids = {fields.uid_of(manifest) for manifest in objects}
    return [event for event in warnings if _subject(event) in uids]


def _subject(event: Manifest) -> str:
    return fields.text(event, "involvedObject", "uid")
