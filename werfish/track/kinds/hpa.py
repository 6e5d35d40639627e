"""A HorizontalPodAutoscaler is ready when it is able to scale and knows its metrics.

One that its target's zero replicas switch off is ready too. Where only metrics are missing it is
waited for a minute: new pods have none so soon, and some clusters never.
"""

import json

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    because,
    condition,
    failed,
    is_outdated,
    ready,
    waiting,
)

METRICS_SECONDS = 60.0
_FINAL = frozenset({"InvalidSelector", "InvalidMetricSourceType", "AmbiguousSelector"})
_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"


def hpa(live: Manifest) -> Readiness:
    """Judge an autoscaler by its conditions; in ``v1`` they stand in an annotation."""
    if is_outdated(live):
        return waiting(NOT_OBSERVED)
    able, active = (_condition(live, type) for type in ("AbleToScale", "ScalingActive"))
    for found in (able, active):
        if found.get("status") == "False" and found.get("reason") in _FINAL:
            return failed(because(found))
    if able.get("status") != "True":
        return waiting(because(able) or "its controller has not looked at its target yet")
    if active.get("status") == "True" or active.get("reason") == "ScalingDisabled":
        return ready(because(active))
    message = because(active) or "its controller has not read its metrics yet"
    return waiting(message, settles=METRICS_SECONDS)


def _condition(live: Manifest, type: str) -> Fields:
    try:
        written = json.loads(fields.annotation(live, _CONDITIONS) or "[]")
    except (ValueError, RecursionError):
        written = []
    told = (one for one in fields.tables({"all": written}, "all") if one.get("type") == type)
    return condition(live, type) or next(told, {})
