"""How a resource asks to be tracked, by its ``werf.io`` annotations. Pure.

Wrong values are errors, to be found before anything is applied.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.config.rules import nanoseconds
from werfish.kube.annotations import COUNT, FLAG, PREFIX, Said, count_of, flag_of
from werfish.kube.resource import Resource
from werfish.kube.status_rule import StatusRule, status_rule

_PROBES = "ignore-readiness-probe-fails-for-"


class FailMode(StrEnum):
    """What a failure of the resource means for the deploy."""

    FAIL = "FailWholeDeployProcessImmediately"
    IGNORE = "IgnoreAndContinueDeployProcess"
    HOPE = "HopeUntilEndOfDeployProcess"


class TerminationMode(StrEnum):
    """Whether the deploy waits for the resource."""

    WAIT = "WaitUntilResourceReady"
    NON_BLOCKING = "NonBlocking"


@dataclass(frozen=True, slots=True)
class LogOptions:
    """Which lines of which containers are shown, of so many pods; *only* empty means all.

    *shown* and *skipped* are regular expressions by container, the empty name for all others.
    """

    is_off: bool = False
    skip: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    replicas: int = 1
    shown: Mapping[str, "re.Pattern[str]"] = field(default_factory=dict, hash=False)
    skipped: Mapping[str, "re.Pattern[str]"] = field(default_factory=dict, hash=False)

    def has(self, container: str) -> bool:
        """Tell whether the log of *container* is wanted."""
        is_chosen = not self.only or container in self.only
        return not self.is_off and is_chosen and container not in self.skip

    def is_wanted(self, container: str, line: str) -> bool:
        """Tell whether a line of *container* is wanted."""
        shown = self.shown.get(container) or self.shown.get("")
        skipped = self.skipped.get(container) or self.skipped.get("")
        return (shown is None or bool(shown.search(line))) and not (
            skipped is not None and skipped.search(line)
        )


@dataclass(frozen=True, slots=True)
class TrackingOptions:
    """What the annotations say; *failures_allowed* is per replica, None where they are silent.

    *patience* is how many seconds may pass without any change, *probes_ignored* for how many
    after its start a container's readiness probe may fail, *rule* when the resource is ready.
    """

    failures_allowed: int | None = None
    fail_mode: FailMode = FailMode.FAIL
    termination: TerminationMode = TerminationMode.WAIT
    logs: LogOptions = LogOptions()
    patience: float | None = None
    probes_ignored: Mapping[str, float] = field(default_factory=dict, hash=False)
    shows_events: bool = False
    rule: StatusRule | None = None


SILENT = TrackingOptions()
"""How what says nothing is tracked."""


def tracking_options(resource: Resource) -> TrackingOptions:
    """Return how *resource* is to be tracked; `AnnotationError` for a wrong value."""
    said = Said(resource)
    if said.is_silent():
        return SILENT
    if f"{PREFIX}show-logs-until" in resource.annotations:
        said.read("show-logs-until", _unsupported, "nothing: logs are shown until it is ready", "")
    return TrackingOptions(
        failures_allowed=said.read("failures-allowed-per-replica", count_of, COUNT, None),
        fail_mode=said.choice("fail-mode", FailMode.FAIL),
        termination=said.choice("track-termination-mode", TerminationMode.WAIT),
        logs=_log_options(said),
        patience=said.read("no-activity-timeout", _seconds, _DURATION, None),
        probes_ignored=said.each(_PROBES, _seconds, _DURATION),
        shows_events=said.read("show-service-messages", flag_of, FLAG, False),
        rule=_rule(said),
    )


def _log_options(said: Said) -> LogOptions:
    none: frozenset[str] = frozenset()
    shown, skipped = (_patterns(said, name) for name in ("log-regex", "log-regex-skip"))
    return LogOptions(
        is_off=said.read("skip-logs", flag_of, FLAG, False),
        skip=said.read("skip-logs-for-containers", _names, _NAMES, none),
        only=said.read("show-logs-only-for-containers", _names, _NAMES, none),
        replicas=said.read("show-logs-only-for-number-of-replicas", count_of, COUNT, 1),
        shown=shown,
        skipped=skipped,
    )


def _rule(said: Said) -> StatusRule | None:
    none: tuple[str, ...] = ()
    ready = said.read("ready-when", _tests, _TESTS, none)
    failed = said.read("failed-when", _tests, _TESTS, none)
    return status_rule(ready=ready, failed=failed) if ready or failed else None


def _patterns(said: Said, name: str) -> "dict[str, re.Pattern[str]]":
    found = said.each(f"{name}-for-", _pattern, _PATTERN)
    general = said.read(name, _pattern, _PATTERN, None)
    return {**found, **({"": general} if general is not None else {})}


_DURATION, _NAMES = 'a duration such as "30s" or "4m"', "names of containers, with commas between"
_PATTERN = "a regular expression"
_TESTS = 'tests such as "Ready" or "{.status.phase}=Running", one a line'


def _seconds(value: str) -> float:
    found = nanoseconds(value)
    if found is None or found < 0:
        raise ValueError
    return found / 1e9


def _names(value: str) -> frozenset[str]:
    names = [name.strip() for name in value.split(",")]
    if not all(names):
        raise ValueError
    return frozenset(names)


def _pattern(value: str) -> "re.Pattern[str]":
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(str(error)) from error


def _tests(value: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in re.split(r"[\n;]", value) if line.strip())
    if not lines:
        raise ValueError
    status_rule(ready=lines)
    return lines


def _unsupported(_: str) -> str:
    raise ValueError
