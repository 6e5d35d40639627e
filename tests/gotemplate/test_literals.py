"""Numbers, characters and strings as templates write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.literals import character_of, number_of
from werfish.gotemplate.quoting import quote, unquote
from werfish.gotemplate.values import MISSING, from_bytes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x1F", 31),
        ("017", 15),
        ("0o17", 15),
        ("0b101", 5),
        ("1_000", 1000),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("0x1p4", 16.0),
        ("1_0.5", 10.5),
    ],
)
def test_number_has_the_type_that_its_form_says(text: str, value: float) -> None:
    found = number_of(text).ideal
    assert (found, type(found)) == (value, type(value))


def test_whole_float_is_an_integer_where_one_is_wanted() -> None:
    assert number_of("3.0").integer == 3


def test_too_large_for_int_is_still_unsigned() -> None:
    number = number_of("18446744073709551615")
    assert (number.integer, number.unsigned) == (MISSING, 2**64 - 1)


@pytest.mark.parametrize(
    "text", ["08", "1__0", "1_", "0x", "1e400", "1.2.3", "99999999999999999999"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(GoError, match=r"number syntax|integer overflow"):
        number_of(text)


def test_complex_numbers_are_refused_by_name() -> None:
    with pytest.raises(GoError, match="complex numbers are not supported"):
        number_of("1+2i")


@pytest.mark.parametrize(
    ("text", "code"),
    [("'a'", 97), (r"'\n'", 10), (r"'\''", 39), (r"'\xff'", 255), ("'世'", 0x4E16)],
)
def test_character_is_its_number(text: str, code: int) -> None:
    assert character_of(text).ideal == code


@pytest.mark.parametrize("text", ["''", "'ab'", r"'\"'", r"'\q'", r"'\400'"])
def test_what_is_no_character_is_refused(text: str) -> None:
    with pytest.raises(GoError):
        character_of(text)


def test_escapes_of_bytes_make_characters_together() -> None:
    assert unquote(r'"\xc3\xa9\303\251"') == "éé"


def test_raw_string_loses_only_carriage_returns() -> None:
    assert unquote("`a\\n\r\nb`") == "a\\n\nb"


@given(st.binary(max_size=40))
def test_quoting_and_unquoting_give_the_string_back(data: bytes) -> None:
    text = from_bytes(data)
    assert unquote(quote(text)) == text
    assert unquote(quote(text, ascii_only=True)) == text
    assert quote(text, ascii_only=True).isascii()
