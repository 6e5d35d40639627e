"""No text and no data make the engine fail in another way than by its own errors."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gotemplate.rendering import FUNCTIONS
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.formatting import sprintf
from werfish.gotemplate.values import Int64, Map, Slice, to_bytes
from werfish.gotemplate.yaml_v2.reading import map_of
from werfish.gotemplate.yaml_v2.writing import yaml_of

PIECES = st.sampled_from(
    [
        *("{{", "{{-", "}}", "-}}", "{{end}}", "{{else}}", "{{/*", "*/}}", "\n", "x"),
        *(".", ".a", ".a.b", "$", "$x", ":=", "=", "|", "(", ")", ","),
        *("{{-x", "-x", "+", "-", "--"),
        *('"s"', "`r`", "'c'", "1", "1.5", "0x", "-3", "nil", "true", '"%d"', '"%v"', '"t"'),
        *("if", "else", "end", "with", "range", "break", "continue", "define", "template", "block"),
        *("print", "printf", "len", "index", "eq", "lt", "and", "or", "not", "call", "slice"),
        *("list", "dict", "include", "tpl"),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-(2**63), 2**63 - 1).map(Int64)
    | st.floats()
    | st.binary(max_size=8).map(lambda data: data.decode("utf-8", "surrogateescape"))
    | st.binary(max_size=4)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "x y", ""]), inner, max_size=3)
        | st.lists(st.text(max_size=3), max_size=3).map(lambda items: Slice("[]string", items))
        | st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=2).map(
            lambda items: Map("map[string]string", items)
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=14).map(" ".join), DATA)
def test_templates_fail_only_by_template_errors(text: str, data: object) -> None:
    templates = TemplateSet("t", FUNCTIONS)
    with contextlib.suppress(TemplateError):
        templates.parse("t", text)
        templates.render("t", data)


@settings(max_examples=300)
@given(st.text(alphabet="%+-# 0.5*[]12dvsqxXtTfegcUbop", max_size=12), st.lists(DATA, max_size=3))
def test_printf_never_fails(text: str, arguments: list[object]) -> None:
    to_bytes(sprintf(text, *arguments))


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{},&*!<|>'\"%@?# \n\t0.é", max_size=30))
def test_yaml_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(GoError):
        map_of(text)


@settings(max_examples=200)
@given(st.dictionaries(st.text(max_size=6), st.text(max_size=90), max_size=3))
def test_yaml_that_is_written_reads_back(data: dict[str, str]) -> None:
    """Texts come back as they were; ``<<`` as a key means something else to a reader."""
    clean = {key: value for key, value in data.items() if key != "<<"}
    assert map_of(yaml_of(clean)) == clean
