"""The functions of sprig about dates. The clock and the local zone are the host's."""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.conversion import parse_integer
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.duration import SECOND, parse_duration, rounded, written
from werfish.gotemplate.sprig.times.moment import Time, added, between, moment_of, zero_time
from werfish.gotemplate.sprig.times.parsing import parse_time
from werfish.gotemplate.sprig.times.zones import UTC, zone_named
from werfish.gotemplate.values import Int32, Int64, wrap_int

_DAY = "2006-01-02"
_SPANS = {"y": 31_536_000, "mo": 2_592_000, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""The units of `_rough`, in seconds; the largest first."""


def functions(host: Host) -> dict[str, Function]:
    """Return the functions for *host*."""

    def in_zone(layout: str, value: Any, zone: str) -> str:
        moment = _moment(host, value, (int, Int64, Int32))
        shown = zone_named(zone, host.zone) or UTC
        return moment_of(moment.total, shown).format(layout)

    date_in_zone = function(in_zone, "string", "any", "string")
    modify = function(_modified, "string", "time.Time")
    must_modify = function(_must_modify, "string", "time.Time")
    return {
        "now": function(lambda: _now(host)),
        "ago": function(lambda value: _ago(host, value), "any"),
        "date": function(lambda layout, value: in_zone(layout, value, "Local"), "string", "any"),
        "dateInZone": date_in_zone,
        "date_in_zone": date_in_zone,
        "htmlDate": function(lambda value: in_zone(_DAY, value, "Local"), "any"),
        "htmlDateInZone": function(lambda value, zone: in_zone(_DAY, value, zone), "any", "string"),
        "dateModify": modify,
        "date_modify": modify,
        "mustDateModify": must_modify,
        "must_date_modify": must_modify,
        "toDate": function(lambda layout, text: _read(host, layout, text), "string", "string"),
        "mustToDate": function(
            lambda layout, text: parse_time(layout, text, host.zone), "string", "string"
        ),
        "duration": function(_duration, "any"),
        "durationRound": function(lambda value: _rough(host, value), "any"),
        "unixEpoch": function(lambda moment: str(moment.seconds), "time.Time"),
    }


def _now(host: Host) -> Time:
    return moment_of(host.now(), host.zone, host.zone)


def _moment(host: Host, value: Any, integers: tuple[type, ...]) -> Time:
    """Return the moment that *value* is, or that many seconds after 1970; now for anything else."""
    if isinstance(value, Time):
        return value
    if type(value) in integers:
        return Time(int(value), 0, host.zone, host.zone)
    return _now(host)


def _ago(host: Host, value: Any) -> str:
    since = between(_now(host), _moment(host, value, (int, Int64)))
    return written(rounded(since, SECOND))


def _must_modify(change: str, moment: Time) -> Time:
    return added(moment, parse_duration(change))


def _modified(change: str, moment: Time) -> Time:
    """Return the moment later by *change*; the same where that is no duration."""
    try:
        return _must_modify(change, moment)
    except GoError:
        return moment


def _read(host: Host, layout: str, text: str) -> Time:
    """Read a date; the zero time where it cannot be read."""
    try:
        return parse_time(layout, text, host.zone)
    except GoError:
        return zero_time(host.zone)


def _duration(value: Any) -> str:
    """Write so many seconds as a duration; an ``int`` is none, only an ``int64`` or text."""
    if isinstance(value, str):
        plain = value.lstrip("+-").isdigit() and value.isascii()
        number = (parse_integer(value.lstrip("0") or "0") or 0) if plain else 0
        return written(wrap_int(max(min(number, 2**63 - 1), -(2**63)) * SECOND))
    return written(wrap_int(value * SECOND)) if type(value) is Int64 else "0s"


def _rough(host: Host, value: Any) -> str:
    """Write a duration in its largest unit only, cut off."""
    seconds = abs(_span(host, value)) / SECOND
    for name, length in _SPANS.items():
        if seconds > length:
            return f"{int(seconds // length)}{name}"
    return "0s"


def _span(host: Host, value: Any) -> int:
    if isinstance(value, str):
        try:
            return parse_duration(value)
        except GoError:
            return 0
    if isinstance(value, Time):
        return between(_now(host), value)
    return value if type(value) is Int64 else 0
