"""Why a controller could not create a pod: who refused it. Pure.

A quota, a webhook or a policy may let it pass later; a pod that is no valid pod never passes.
Source of the words: kubernetes' admission plugins and apiserver/pkg/admission/plugin/webhook.
"""

import re

from werfish.track.cause import Cause, Severity

_WORDS: tuple[tuple[str, str], ...] = (
    (r'failed calling webhook "(?P<name>[^"]+)"', 'webhook "{name}" does not answer'),
    (r'admission webhook "(?P<name>[^"]+)" denied', 'webhook "{name}" refused it'),
    (r"exceeded quota: (?P<name>[^,\s]+)", 'quota "{name}" is used up'),
    (r"failed quota: (?P<name>[^:,\s]+)", 'quota "{name}" wants limits and requests to be stated'),
    (r'violates PodSecurity "(?P<name>[^"]+)"', 'policy "{name}" of the namespace forbids it'),
    (r"ValidatingAdmissionPolicy '(?P<name>[^']+)'", 'policy "{name}" forbids it'),
    (r'serviceaccount "(?P<name>[^"]+)" not found', 'its service account "{name}" is missing'),
    (r"error looking up service account \S+?/(?P<name>[^:\s]+)",
     'its service account "{name}" is missing'),
    (r"(?:maximum|minimum) (?P<name>\S+) usage per", "a LimitRange forbids its {name}"),
    (r"no PriorityClass with name (?P<name>\S+)", 'its priority class "{name}" is missing'),
)  # fmt: skip
_INVALID = re.compile(r'(?:Pod|Job\.batch|PersistentVolumeClaim) "[^"]*" is invalid:')


def refusal(reason: str, message: str) -> Cause:
    """Return the cause that *message* of an event or a condition tells of."""
    said = ": ".join(filter(None, (reason, message)))
    if _INVALID.search(message):
        return Cause(Severity.TERMINAL, f"its template makes no valid pod: {said}")
    for pattern, words in _WORDS:
        found = re.search(pattern, message)
        if found:
            return Cause(Severity.WAITING, f"{words.format(name=found['name'])}: {said}")
    return Cause(Severity.WAITING, said)
