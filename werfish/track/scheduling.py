"""Why no node takes a pod, with the part of its spec that is too much to ask. Pure.

Source of the words: kubernetes/pkg/scheduler/framework/plugins.
"""

import re
from collections.abc import Iterator, Mapping

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.containers import specs

_TAIL = re.compile(r"\.?( no new claims to deallocate,| not found)?( preemption:.*)?$", re.DOTALL)
"""What the scheduler tried besides: it says nothing of the constraint."""
_INSUFFICIENT = "Insufficient "
_UNBOUND = ("unbound immediate PersistentVolumeClaims", "persistentvolumeclaim")


def unschedulable(pod: Manifest, condition: Fields) -> str:
    """Return what the scheduler says in *condition*, and what of *pod* it speaks of."""
    reason, message = fields.text(condition, "reason"), fields.text(condition, "message")
    said = _TAIL.sub("", message, count=1)
    if reason == "SchedulingGated":
        gates = [fields.text(one, "name") for one in fields.tables(pod, "spec", "schedulingGates")]
        said = ": ".join(filter(None, (said, ", ".join(gates))))
    asked = "; ".join(_asked(pod, said))
    text = ": ".join(filter(None, (reason, said)))
    return f"{text} ({asked})" if asked else text


def waits_for_claims(message: str) -> bool:
    """Tell whether the scheduler speaks of claims for volumes."""
    return any(word in message for word in _UNBOUND)


def claims_of(pod: Manifest) -> tuple[str, ...]:
    """Return the names of the claims that *pod* mounts."""
    volumes = fields.tables(pod, "spec", "volumes")
    found = (fields.text(one, "persistentVolumeClaim", "claimName") for one in volumes)
    return tuple(filter(None, found))


def _asked(pod: Manifest, said: str) -> Iterator[str]:
    for part in said.split(_INSUFFICIENT)[1:]:
        resource = part.split(",")[0].split(". ")[0].rstrip(" .")
        amounts = [_requested(one, resource) for one in specs(pod)]
        if any(amounts):
            yield f"it requests {resource} {' + '.join(filter(None, amounts))}"
    selector = fields.table(pod, "spec", "nodeSelector")
    if "affinity/selector" in said:
        if selector:
            yield f"its nodeSelector is {_pairs(selector)}"
        yield from (f"its node affinity wants {term}" for term in _affinity(pod) if term)
    if waits_for_claims(said) and claims_of(pod):
        yield f"its claims are {', '.join(claims_of(pod))}"
    if "free ports" in said:
        ports = [fields.text(port, "hostPort") for one in specs(pod)
                 for port in fields.tables(one, "ports")]  # fmt: skip
        yield f"its host ports are {', '.join(filter(None, ports))}"


def _affinity(pod: Manifest) -> Iterator[str]:
    """Yield what the nodes of *pod* must be; of several terms one is enough."""
    place = ("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    terms = fields.tables(pod, "spec", "affinity", *place)
    yield " or ".join(" and ".join(_expressions(term)) for term in terms)


def _expressions(term: Fields) -> Iterator[str]:
    for place in ("matchExpressions", "matchFields"):
        for one in fields.tables(term, place):
            values = ", ".join(fields.texts(one, "values"))
            yield " ".join(filter(None, (fields.text(one, "key"), fields.text(one, "operator"),
                                         values)))  # fmt: skip


def _requested(container: Fields, resource: str) -> str:
    resources = fields.table(container, "resources")
    requested = fields.text(resources, "requests", resource)
    return requested or fields.text(resources, "limits", resource)


def _pairs(selector: Mapping[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in selector.items())
