"""A DaemonSet is ready when every node that wants its pod has a new, available one.

With ``partition`` (OpenKruise) so many pods stay old. With ``OnDelete`` old pods are people's to
replace: they are reported and not waited for, but where some are new already somebody is at it,
and it waits a while.
"""

import re

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_stale, ready, waiting

HAND_SECONDS = 30.0
"""How long people may take from one pod to the next."""


def daemonset(live: Manifest) -> Readiness:
    """Judge a DaemonSet by its own status."""
    if is_stale(live) or not fields.has(live, "status", "desiredNumberScheduled"):
        return waiting(NOT_OBSERVED)
    desired = fields.count(live, "status", "desiredNumberScheduled")
    updated = fields.count(live, "status", "updatedNumberScheduled")
    current = fields.count(live, "status", "currentNumberScheduled", default=desired)
    available = fields.count(live, "status", "numberAvailable")
    available = min(available, fields.count(live, "status", "numberReady", default=available))
    promised = _promised(live, desired)
    if updated < promised:
        return waiting(f"{updated} of {promised} pods updated")
    if min(current, available) < desired:
        return waiting(f"{min(current, available)} of {desired} pods available")
    if 0 < updated < desired and promised == 0:
        return waiting(f"{updated} of {desired} pods replaced by hand", settles=HAND_SECONDS)
    if updated < desired:
        return ready(f"{desired} pods available, {desired - updated} of them old by strategy")
    return ready(f"{desired} of {desired} pods updated and available")


def _promised(live: Manifest, desired: int) -> int:
    """Return how many pods are to be new: OpenKruise's ``partition`` says how many stay old."""
    strategy = fields.table(live, "spec", "updateStrategy")
    if (fields.text(strategy, "type") or "RollingUpdate") != "RollingUpdate":
        return 0
    partition = fields.text(strategy, "rollingUpdate", "partition")
    share, percent, _ = partition.partition("%")
    number = int(share) if re.fullmatch(r"\d{1,9}", share) else 0
    old = -(-desired * number // 100) if percent else number
    return max(desired - old, 0)
