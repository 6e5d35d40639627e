"""``time.Time``: a moment, the zone that it is shown in, and the methods that templates call."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

from stages.light_dataclass import dataclass
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.times import civil
from werfish.gotemplate.sprig.times.duration import DURATION, Duration
from werfish.gotemplate.sprig.times.layout import STRING, formatted
from werfish.gotemplate.sprig.times.names import Month, Weekday
from werfish.gotemplate.sprig.times.reading import Reading, reading_of, seconds_of
from werfish.gotemplate.sprig.times.zones import UTC, Zone
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING, Int64, wrap_int

NANOSECONDS = 10**9
_ZERO = civil.day_of(1, 1, 1) * 86400


@dataclass(frozen=True, slots=True)
class Time:
    """A ``time.Time``: *seconds* after 1970 and *nanoseconds* after those, shown in *zone*.

    *local* is what the method ``Local`` shows it in.
    """

    seconds: int
    nanoseconds: int = 0
    zone: Zone = UTC
    local: Zone = field(default=UTC, compare=False)

    go_type: ClassVar[GoType] = type_named("time.Time")

    @property
    def total(self) -> int:
        """Nanoseconds after 1970."""
        return self.seconds * NANOSECONDS + self.nanoseconds

    @property
    def reading(self) -> Reading:
        """What clock and calendar show in the zone."""
        return reading_of(self.seconds, self.nanoseconds, self.zone)

    def format(self, layout: str) -> str:
        """Write the moment as *layout* shows."""
        return formatted(self.reading, layout)

    def go_string(self) -> str:
        """Write the moment as ``String()`` does; Go adds a monotonic reading to ``now``."""
        return self.format(STRING)

    def member(self, name: str) -> Any:
        """Return a method of ``time.Time``."""
        if name in _PARTS:
            return function(lambda: _PARTS[name](self))
        if name not in _METHODS:
            return MISSING
        parameters, method = _METHODS[name]
        return Function(lambda *arguments: method(self, *arguments), parameters)


def moment_of(nanoseconds: int, zone: Zone, local: Zone = UTC) -> Time:
    """Return the moment so many nanoseconds after 1970."""
    return Time(nanoseconds // NANOSECONDS, nanoseconds % NANOSECONDS, zone, local)


def zero_time(local: Zone = UTC) -> Time:
    """Return the zero time, 1 January of the year 1."""
    return Time(_ZERO, local=local)


def added(moment: Time, nanoseconds: int) -> Time:
    """Return the moment so many nanoseconds later."""
    return moment_of(moment.total + nanoseconds, moment.zone, moment.local)


def between(later: Time, earlier: Time) -> Duration:
    """Return the time from *earlier* to *later*; the longest duration where it is longer."""
    return Duration(min(max(later.total - earlier.total, -(2**63)), 2**63 - 1))


def _add_date(moment: Time, years: int, months: int, days: int) -> Time:
    shown = moment.reading
    number = civil.day_of(shown.year + years, shown.month + months, 1) + shown.day - 1 + days
    clock = number * 86400 + (moment.seconds + shown.offset) % 86400
    seconds = seconds_of(clock, moment.zone)
    return Time(seconds, moment.nanoseconds, moment.zone, moment.local)


def _compared(moment: Time, other: Time) -> int:
    return (moment.total > other.total) - (moment.total < other.total)


def _truncated(moment: Time, unit: int) -> Time:
    return added(moment, -_rest(moment, unit))


def _rounded(moment: Time, unit: int) -> Time:
    rest = _rest(moment, unit)
    return added(moment, unit - rest if unit > 0 and rest * 2 >= unit else -rest)


def _rest(moment: Time, unit: int) -> int:
    return (moment.total - _ZERO * NANOSECONDS) % unit if unit > 0 else 0


_PARTS: dict[str, Callable[[Time], Any]] = {
    "Year": lambda moment: moment.reading.year,
    "Month": lambda moment: Month(moment.reading.month),
    "Day": lambda moment: moment.reading.day,
    "Hour": lambda moment: moment.reading.hour,
    "Minute": lambda moment: moment.reading.minute,
    "Second": lambda moment: moment.reading.second,
    "Nanosecond": lambda moment: moment.nanoseconds,
    "YearDay": lambda moment: moment.reading.year_day,
    "Weekday": lambda moment: Weekday(moment.reading.weekday),
    "Unix": lambda moment: Int64(moment.seconds),
    "UnixMilli": lambda moment: Int64(moment.total // 10**6),
    "UnixMicro": lambda moment: Int64(moment.total // 10**3),
    "UnixNano": lambda moment: Int64(wrap_int(moment.total)),
    "IsZero": lambda moment: moment.total == _ZERO * NANOSECONDS,
    "String": lambda moment: moment.go_string(),
    "UTC": lambda moment: moment_of(moment.total, UTC, moment.local),
    "Local": lambda moment: moment_of(moment.total, moment.local, moment.local),
}
"""Methods without arguments."""

_INT = type_named("int")
_TIME = Time.go_type
_METHODS: dict[str, tuple[tuple[GoType, ...], Callable[..., Any]]] = {
    "Format": ((type_named("string"),), Time.format),
    "Add": ((DURATION,), added),
    "AddDate": ((_INT, _INT, _INT), _add_date),
    "Sub": ((_TIME,), between),
    "After": ((_TIME,), lambda moment, other: _compared(moment, other) > 0),
    "Before": ((_TIME,), lambda moment, other: _compared(moment, other) < 0),
    "Equal": ((_TIME,), lambda moment, other: _compared(moment, other) == 0),
    "Compare": ((_TIME,), _compared),
    "Round": ((DURATION,), _rounded),
    "Truncate": ((DURATION,), _truncated),
}
"""Methods with arguments: the types of these, and what to call with the moment before them."""
