"""``fromYaml`` and ``toYaml``, with what yaml.v2 2.4 itself read and wrote."""

import copy
from typing import Any

import pytest

from tests.gotemplate.rendering import FUNCTIONS, golden
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.functions import strict_functions
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC
from werfish.gotemplate.types import ANY_MAP
from werfish.gotemplate.values import Uint64, type_of
from werfish.gotemplate.yaml_v2.reading import map_of
from werfish.gotemplate.yaml_v2.writing import yaml_of

READING, WRITING = golden("from_yaml.json"), golden("to_yaml.json")
HOST = Host(now=lambda: 0, zone=UTC, random=bytes)


def outcome(template: str, data: Any) -> dict[str, str]:
    """Return what *template* prints, or its error."""
    templates = TemplateSet("werfConfig", {**strict_functions(lambda _: None, HOST), **FUNCTIONS})
    try:
        templates.parse("werfConfig", template)
        return {"out": templates.render("werfConfig", copy.deepcopy(data))}
    except TemplateError as error:
        return {"err": str(error)}


@pytest.mark.parametrize("case", READING["cases"], ids=lambda case: case["template"])
def test_text_is_read_as_yaml_v2_reads_it(case: dict[str, str]) -> None:
    """The texts are data: a template prints the types of what it reads of one."""
    expected = {key: value for key, value in case.items() if key != "template"}
    assert outcome(case["template"], READING["data"]) == expected


@pytest.mark.parametrize("case", WRITING["cases"], ids=lambda case: case["template"])
def test_value_is_written_as_yaml_v2_writes_it(case: dict[str, str]) -> None:
    expected = {key: value for key, value in case.items() if key != "template"}
    assert outcome(case["template"], WRITING["data"]) == expected


def test_map_inside_a_map_has_keys_of_any_type() -> None:
    found = map_of("a: {1: x, true: y}")
    assert type_of(found["a"]) == ANY_MAP
    assert len(found["a"]) == 2


def test_large_number_is_unsigned() -> None:
    assert isinstance(map_of("a: 18446744073709551615")["a"], Uint64)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "yaml: line "),
        ("- a", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map"),
        ("a: *x", "yaml: unknown anchor 'x' referenced"),
        ("a: &a [*a]", "yaml: anchor 'a' value contains itself"),
        ("a: !!int b", "yaml: cannot decode !!str `b` as a !!int"),
        ("<<: 5", "yaml: map merge requires map or sequence of maps as the value"),
    ],
)
def test_mistake_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        map_of(text)
    assert str(caught.value).startswith(message)


def test_bomb_of_aliases_is_refused() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(GoError, match="excessive aliasing"):
        map_of("\n".join(["a0: &a0 x", *levels]))


def test_bytes_that_are_no_text_are_written_as_binary() -> None:
    assert yaml_of("\udcff") == "!!binary /w==\n"
