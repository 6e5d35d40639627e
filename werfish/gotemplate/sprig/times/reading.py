"""What clock and calendar show at a moment in a zone."""

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.times import civil
from werfish.gotemplate.sprig.times.zones import Zone


@dataclass(frozen=True, slots=True)
class Reading:
    """Date and time of day; *weekday* 0 is Sunday, *year_day* begins at 1.

    *offset* is how many seconds the clock is ahead of Greenwich's, *abbreviation* what the zone
    is called then.
    """

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanoseconds: int
    weekday: int
    year_day: int
    offset: int
    abbreviation: str


def reading_of(seconds: int, nanoseconds: int, zone: Zone) -> Reading:
    """Return what is shown in *zone*, so many seconds after 1970."""
    abbreviation, offset = zone.lookup(seconds)
    number, rest = divmod(seconds + offset, 86400)
    year, month, day = civil.date_of(number)
    year_day = number - civil.day_of(year, 1, 1) + 1
    clock = (rest // 3600, rest // 60 % 60, rest % 60, nanoseconds)
    return Reading(year, month, day, *clock, (number + 4) % 7, year_day, offset, abbreviation)


def seconds_of(clock: int, zone: Zone) -> int:
    """Return when the clock in *zone* shows *clock* seconds after 1970, as Go's ``Date`` does."""
    offset = zone.lookup(clock)[1]
    if offset:
        offset = zone.lookup(clock - offset)[1]
    return clock - offset
