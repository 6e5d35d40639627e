"""``--set`` means what it means to Helm."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.helm.strvals import SetValueError, parse_into, parse_json_into


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=b", {"a": "b"}),
        ("a=1,b=true,c=FALSE,d=null", {"a": 1, "b": True, "c": False, "d": None}),
        ("a=0,b=01,c=1.5,d=-3", {"a": 0, "b": "01", "c": "1.5", "d": -3}),
        ("a=99999999999999999999", {"a": "99999999999999999999"}),
        ("a=", {"a": ""}),
        ("a=,b=c", {"a": "", "b": "c"}),
        ("a.b.c=1", {"a": {"b": {"c": 1}}}),
        ("a\\.b=1", {"a.b": 1}),
        ("a=b\\,c", {"a": "b,c"}),
        ("a={x,y,1}", {"a": ["x", "y", 1]}),
        ("a={x},b=1", {"a": ["x"], "b": 1}),
        ("a[0]=x,a[2]=y", {"a": ["x", None, "y"]}),
        ("a[0].b=1,a[0].c=2", {"a": [{"b": 1, "c": 2}]}),
        ("a[0][1]=x", {"a": [[None, "x"]]}),
        ("a.b=1,a.c=2", {"a": {"b": 1, "c": 2}}),
        ("", {}),
        ("a=x=y", {"a": "x=y"}),
        ("a=\\{x\\}", {"a": "{x}"}),
    ],
)
def test_texts(text: str, expected: dict[str, Any]) -> None:
    assert parse_into({}, text) == expected


def test_a_set_goes_into_what_is_there() -> None:
    values = {"a": {"b": 1, "c": [1, 2]}}
    assert parse_into(values, "a.c[1]=3,a.d=4") == {"a": {"b": 1, "c": [1, 3], "d": 4}}
    assert values == {"a": {"b": 1, "c": [1, 2]}}


def test_a_string_set_keeps_strings() -> None:
    assert parse_into({}, "a=1,b={true,2}", str) == {"a": "1", "b": ["true", "2"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a", '"a" has no value'),
        ("a,b=1", "cannot end with ,"),
        ("a={x", "must terminate with '}'"),
        ("a[x]=1", "not a number"),
        ("a[-1]=1", "negative"),
        ("a[70000]=1", "greater than"),
        ("a[0]x=1", "unexpected data"),
        ("a[0=1", "no end"),
        ("a=1,a.b=2", "not a map"),
        ("a=1,a[0]=2", "not a list"),
        (".".join("a" * 40) + "=1", "nested"),
    ],
)
def test_what_cannot_be_understood(text: str, problem: str) -> None:
    with pytest.raises(SetValueError, match=problem):
        parse_into({}, text)


@pytest.mark.parametrize(
    "text",
    [
        "password={secret",
        "password=very,secret",
        "password=very,secret,indeed",
        "password=very,secret.x[a]=1",
        "password=very,a[secret]=1",
        "password=very,a[0]secret=1",
        "x=1,password.secret=very,password.secret.more=1",
    ],
)
def test_the_value_is_not_shown_in_errors(text: str) -> None:
    """A comma may be meant as part of the value: what follows it is no name then."""
    with pytest.raises(SetValueError) as caught:
        parse_into({}, text)
    assert "secret" not in str(caught.value)


@given(st.text())
def test_any_text_is_values_or_an_error(text: str) -> None:
    with suppress(SetValueError):
        assert isinstance(parse_into({}, text), dict)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('a={"b":[1,"x,y"]},c.d=null', {"a": {"b": [1, "x,y"]}, "c": {"d": None}}),
        ("a=1 , b=true", {"a": 1, " b": True}),
        ("a[1]=[2]", {"a": [None, [2]]}),
        ("a=", {"a": None}),
        ('{"k": {"new": 1}}', {"k": {"old": 0, "new": 1}}),
    ],
)
def test_json_values(text: str, values: dict[str, Any]) -> None:
    before = {"k": {"old": 0}}
    assert parse_json_into(before, text) == {**before, **values}


@pytest.mark.parametrize("text", ["a=x", "a=1 2", '{"a"'])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(SetValueError, match=r"^read --set-json .*JSON"):
        parse_json_into({}, text)
