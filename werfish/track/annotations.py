"""How a resource asks to be tracked, by its ``werf.io`` annotations. Pure.

Wrong values are errors, to be found before anything is applied.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from werfish.errors import ConfigError
from werfish.kube.resource import Resource, ResourceId


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
class TrackingOptions:
    """What the annotations say; *failures_allowed* is per replica, None where they are silent."""

    failures_allowed: int | None = None
    fail_mode: FailMode = FailMode.FAIL
    termination: TerminationMode = TerminationMode.WAIT
    skip_logs: bool = False


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


def tracking_options(resource: Resource) -> TrackingOptions:
    """Return how *resource* is to be tracked; `AnnotationError` for a wrong value."""
    return TrackingOptions(
        failures_allowed=_count(resource, "werf.io/failures-allowed-per-replica"),
        fail_mode=_choice(resource, "werf.io/fail-mode", FailMode.FAIL),
        termination=_choice(resource, "werf.io/track-termination-mode", TerminationMode.WAIT),
        skip_logs=_flag(resource, "werf.io/skip-logs"),
    )


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(resource: Resource, name: str, default: _Choice) -> _Choice:
    value = resource.annotations.get(name, default.value)
    for choice in type(default):
        if choice.value == value:
            return choice
    raise AnnotationError(resource.id, name, value, ", ".join(type(default)))


def _count(resource: Resource, name: str) -> int | None:
    value = resource.annotations.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit()):
        raise AnnotationError(resource.id, name, value, "a number, 0 or more")
    return int(value)


def _flag(resource: Resource, name: str) -> bool:
    value = resource.annotations.get(name, "false")
    if value.lower() not in ("true", "false", "1", "0"):
        raise AnnotationError(resource.id, name, value, '"true" or "false"')
    return value.lower() in ("true", "1")
