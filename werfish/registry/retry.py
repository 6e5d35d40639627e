"""Try again what may pass by itself: overload, restarts, broken connections. The decision is pure.

Every request of ours may be repeated: registries are content-addressed, and a manifest is put
last. Clock, sleep and chance are passed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar

from werfish.errors import RegistryError
from werfish.registry.errors import RefusedError, UnreachableError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """The outer world of waiting: *clock* in monotonic seconds, *sleep*, *chance* from 0 to 1."""

    clock: Callable[[], float]
    sleep: Callable[[float], object]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long: *attempts* in all, waits doubling from *first* to *longest* seconds.

    A registry that asks for more than *patience* seconds is not waited for.
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 10.0
    patience: float = 60.0


def delay_after(
    error: RegistryError, attempt: int, policy: RetryPolicy, chance: float
) -> float | None:
    """Return the seconds to wait after *attempt* (from 1) ended with *error*; ``None``: give up.

    The wait is between half and all of its step, so that many clients do not come back at once.
    """
    if attempt >= policy.attempts or not is_transient(error):
        return None
    step = min(policy.longest, policy.first * 2.0 ** (attempt - 1)) * (0.5 + chance / 2)
    asked = error.retry_after if isinstance(error, RefusedError) else None
    if asked is not None and asked > policy.patience:
        return None
    return max(step, asked or 0.0)


def is_transient(error: RegistryError) -> bool:
    """Whether *error* may pass by itself."""
    return isinstance(error, RefusedError | UnreachableError) and error.is_transient


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for; a date is read against the answer's own."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wanted, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (wanted - now).total_seconds())
    except (ValueError, TypeError):
        return None


def with_retries(
    operation: Callable[[], T],
    *,
    timing: Timing,
    policy: RetryPolicy,
    report: Callable[[str], object],
) -> T:
    """Run *operation* until it succeeds, fails for good, or was tried often enough."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return operation()
        except RegistryError as error:
            delay = delay_after(error, attempt, policy, timing.chance())
            if delay is None:
                raise
            report(f"{error}; trying again in {delay:.1f} s")
        timing.sleep(delay)
