"""A PersistentVolumeClaim is ready when it is bound, and not about to be resized.

One whose class waits for the first pod that uses it stays pending without any: then nothing is
missing. The claim itself does not say so; `waits_for_consumer` reads it from its events.
"""

from collections.abc import Iterable

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, because, condition, failed, ready, waiting

_SELECTED = "volume.kubernetes.io/selected-node"
_RESIZING = ("ControllerResizeError", "NodeResizeError", "Resizing")


def pvc(live: Manifest) -> Readiness:
    """Judge a claim."""
    phase = fields.text(live, "status", "phase") or "Pending"
    if phase == "Lost":
        return failed("its volume is lost")
    if phase != "Bound":
        return waiting("not bound to a volume yet")
    for type in _RESIZING:
        if condition(live, type).get("status") == "True":
            return waiting(because(condition(live, type)) or "its volume is being resized")
    return ready("bound")


def waits_for_consumer(live: Manifest, events: Iterable[Manifest]) -> bool:
    """Tell whether a claim is unbound only because no pod uses it so far."""
    if fields.text(live, "status", "phase") not in ("", "Pending"):
        return False
    reasons = [fields.text(event, "reason") for event in events]
    return reasons[-1:] == ["WaitForFirstConsumer"] and not fields.annotation(live, _SELECTED)
