"""How a resource asks to be tracked, by its ``werf.io`` annotations. Pure.

Wrong values are errors, to be found before anything is applied.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeVar

from stages.light_dataclass import dataclass
from werfish.config.rules import nanoseconds
from werfish.errors import ConfigError
from werfish.kube.resource import Resource, ResourceId
from werfish.kube.status_rule import StatusRule, status_rule

PREFIX = "werf.io/"
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


class AnnotationError(ConfigError):
    """An annotation of a resource has a value that means nothing."""

    def __init__(self, resource: ResourceId, annotation: str, value: str, allowed: str) -> None:
        """Name the resource, the annotation with its value, and what is *allowed*."""
        super().__init__(
            f'read annotations of {resource}: {annotation}: "{value}" is not allowed',
            hint=f"write {allowed}",
        )
        self.resource = resource
        self.annotation = annotation


_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)


def tracking_options(resource: Resource) -> TrackingOptions:
    """Return how *resource* is to be tracked; `AnnotationError` for a wrong value."""
    said = _Said(resource)
    if f"{PREFIX}show-logs-until" in resource.annotations:
        said.read("show-logs-until", _unsupported, "nothing: logs are shown until it is ready", "")
    return TrackingOptions(
        failures_allowed=said.read("failures-allowed-per-replica", _count, _COUNT, None),
        fail_mode=said.choice("fail-mode", FailMode.FAIL),
        termination=said.choice("track-termination-mode", TerminationMode.WAIT),
        logs=_log_options(said),
        patience=said.read("no-activity-timeout", _seconds, _DURATION, None),
        probes_ignored=said.each(_PROBES, _seconds, _DURATION),
        shows_events=said.read("show-service-messages", _flag, _FLAG, False),
        rule=_rule(said),
    )


def _log_options(said: "_Said") -> LogOptions:
    none: frozenset[str] = frozenset()
    shown, skipped = (said.patterns(name) for name in ("log-regex", "log-regex-skip"))
    return LogOptions(
        is_off=said.read("skip-logs", _flag, _FLAG, False),
        skip=said.read("skip-logs-for-containers", _names, _NAMES, none),
        only=said.read("show-logs-only-for-containers", _names, _NAMES, none),
        replicas=said.read("show-logs-only-for-number-of-replicas", _count, _COUNT, 1),
        shown=shown,
        skipped=skipped,
    )


def _rule(said: "_Said") -> StatusRule | None:
    none: tuple[str, ...] = ()
    ready = said.read("ready-when", _tests, _TESTS, none)
    failed = said.read("failed-when", _tests, _TESTS, none)
    return status_rule(ready=ready, failed=failed) if ready or failed else None


class _Said:
    """The annotations of one resource, read by name."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def read(
        self, name: str, parse: Callable[[str], _Value], allowed: str, default: _Value
    ) -> _Value:
        """Return what *parse* makes of the value; its ValueError is a wrong value."""
        if PREFIX + name not in self._resource.annotations:
            return default
        return self._parsed(name, parse, allowed)

    def _parsed(self, name: str, parse: Callable[[str], _Value], allowed: str) -> _Value:
        value = str(self._resource.annotations[PREFIX + name])
        try:
            return parse(value)
        except ValueError as error:
            hint = f"{allowed} ({error})" if str(error) else allowed
            raise AnnotationError(self._resource.id, PREFIX + name, value, hint) from error

    def choice(self, name: str, default: _Choice) -> _Choice:
        chosen = type(default)
        allowed = ", ".join(chosen)

        def parse(value: str) -> _Choice:
            if value not in [choice.value for choice in chosen]:
                raise ValueError
            return chosen(value)

        return self.read(name, parse, allowed, default)

    def each(self, start: str, parse: Callable[[str], _Value], allowed: str) -> dict[str, _Value]:
        """Return the values of all annotations whose names begin with *start*, by the rest."""
        found: dict[str, _Value] = {}
        for name in self._resource.annotations:
            rest = name.removeprefix(PREFIX + start)
            if rest and rest != name:
                found[rest] = self._parsed(start + rest, parse, allowed)
        return found

    def patterns(self, name: str) -> "dict[str, re.Pattern[str]]":
        found = self.each(f"{name}-for-", _pattern, _PATTERN)
        general = self.read(name, _pattern, _PATTERN, None)
        return {**found, **({"": general} if general is not None else {})}


_COUNT, _FLAG = "a number, 0 or more", '"true" or "false"'
_DURATION, _NAMES = 'a duration such as "30s" or "4m"', "names of containers, with commas between"
_PATTERN = "a regular expression"
_TESTS = 'tests such as "Ready" or "{.status.phase}=Running", one a line'


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise ValueError
    return int(value)


def _flag(value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0"):
        raise ValueError
    return value.lower() in ("true", "1")


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
