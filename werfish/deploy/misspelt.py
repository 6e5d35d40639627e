"""Annotations of ours that are misspelt: they would say nothing, without a word. Pure.

Only what is near to one that we know is told: others may be those of a newer werf.
"""

import difflib
from collections.abc import Iterator

from werfish.helm.manifests import Rendered
from werfish.kube.annotations import PREFIX

KNOWN = (
    "allow-adoption-by-release", "delete-policy", "delete-propagation", "deploy-on", "fail-mode",
    "failed-when", "failures-allowed-per-replica", "log-regex", "log-regex-skip",
    "no-activity-timeout", "ownership", "ready-when", "replicas-on-creation", "resource-policy",
    "set-replicas-only-on-creation", "set-resources-only-on-creation",
    "show-logs-only-for-containers", "show-logs-only-for-number-of-replicas", "show-logs-until",
    "show-service-messages", "skip-logs", "skip-logs-for-containers", "track-termination-mode",
    "weight",
)  # fmt: skip
STARTS = (
    "delete-dependency-", "deploy-dependency-", "ignore-readiness-probe-fails-for-",
    "log-regex-for-", "log-regex-skip-for-",
)  # fmt: skip
OTHERS = ("release-channel", "sensitive", "sensitive-paths", "version")
"""Those that are known to mean nothing here."""
_LIKENESS = 0.8


def misspelt_annotations(rendered: Rendered) -> Iterator[str]:
    """Say of each annotation that may be meant to be another one which, and where it stands."""
    for one in (*rendered.resources, *(hook.resource for hook in rendered.hooks)):
        for annotation in one.annotations:
            meant = _meant(annotation.removeprefix(PREFIX)) if annotation.startswith(PREFIX) else ""
            if meant:
                place = f' in "{one.source}"' if one.source else ""
                yield (
                    f'{one.id}{place}: annotation "{annotation}" means nothing;'
                    f' did you mean "{PREFIX}{meant}"?'
                )


def _meant(name: str) -> str:
    if name in (*KNOWN, *OTHERS) or name.startswith(STARTS):
        return ""
    found = difflib.get_close_matches(name, KNOWN, n=1, cutoff=_LIKENESS)
    return found[0] if found else ""
