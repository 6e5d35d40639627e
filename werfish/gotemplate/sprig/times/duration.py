"""``time.Duration``: nanoseconds with a text of their own, such as ``1h15m30.5s``."""

import re
from typing import Any, ClassVar

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.times.quoting import quoted
from werfish.gotemplate.types import GoType
from werfish.gotemplate.values import MISSING, Int64, wrap_int

SECOND = 10**9
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6}
_UNITS |= {"s": SECOND, "m": MINUTE, "h": HOUR}
_PART = re.compile(r"([0-9]*)(\.[0-9]*)?([^0-9.]*)")


DURATION = GoType("time.Duration", "int64")


class Duration(int):
    """A ``time.Duration``: so many nanoseconds."""

    go_type: ClassVar[GoType] = DURATION

    def go_string(self) -> str:
        """Write the duration as Go does."""
        return written(self)

    def member(self, name: str) -> Any:
        """Return a method of ``time.Duration``."""
        return _method(self, name)


def _method(value: Duration, name: str) -> Any:
    methods: dict[str, Function] = {
        "String": function(lambda: written(value)),
        "Hours": function(lambda: value / HOUR),
        "Minutes": function(lambda: value / MINUTE),
        "Seconds": function(lambda: value / SECOND),
        "Milliseconds": function(lambda: Int64(_cut(value, 10**6))),
        "Microseconds": function(lambda: Int64(_cut(value, 10**3))),
        "Nanoseconds": function(lambda: Int64(value)),
        "Abs": function(lambda: Duration(min(abs(value), 2**63 - 1))),
        "Round": Function(lambda unit: rounded(value, unit), (DURATION,)),
        "Truncate": Function(lambda unit: truncated(value, unit), (DURATION,)),
    }
    return methods.get(name, MISSING)


def _cut(number: int, unit: int) -> int:
    return abs(number) // unit * (-1 if number < 0 else 1)


def truncated(value: int, unit: int) -> Duration:
    """Cut *value* to a multiple of *unit*, towards zero."""
    return Duration(_cut(value, unit) * unit if unit > 0 else value)


def rounded(value: int, unit: int) -> Duration:
    """Round *value* to a multiple of *unit*; what lies in the middle goes away from zero."""
    if unit <= 0:
        return Duration(value)
    number = (abs(value) + unit // 2 + unit % 2) // unit * unit
    return Duration(min(number, 2**63 - 1) * (-1 if value < 0 else 1))


def written(value: int) -> str:
    """Write *value* nanoseconds: ``0s``, ``1.5ms``, ``72h3m0.5s``."""
    sign, rest = ("-" if value < 0 else ""), abs(value)
    if rest == 0:
        return "0s"
    if rest < SECOND:
        unit = next(unit for unit in ("ms", "µs", "ns") if rest >= _UNITS[unit])
        return f"{sign}{_decimal(rest, _UNITS[unit])}{unit}"
    minutes, seconds = divmod(rest, MINUTE)
    hours, minutes = divmod(minutes, 60)
    shown = f"{_decimal(seconds, SECOND)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{shown}"
    return f"{sign}{minutes}m{shown}" if minutes else sign + shown


def _decimal(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = f"{rest:0{len(str(unit)) - 1}}".rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def parse_duration(text: str) -> Duration:
    """Read a duration; GoError where *text* is none."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return Duration(0)
    if not body:
        raise GoError(f"time: invalid duration {quoted(text)}")
    total, position = 0, 0
    while position < len(body):
        found = _PART.match(body, position)
        if found is None or not re.search("[0-9]", found[1] + (found[2] or "")):
            raise GoError(f"time: invalid duration {quoted(text)}")
        total += _nanoseconds(found, text)
        position = found.end()
    total = -total if text[0] == "-" else total
    if wrap_int(total) != total:
        raise GoError(f"time: invalid duration {quoted(text)}")
    return Duration(total)


def _nanoseconds(found: re.Match[str], text: str) -> int:
    if not found[3]:
        raise GoError(f"time: missing unit in duration {quoted(text)}")
    unit = _UNITS.get(found[3])
    if unit is None:
        raise GoError(f"time: unknown unit {quoted(found[3])} in duration {quoted(text)}")
    digits = (found[2] or ".")[1:][:18]
    fraction = int(float(int(digits)) * (float(unit) / 10.0 ** len(digits))) if digits else 0
    return number_of(found[1]) * unit + fraction
