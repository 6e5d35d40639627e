"""A resource of a kind for which there is a `StatusRule`.

A stale status never counts, and what holds up the rule's first test that fails is the message.
"""

import re

from werfish.kube import fields
from werfish.kube.jsonpath import JsonPath, text_of, values_at
from werfish.kube.resource import Manifest
from werfish.kube.status_rule import StatusRule
from werfish.kube.status_test import ConditionField, StatusTest, condition_of, holds
from werfish.track.kinds.custom import custom, stated_by_kstatus
from werfish.track.verdict import (
    NOT_OBSERVED,
    Readiness,
    Verdict,
    because,
    failed,
    is_outdated,
    ready,
    waiting,
)


def ruled(live: Manifest, rule: StatusRule, *, has_status: bool = False) -> Readiness:
    """Judge *live* by *rule*; without tests for readiness, as any custom resource else."""
    if is_outdated(live) or _is_behind(live, rule):
        return waiting(NOT_OBSERVED)
    broken = next((test for test in rule.failed if holds(test, live)), None)
    if broken is not None:
        return failed(_words(live, rule, broken))
    if not rule.ready:
        return custom(live, has_status=has_status)
    lacking = next((test for test in rule.ready if not holds(test, live)), None)
    if lacking is not None:
        return waiting(_words(live, rule, lacking))
    stated = stated_by_kstatus(live)
    if stated is not None and stated.verdict is not Verdict.READY:
        return stated
    return ready(" and ".join(test.text for test in rule.ready))


def _is_behind(live: Manifest, rule: StatusRule) -> bool:
    """Tell whether the status names an earlier generation where the rule looks for it."""
    told = [text_of(one) for one in values_at(rule.observed, live)] if rule.observed else []
    found = (re.match(r"\d{1,18}", one) for one in told)
    generation = fields.count(live, "metadata", "generation")
    return any(int(one.group()) < generation for one in found if one)


def _words(live: Manifest, rule: StatusRule, test: StatusTest) -> str:
    """Return what the object itself says about *test*, else the test."""
    for clause in test.clauses:
        if isinstance(clause.subject, ConditionField):
            told = because(condition_of(live, clause.subject.type))
            if told:
                return told
    shown = _shown(live, test)
    own = [text_of(one) for one in values_at(rule.message, live)] if rule.message else []
    return ": ".join(filter(None, (shown, *own))) or f"not yet: {test.text}"


def _shown(live: Manifest, test: StatusTest) -> str:
    """Return the value that a path of *test* has, as ``phase: Pending``."""
    for clause in test.clauses:
        if isinstance(clause.subject, JsonPath):
            name = getattr(clause.subject.steps[-1], "name", "")
            found = [text_of(one) for one in values_at(clause.subject, live)]
            if name and any(found):
                return f"{name}: {', '.join(filter(None, found))}"
    return "" if fields.table(live, "status") else "no controller has written its status yet"
