"""The sets of functions of the two generations of werf.yaml."""

import pytest

from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import TemplateError
from werfish.gotemplate.functions import lenient_functions, strict_functions
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC

HOST = Host(now=lambda: 0, zone=UTC, random=bytes)
VARIABLES = {"SET": "value", "EMPTY": "", "PATH_1": "p"}


def strict(text: str) -> str:
    """Return what *text* prints under werf 2's rules."""
    templates = TemplateSet("t", strict_functions(VARIABLES.get, HOST))
    templates.parse("t", text)
    return templates.render("t", {})


def lenient(text: str) -> str:
    """Return what *text* prints under werf 1.1's rules."""
    templates = TemplateSet("t", lenient_functions(VARIABLES.get, HOST))
    templates.parse("t", text)
    return templates.render("t", {})


@pytest.mark.parametrize("rendered", [strict, lenient])
def test_variable_is_its_value_or_the_default(rendered: object) -> None:
    assert callable(rendered)
    assert rendered('{{ env "SET" }} {{ env "SET" "d" }} {{ env "NO" "d" }}') == "value value d"
    assert rendered('{{ env "EMPTY" "d" }}{{ env "EMPTY" }}') == "d"


def test_unset_variable_is_an_error_where_rules_are_strict() -> None:
    with pytest.raises(
        TemplateError, match='variable "NO" must be set or default must be provided'
    ):
        strict('{{ env "NO" }}')
    assert lenient('[{{ env "NO" }}]') == "[]"


def test_only_one_default() -> None:
    with pytest.raises(TemplateError, match="more than 1 optional argument prohibited"):
        strict('{{ env "NO" "a" "b" }}')


def test_expandenv_is_of_the_lenient_set_alone() -> None:
    text = '{{ expandenv "$SET-${PATH_1}-$NO-$$-${}-$.x-${SET" }}'
    assert lenient(text) == "value-p----$.x-SET"
    with pytest.raises(TemplateError, match='function "expandenv" not defined'):
        strict(text)


def test_required_refuses_nothing_and_empty_text_only() -> None:
    assert (
        strict('{{ required "m" 0 }}{{ required "m" false }}{{ required "m" list }}') == "0false[]"
    )
    for value in ("nil", '""', ".missing"):
        with pytest.raises(TemplateError, match="error calling required: say it"):
            strict(f'{{{{ required "say it" {value} }}}}')


def test_yaml_both_ways() -> None:
    assert strict('{{ fromYaml "a: {b: [1]}" | toYaml }}') == "a:\n  b:\n  - 1"
    assert strict('{{ toDate "2006-01-02" "2024-03-05" | toYaml }}') == "2024-03-05T00:00:00Z"


def test_sprig_is_in_both_sets() -> None:
    assert strict('{{ upper "a" }}') == lenient('{{ "a" | upper }}') == "A"
