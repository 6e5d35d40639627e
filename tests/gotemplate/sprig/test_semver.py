"""Versions as ``Masterminds/semver`` compares them."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from werfish.gotemplate.sprig.semver.constraints import meets, parse_constraints
from werfish.gotemplate.sprig.semver.errors import SemverError
from werfish.gotemplate.sprig.semver.version import Version, compare, parse_version

numbers = st.integers(0, 20)
words = st.sampled_from(["", "-a", "-a.1", "-a.11", "-a.b", "-1", "-rc", "+b", "-a+b"])
versions = st.builds("{}.{}.{}{}".format, numbers, numbers, numbers, words)
parsed = versions.map(parse_version)


@given(versions)
def test_a_version_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_version(text)) == text


@given(versions, versions)
def test_order_has_two_sides(left: str, right: str) -> None:
    first, second = parse_version(left), parse_version(right)
    assert compare(first, second) == -compare(second, first)


@given(parsed, parsed, parsed)
def test_order_is_transitive(low: Version, middle: Version, high: Version) -> None:
    if compare(low, middle) <= 0 and compare(middle, high) <= 0:
        assert compare(low, high) <= 0


@given(versions)
def test_a_version_meets_itself(text: str) -> None:
    assert meets(parse_version(text), parse_constraints(f"={text}"))


@given(st.text(alphabet="0123x*.-+<>=~^|, va", max_size=16))
def test_any_text_is_a_constraint_or_an_error(text: str) -> None:
    with suppress(SemverError):
        meets(parse_version("1.2.3"), parse_constraints(text))
