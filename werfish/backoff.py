"""How long to wait before something is tried again that may pass by itself. Pure.

Waits double, up to a limit, and chance spreads them, so that many clients do not come back at once.
"""

from collections.abc import Callable

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The outer world of waiting: *clock* in monotonic seconds, *sleep*, *chance* from 0 to 1."""

    clock: Callable[[], float]
    sleep: Callable[[float], object]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long: *attempts* in all, waits doubling from *first* to *longest* seconds.

    >>> [Backoff().wait_after(attempt, 1.0) for attempt in range(1, 6)]
    [0.2, 0.4, 0.8, 1.6, None]
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 10.0

    def wait_after(self, attempt: int, chance: float) -> float | None:
        """Return the seconds to wait after *attempt* (from 1) failed; ``None``: give up.

        It is between half and all of its step.
        """
        if attempt >= self.attempts:
            return None
        return min(self.longest, self.first * 2.0 ** (attempt - 1)) * (0.5 + chance / 2)
