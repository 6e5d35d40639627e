"""Show what a deploy would do, without doing any of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from werfish.actions.report_facts import Mask, masked
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import Action, Change
from werfish.deploy.diff import SIGNS, diff_of, shown
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.order import Need
from werfish.deploy.order_text import awaited_text
from werfish.deploy.plan import Plan, Stage
from werfish.deploy.prepare import ChartOptions, Prepared, prepare
from werfish.deploy.record import pending_release
from werfish.helm.render import Program
from werfish.releases.size import check_size


def plan(
    options: ChartOptions, helm: Program, by: DeployAdapters, modes: Modes = USUAL
) -> Prepared:
    """Return what a deploy of the chart would do now; nothing is written, nothing locked."""
    prepared = prepare(options, helm, by, by.storage.history(options.release), modes)
    check_size(pending_release(prepared.draft, prepared.history, by.now()))
    return prepared


def plan_text(plan: Plan, mask: Mask = str) -> Iterator[str]:
    """Yield the lines of *plan* for people: each change with its reason and its diff.

    What waits for something has that before it. *mask* hides what is secret outside of Secrets: in
    the objects already, since YAML may write a text otherwise than it is.
    """
    yield from map(mask, _lines(plan, mask))


def _lines(plan: Plan, mask: Mask) -> Iterator[str]:
    for stage in (*plan.stages(), Stage(plan.idle)):
        if awaited := awaited_text(stage):
            yield f"when {awaited}:"
        for change in stage.changes:
            reason = f" ({change.reason})" if change.reason else ""
            yield f"{SIGNS[change.action]} {change.id}{reason}"
            if change.action is not Action.NONE:
                yield from (f"    {line}" for line in diff_of(_masked(change, mask)))


def _masked(change: Change, mask: Mask) -> Change:
    return replace(change, before=masked(change.before, mask), after=masked(change.after, mask))


def plan_json(plan: Plan, mask: Mask = str) -> str:
    """Return *plan* as JSON: a list of changes in order, those that change nothing last.

    *mask* is as in `plan_text`.
    """
    stages = (*plan.stages(), Stage(plan.idle))
    facts = [_facts(change, stage) for stage in stages for change in stage.changes]
    return json.dumps(masked(facts, mask), indent=2)


def _facts(change: Change, stage: Stage) -> dict[str, Any]:
    id = change.id
    return {
        "action": str(change.action),
        "apiVersion": id.gvk.api_version,
        "kind": id.gvk.kind,
        "namespace": id.namespace,
        "name": id.name,
        "reason": change.reason,
        "fields": list(change.fields),
        "awaits": [_awaited(need) for need in stage.awaits],
        "before": shown(change.before) if change.before else None,
        "after": shown(change.after)
        if change.after and change.action is not Action.DELETE
        else None,
    }


def _awaited(need: Need) -> dict[str, str]:
    id = need.on
    return {
        "kind": id.gvk.kind,
        "namespace": id.namespace,
        "name": id.name,
        "state": str(need.state),
        "reason": need.why,
    }
