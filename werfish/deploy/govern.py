"""What the policies of a resource make of its change. Pure.

A merge says how an object would become what the chart says; here it is left alone, made anew, or
left out, where the resource says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from werfish.deploy.changes import Action, Change
from werfish.deploy.policies import DeletePolicy, Policies, ResourcePolicy

Rule = Callable[[Change, Policies], Change | None]


def governed(changes: Iterable[Change], event: str) -> tuple[Change, ...]:
    """Return *changes* as their policies have them at *event* (``install``, ``upgrade``, …)."""
    return tuple(_governed(change, change.policies, event) for change in changes)


def is_left(change: Change, event: str) -> bool:
    """Tell whether an object that is there is not changed at *event*, whatever the chart says."""
    policies = change.policies
    return policies.phase(event) is None or ResourcePolicy.SKIP_UPDATE in policies.resource


def _governed(change: Change, policies: Policies, event: str) -> Change:
    if policies.phase(event) is None:
        return _left(change, f"werf.io/deploy-on is {', '.join(policies.deploy_on)}")
    for rule in (_skipped, _recreated):
        if (found := rule(change, policies)) is not None:
            return found
    return change


def _skipped(change: Change, policies: Policies) -> Change | None:
    skip = {
        Action.CREATE: ResourcePolicy.SKIP_CREATE,
        Action.UPDATE: ResourcePolicy.SKIP_UPDATE,
    }.get(change.action)
    if skip is None or skip not in policies.resource:
        return None
    return _left(change, f"werf.io/resource-policy is {skip}")


def _recreated(change: Change, policies: Policies) -> Change | None:
    is_there = change.action in {Action.UPDATE, Action.NONE}
    if not is_there or DeletePolicy.BEFORE not in policies.delete:
        return None
    if ResourcePolicy.SKIP_RECREATE in policies.resource:
        return _left(change, f"werf.io/resource-policy is {ResourcePolicy.SKIP_RECREATE}")
    return replace(
        change,
        action=Action.RECREATE,
        after=change.wanted,
        fields=(),
        reason=f"werf.io/delete-policy is {DeletePolicy.BEFORE}",
    )


def _left(change: Change, why: str) -> Change:
    """Return that nothing is done; what is not there then is not waited for either."""
    stays = "stays" if change.before is not None else "stays absent"
    return replace(change, action=Action.NONE, fields=(), patch={}, reason=f"{stays}: {why}")
