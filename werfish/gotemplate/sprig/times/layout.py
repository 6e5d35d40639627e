"""Go's layouts: a date is written like 2 January 2006, 15:04:05 in the zone MST, 7 hours west."""

import re
from collections.abc import Callable
from functools import lru_cache

from werfish.gotemplate.sprig.times.civil import MONTHS, WEEKDAYS
from werfish.gotemplate.sprig.times.reading import Reading

RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
STRING = "2006-01-02 15:04:05.999999999 -0700 MST"
"""What ``String()`` writes."""

_CHUNK = re.compile(
    r"(January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM"
    r"|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07"
    r"|[.,](?:0+|9+)(?![0-9]))"
)


@lru_cache(maxsize=128)
def chunks_of(layout: str) -> tuple[str, ...]:
    """Take *layout* apart: text at even places, what stands for a part of the date at odd ones."""
    return tuple(_CHUNK.split(layout))


def formatted(shown: Reading, layout: str) -> str:
    """Write a date as *layout* shows."""
    chunks = list(chunks_of(layout))
    chunks[1::2] = [_written(shown, chunk) for chunk in chunks[1::2]]
    return "".join(chunks)


def _written(shown: Reading, chunk: str) -> str:
    if chunk[0] in ".,":
        return _fraction(shown.nanoseconds, chunk)
    if chunk[:3] in ("-07", "Z07"):
        return _offset(shown.offset, chunk)
    return _WRITERS[chunk](shown)


def _fraction(nanoseconds: int, chunk: str) -> str:
    digits = f"{nanoseconds:09}"[: len(chunk) - 1]
    if chunk[1] == "0":
        return chunk[0] + digits
    digits = digits.rstrip("0")
    return chunk[0] + digits if digits else ""


def _offset(offset: int, chunk: str) -> str:
    """Write an offset in as many parts as *chunk* has; with a ``Z``, Greenwich is that letter."""
    if chunk[0] == "Z" and offset == 0:
        return "Z"
    sign = "-" if offset < 0 and abs(offset) >= 60 else "+"
    minutes, seconds = divmod(abs(offset), 60)
    parts = (minutes // 60, minutes % 60, seconds)
    count = len(chunk.replace(":", "")[1:]) // 2
    return sign + (":" if ":" in chunk else "").join(f"{part:02}" for part in parts[:count])


def _abbreviation(shown: Reading) -> str:
    return shown.abbreviation or _offset(shown.offset, "-0700")


def _year(shown: Reading) -> str:
    return f"{'-' if shown.year < 0 else ''}{abs(shown.year):04}"


_WRITERS: dict[str, Callable[[Reading], str]] = {
    "January": lambda shown: MONTHS[shown.month - 1],
    "Jan": lambda shown: MONTHS[shown.month - 1][:3],
    "Monday": lambda shown: WEEKDAYS[shown.weekday],
    "Mon": lambda shown: WEEKDAYS[shown.weekday][:3],
    "MST": _abbreviation,
    "01": lambda shown: f"{shown.month:02}",
    "02": lambda shown: f"{shown.day:02}",
    "03": lambda shown: f"{(shown.hour - 1) % 12 + 1:02}",
    "04": lambda shown: f"{shown.minute:02}",
    "05": lambda shown: f"{shown.second:02}",
    "06": lambda shown: f"{abs(shown.year) % 100:02}",
    "002": lambda shown: f"{shown.year_day:03}",
    "15": lambda shown: f"{shown.hour:02}",
    "1": lambda shown: f"{shown.month}",
    "2006": _year,
    "2": lambda shown: f"{shown.day}",
    "_2": lambda shown: f"{shown.day:2}",
    "__2": lambda shown: f"{shown.year_day:3}",
    "3": lambda shown: f"{(shown.hour - 1) % 12 + 1}",
    "4": lambda shown: f"{shown.minute}",
    "5": lambda shown: f"{shown.second}",
    "PM": lambda shown: "PM" if shown.hour >= 12 else "AM",
    "pm": lambda shown: "pm" if shown.hour >= 12 else "am",
}
