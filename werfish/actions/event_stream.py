"""The events of a deploy as JSON documents, one a line: what ``--output json`` writes."""

import json
from typing import Any

from werfish.actions.deploy_report import DeployReport
from werfish.actions.report_facts import (
    Mask,
    cause_facts,
    facts_of,
    masked,
    resource_facts,
)
from werfish.deploy.record import time_text
from werfish.kube.resource import ResourceId
from werfish.track.events import (
    Decided,
    Event,
    EventSeen,
    LineLogged,
    Planned,
    Refused,
    RevisionBegan,
    StateChanged,
    Written,
)


def event_line(event: Event, now: float, mask: Mask) -> str:
    """Return the line for *event*, which happened *now*, in seconds since 1970."""
    return _line(now, mask, _facts(event))


def summary_line(report: DeployReport, mask: Mask) -> str:
    """Return the last line: how everything ended."""
    states = [str(entry.state) for entry in report.entries.values()]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    return _line(report.ended, mask, {"event": "summary", **facts_of(report), "states": counts})


def facts_line(kind: str, facts: dict[str, Any], now: float, mask: Mask) -> str:
    """Return a line of *facts* that no event carries."""
    return _line(now, mask, {"event": kind, **facts})


def _line(now: float, mask: Mask, facts: dict[str, Any]) -> str:
    document = masked({"time": time_text(now), **facts}, mask)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _facts(event: Event) -> dict[str, Any]:
    id: ResourceId | None = None
    kind, facts = "verdict", dict[str, Any]()
    match event:
        case Decided():
            facts = _verdict(event)
        case RevisionBegan(release, namespace, revision, operation):
            kind, facts = "revision", {"release": release, "namespace": namespace}
            facts |= {"revision": revision, "operation": operation}
        case Planned(id, action):
            kind, facts = "planned", {"action": action}
        case Written(id, action, is_hook):
            kind, facts = "changed", {"action": action, "hook": is_hook}
        case Refused(id, problem, is_hook):
            kind, facts = "refused", {"problem": problem, "hook": is_hook}
        case StateChanged(id, readiness):
            kind = "state"
            facts = {"verdict": str(readiness.verdict), "reason": readiness.message}
        case LineLogged(namespace, pod, container, line):
            kind = "log"
            facts = {"namespace": namespace, "pod": pod, "container": container, "line": line}
        case EventSeen(id, about, type, reason, message):
            kind = "event"
            facts = {"about": about, "type": type, "reason": reason, "message": message}
    about_it = {} if id is None else {"resource": resource_facts(id)}
    return {"event": kind, **about_it, **facts}


def _verdict(event: Decided) -> dict[str, Any]:
    culprit = event.culprit
    return {
        "verdict": str(event.verdict),
        "resources": event.count,
        "seconds": round(event.seconds, 3),
        "problem": event.problem or None,
        "resource": None if culprit is None else resource_facts(culprit),
        "cause": cause_facts(event.cause),
        "log": list(event.log),
        "lacking": [
            {"resource": resource_facts(id), "reason": message} for id, message in event.lacking
        ],
    }
