"""Read a moment in a layout, as Go's ``ParseInLocation``.

The value is read from left to right, one part of the layout after the other; nothing is tried
twice. Weekdays are read and forgotten.
"""

import re
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.times import civil
from werfish.gotemplate.sprig.times.layout import chunks_of
from werfish.gotemplate.sprig.times.moment import Time
from werfish.gotemplate.sprig.times.patterns import FIELDS, LIMITS, PATTERNS
from werfish.gotemplate.sprig.times.quoting import quoted
from werfish.gotemplate.sprig.times.reading import seconds_of
from werfish.gotemplate.sprig.times.zones import UTC, FixedZone, Zone, offset_named


@dataclass(slots=True)
class _Parse:
    layout: str
    value: str
    rest: str
    found: dict[str, str] = field(default_factory=dict)
    nanoseconds: int = 0

    def stop(self, problem: str) -> GoError:
        return GoError(f"parsing time {quoted(self.value)}: {problem}")

    def mismatch(self, part: str) -> GoError:
        read = f"parsing time {quoted(self.value)} as {quoted(self.layout)}"
        return GoError(f"{read}: cannot parse {quoted(self.rest)} as {quoted(part)}")

    def number(self, name: str, default: int) -> int:
        return int(self.found.get(name, default))


def parse_time(layout: str, value: str, zone: Zone) -> Time:
    """Read *value*; without a zone of its own it is in *zone*. GoError where it does not fit."""
    parse = _Parse(layout, value, value)
    chunks = chunks_of(layout)
    for at, chunk in enumerate(chunks):
        if at % 2 == 0:
            _skip(parse, chunk)
        else:
            _read(parse, chunk, following=chunks[at + 2] if at + 2 < len(chunks) else "")
    if parse.rest:
        raise parse.stop(f"extra text: {quoted(parse.rest)}")
    return _placed(parse, _clock(parse), zone)


def _skip(parse: _Parse, text: str) -> None:
    """Skip the text between two parts; spaces stand for any number of spaces."""
    for word in re.findall(r" +|[^ ]", text):
        if word[0] == " " and (not parse.rest or parse.rest[0] == " "):
            parse.rest = parse.rest.lstrip(" ")
        elif parse.rest.startswith(word):
            parse.rest = parse.rest[len(word) :]
        else:
            raise parse.mismatch(text)


def _read(parse: _Parse, chunk: str, following: str) -> None:
    if chunk[0] in ".,":
        _read_fraction(parse, chunk)
        return
    found = re.match(PATTERNS[chunk], parse.rest)
    if found is None:
        raise parse.mismatch(chunk)
    parse.rest = parse.rest[found.end() :]
    _keep(parse, chunk, found[0].strip(" "))
    if chunk in ("5", "05") and following[:2] not in (".0", ".9", ",0", ",9"):
        _take_fraction(parse, r"[.,][0-9]+")


def _keep(parse: _Parse, chunk: str, text: str) -> None:
    name = "offset" if chunk[:3] in ("-07", "Z07") else FIELDS.get(chunk, "weekday")
    if chunk in ("January", "Jan"):
        names = [month[: len(text)].lower() for month in civil.MONTHS]
        text = str(names.index(text.lower()) + 1)
    if chunk == "06":
        text = str(int(text) + (1900 if int(text) >= 69 else 2000))
    low, high = LIMITS.get(name, (0, 10**9)) if name != "hour" else _hours(chunk)
    if text.isdigit() and not low <= int(text) <= high:
        raise parse.stop(f"{name} out of range")
    parse.found[name] = text


def _hours(chunk: str) -> tuple[int, int]:
    return (0, 23) if chunk == "15" else (0, 12)


def _read_fraction(parse: _Parse, chunk: str) -> None:
    if chunk[1] == "9":
        _take_fraction(parse, r"[.,][0-9]+")
    elif not _take_fraction(parse, rf"[.,][0-9]{{{len(chunk) - 1}}}"):
        raise parse.mismatch(chunk)


def _take_fraction(parse: _Parse, pattern: str) -> bool:
    found = re.match(pattern, parse.rest)
    if found is not None:
        parse.nanoseconds = int(found[0][1:10].ljust(9, "0"))
        parse.rest = parse.rest[found.end() :]
    return found is not None


def _clock(parse: _Parse) -> int:
    """Return the seconds after 1970 that the clock shows."""
    hour = parse.number("hour", 0)
    half = parse.found.get("half", "").upper()
    if half == "PM" and hour < 12:
        hour += 12
    elif half == "AM" and hour == 12:
        hour = 0
    minutes = hour * 60 + parse.number("minute", 0)
    return _day(parse) * 86400 + minutes * 60 + parse.number("second", 0)


def _day(parse: _Parse) -> int:
    year, month, day = parse.number("year", 0), parse.number("month", 1), parse.number("day", 1)
    if "year_day" in parse.found:
        year, month, day = _of_year_day(parse, year)
    if not 1 <= day <= civil.days_in(year, month):
        raise parse.stop("day out of range")
    return civil.day_of(year, month, day)


def _of_year_day(parse: _Parse, year: int) -> tuple[int, int, int]:
    number = civil.day_of(year, 1, 0) + parse.number("year_day", 1)
    shown = civil.date_of(number)
    if shown[0] != year:
        raise parse.stop("day-of-year out of range")
    for name, part in (("month", shown[1]), ("day", shown[2])):
        if parse.number(name, part) != part:
            raise parse.stop(f"day-of-year does not match {name}")
    return shown


def _placed(parse: _Parse, clock: int, zone: Zone) -> Time:
    """Return the moment when the clock shows *clock* in the zone that the value names."""
    offset, name = parse.found.get("offset"), parse.found.get("zone", "")
    if offset == "Z" or name == "UTC":
        return Time(clock, parse.nanoseconds, UTC, zone)
    if offset is not None:
        return _at_offset(parse, clock, _seconds_east(parse, offset), name, zone)
    if not name:
        return Time(seconds_of(clock, zone), parse.nanoseconds, zone, zone)
    known = offset_named(zone, name, clock)
    if known is not None:
        return Time(clock - known, parse.nanoseconds, zone, zone)
    hours = number_of(name[4:]) * (-1 if name[3:4] == "-" else 1) if name[:3] == "GMT" else 0
    # an unknown abbreviation moves nothing, not even GMT+5: Go leaves it so
    return Time(clock, parse.nanoseconds, FixedZone(name, hours * 3600), zone)


def _at_offset(parse: _Parse, clock: int, offset: int, name: str, zone: Zone) -> Time:
    seconds = clock - offset
    known, there = zone.lookup(seconds)
    if there == offset and name in ("", known):
        return Time(seconds, parse.nanoseconds, zone, zone)
    return Time(seconds, parse.nanoseconds, FixedZone(name, offset), zone)


def _seconds_east(parse: _Parse, offset: str) -> int:
    digits = offset[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    for name, part, most in (("hour", hours, 24), ("minute", minutes, 60), ("second", seconds, 60)):
        if part > most:
            raise parse.stop(f"time zone offset {name} out of range")
    total = (hours * 60 + minutes) * 60 + seconds
    return -total if offset[0] == "-" else total
