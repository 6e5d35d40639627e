"""Dates, durations and zones as Go has them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gotemplate.sprig.rendering import NOW, rendered
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.sprig.times import civil
from werfish.gotemplate.sprig.times.duration import parse_duration, written
from werfish.gotemplate.sprig.times.layout import RFC3339_NANO
from werfish.gotemplate.sprig.times.moment import Time, moment_of
from werfish.gotemplate.sprig.times.parsing import parse_time
from werfish.gotemplate.sprig.times.zones import UTC, LocalZone, PlaceZone, zone_named

days = st.integers(-3_000_000, 3_000_000)
durations = st.integers(-(2**63), 2**63 - 1)
moments = st.integers(-60 * 10**18, 250 * 10**18)


@given(days)
def test_a_day_and_its_date_belong_together(number: int) -> None:
    assert civil.day_of(*civil.date_of(number)) == number


@given(st.dates())
def test_dates_are_those_of_python(day: date) -> None:
    number = (day - date(1970, 1, 1)) // timedelta(1)
    assert civil.date_of(number) == (day.year, day.month, day.day)


@given(durations)
def test_a_written_duration_is_read_back(nanoseconds: int) -> None:
    if nanoseconds == -(2**63):
        with pytest.raises(GoError):
            parse_duration("9223372036854775808ns")
    else:
        assert abs(parse_duration(written(nanoseconds)) - nanoseconds) <= 1


@given(moments, st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
def test_a_written_moment_is_read_back(nanoseconds: int, name: str) -> None:
    zone = zone_named(name, UTC)
    assert zone is not None
    moment = moment_of(nanoseconds, zone)
    if moment.reading.offset % 60 == 0 and 0 < moment.reading.year < 10000:
        assert parse_time(RFC3339_NANO, moment.format(RFC3339_NANO), zone).total == moment.total


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_layout_and_value_give_a_moment_or_an_error(layout: str, value: str) -> None:
    with suppress(GoError):
        parse_time(layout, value, UTC)


@given(st.text(alphabet="0123456789.hmsnuµ+-x", max_size=12))
def test_any_text_is_a_duration_or_an_error(text: str) -> None:
    with suppress(GoError):
        parse_duration(text)


def test_zones_outside_of_the_database_are_unknown() -> None:
    assert zone_named("../etc/passwd", UTC) is None
    assert zone_named("/etc/localtime", UTC) is None


def test_the_local_zone_is_the_hosts() -> None:
    berlin = zone_named("Europe/Berlin", UTC)
    assert berlin is not None
    assert zone_named("Local", berlin) is berlin


def test_years_beyond_pythons_keep_their_zone() -> None:
    berlin = zone_named("Europe/Berlin", UTC)
    assert isinstance(berlin, PlaceZone)
    assert Time(10**13, 0, berlin).format("2006 MST") == "318857 CEST"


def test_the_zone_of_this_process_has_a_name_and_an_offset() -> None:
    name, offset = LocalZone().lookup(NOW // 10**9)
    assert name
    assert abs(offset) <= 14 * 3600


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("{{ now }}", "2024-03-05 10:01:12.123456789 +0000 UTC", id="now"),
        pytest.param('{{ now | date "15:04" }}', "10:01", id="now-as-wished"),
        pytest.param('{{ date "2006" "junk" }}', "2024", id="junk-is-now"),
        pytest.param('{{ ago (now | dateModify "-3h2s") }}', "3h0m2s", id="ago"),
        pytest.param("{{ ago (int64 1709632800) }}", "1m12s", id="ago-of-seconds"),
        pytest.param('{{ durationRound (now | dateModify "-49h") }}', "2d", id="round-since"),
    ],
)
def test_the_clock_is_the_hosts(source: str, text: str) -> None:
    assert rendered(source) == text
