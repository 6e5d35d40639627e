"""Time zones: what the clock shows at a moment, and what that is called."""

import re
from datetime import UTC as PYTHON_UTC
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from stages.light_dataclass import dataclass

_EARLIEST, _LATEST = -62_000_000_000, 250_000_000_000
"""The years that Python can look up; earlier is like the first, later repeats every 400 years."""

_CYCLE = 146_097 * 86_400
_HALF_YEAR = 182 * 86_400
_SOME_WINTERS = (1_704_067_200, 946_684_800, 157_766_400, -631_152_000, -852_076_800)
"""In 2024, 2000, 1975, 1950 and 1943: zones have had other names in war and before computers."""


class Zone(Protocol):
    """A place on Earth, or a distance from Greenwich."""

    def lookup(self, seconds: int) -> tuple[str, int]:
        """Return the abbreviation and the seconds east of Greenwich, so many after 1970."""


@dataclass(frozen=True, slots=True)
class FixedZone:
    """A distance from Greenwich; without an abbreviation it is shown as ``+0200``."""

    abbreviation: str
    offset: int

    def lookup(self, seconds: int) -> tuple[str, int]:
        """Return the same at any time."""
        return self.abbreviation, self.offset


UTC = FixedZone("UTC", 0)


@dataclass(frozen=True, slots=True)
class PlaceZone:
    """A zone that Python knows: of the time zone database, or the local one."""

    place: tzinfo

    def lookup(self, seconds: int) -> tuple[str, int]:
        """Look the moment up; a name such as ``-03`` is how the database says that it has none."""
        moment = datetime(1970, 1, 1, tzinfo=PYTHON_UTC) + timedelta(0, _within(seconds))
        shown = moment.astimezone(self.place)
        offset = shown.utcoffset() or timedelta(0)
        return shown.tzname() or "", offset // timedelta(0, 1)


@dataclass(frozen=True, slots=True)
class LocalZone:
    """The zone of this process, as the C library knows it (``TZ``, ``/etc/localtime``)."""

    def lookup(self, seconds: int) -> tuple[str, int]:
        """Ask the C library."""
        import time

        shown = time.localtime(_within(seconds))
        return shown.tm_zone, shown.tm_gmtoff


def _within(seconds: int) -> int:
    beyond = -(-max(seconds - _LATEST, 0) // _CYCLE)
    return max(seconds - beyond * _CYCLE, _EARLIEST)


def zone_named(name: str, local: Zone) -> Zone | None:
    """Return the zone *name* of the time zone database; None where it has none.

    ``Local`` is *local*; the empty name is ``UTC``.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return local
    if not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", name):
        return None
    try:
        return PlaceZone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None


def offset_named(zone: Zone, abbreviation: str, seconds: int) -> int | None:
    """Return the offset that *abbreviation* stands for in *zone*; None where it never did.

    *seconds* is the time on the clock there; what holds around it comes first.
    """
    for near in (seconds, *_SOME_WINTERS):
        for moment in (near, near - _HALF_YEAR, near + _HALF_YEAR):
            known, offset = zone.lookup(moment)
            if known == abbreviation:
                return offset
    return None
