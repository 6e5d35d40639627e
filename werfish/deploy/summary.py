"""A plan in a few lines, for the person who waits."""

from collections.abc import Sequence

from werfish.deploy.changes import Action, Change
from werfish.deploy.diff import SIGNS
from werfish.deploy.hooks import hooks_of
from werfish.deploy.order_text import order_lines
from werfish.deploy.plan import Plan
from werfish.helm.manifests import Hook
from werfish.log import Log

_COLORS = {
    Action.CREATE: "green",
    Action.UPDATE: "yellow",
    Action.RECREATE: "yellow",
    Action.DELETE: "red",
}
_SAID = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.RECREATE: "to recreate",
    Action.DELETE: "to delete",
    Action.NONE: "unchanged",
}
_SHOWN_FIELDS = 4
_PLAIN = frozenset({"new", "changed", "no longer in the chart"})
"""Reasons that go without saying."""


def show_plan(plan: Plan, log: Log) -> None:
    """Write what will be done, what of it waits for what, and how much stays."""
    for change in plan.steps():
        log.info(_line(change, log))
    for change in plan.idle:
        if change.reason.startswith("stays"):
            log.info(f"  {change.id} {change.reason}")
    for line in order_lines(plan):
        log.info(line)
    counts = [f"{count} {said}" for action, said in _SAID.items() if (count := plan.count(action))]
    log.info(", ".join(counts) or "nothing to do")


def show_hooks(hooks: Sequence[Hook], event: str, log: Log) -> None:
    """Write which of *hooks* run before and after an *event*, in their order."""
    for when in (f"pre-{event}", f"post-{event}"):
        for hook in hooks_of(when, hooks):
            log.info(f"> {hook.resource.id} runs ({when} hook)")


def _line(change: Change, log: Log) -> str:
    sign = log.styled(SIGNS[change.action], _COLORS[change.action])
    shown = ", ".join(change.fields[:_SHOWN_FIELDS])
    more = len(change.fields) - _SHOWN_FIELDS
    fields = f": {shown}" + (f" and {more} more" if more > 0 else "") if shown else ""
    reason = f" ({change.reason})" if change.reason and change.reason not in _PLAIN else ""
    return f"{sign} {change.id}{fields}{reason}"
