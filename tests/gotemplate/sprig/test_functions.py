"""Whatever a function gets of its types, it returns a value or a `GoError`."""

import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gotemplate.sprig.rendering import host_in, rendered
from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.sprig.certificates import Certificate
from werfish.gotemplate.sprig.functions import MODULES, functions_of, sprig_functions
from werfish.gotemplate.sprig.json_text import json_of
from werfish.gotemplate.sprig.times.moment import moment_of
from werfish.gotemplate.sprig.times.zones import UTC
from werfish.gotemplate.sprig.versions import semver
from werfish.gotemplate.types import GoType
from werfish.gotemplate.values import Int64, Map, Slice, any_key, from_bytes, strings

SLOW = {"bcrypt", "htpasswd", "derivePassword", "genPrivateKey", "genCA", "genSelfSignedCert"}
SLOW |= {"genSignedCert"}
FUNCTIONS = {name: each for name, each in sprig_functions(host_in()).items() if name not in SLOW}

SNIPPETS = [
    "a",
    "1",
    "-0x1f",
    "1.5",
    "1e999",
    "a,b",
    "[",
    "(?i)a*",
    "2006-01-02",
    "0o7",
    "2024-02-29",
    "1h5m",
    "Local",
    "v1.2.3-rc.1",
    ">=1.2<2",
    "$1",
    "http://u:p@h:1/p?q#f",
    "/a/../b",
    '{"a":[1]}',
    "YQ==",
    "ME======",
    "héllo",
    "FooBar_baz",
    "UTC",
    "00",
    "%zz",
]
snippets = st.sampled_from(["", "9" * 5000, *SNIPPETS])
texts = snippets | st.text(max_size=8) | st.binary(max_size=6).map(from_bytes)
ints = st.integers(-20, 20) | st.integers(-(2**63), 2**63 - 1)
moments = st.integers(-(10**20), 10**20).map(lambda each: moment_of(each, UTC))
leaves = (
    st.none() | st.booleans() | ints | ints.map(Int64) | st.floats() | texts | moments
    | st.binary(max_size=4) | st.sampled_from([semver("1.2.3-a"), Certificate("a", "b")])
)  # fmt: skip
names = st.text(alphabet="ab", max_size=2)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    maps = st.dictionaries(names, inner, max_size=3)
    any_maps = maps.map(lambda each: {any_key(key): item for key, item in each.items()})
    return (
        st.lists(inner, max_size=4) | maps | any_maps.map(lambda each: Map("map[any]any", each))
        | st.lists(texts, max_size=3).map(strings) | st.just(Slice("[]any", nil=True))
    )  # fmt: skip


anything = st.recursive(leaves, _containers, max_leaves=6)
OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": texts,
    "int": ints,
    "bool": st.booleans(),
    "uint32": st.integers(0, 2**32 - 1),
    "float64": st.floats(),
    "interface {}": anything,
    "map[string]interface {}": st.dictionaries(names, anything, max_size=3),
    "[]interface {}": st.lists(anything, max_size=3),
    "time.Time": moments,
    "sprig.certificate": st.just(Certificate("a", "b")),
}
CALLS = st.sampled_from(sorted(FUNCTIONS))
BIG = {"repeat", "indent", "nindent", "until", "untilStep", "seq", "randAlpha", "randAscii"}
BIG |= {"randAlphaNum", "randNumeric", "randBytes"}


def argument_of(go_type: GoType, name: str) -> st.SearchStrategy[Any]:
    """Return values of *go_type* for the function *name*; none that ask for gigabytes."""
    small = name in BIG and go_type.name == "int"
    return st.integers(-20, 20) if small else OF_TYPE[go_type.name]


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """Draw a function and arguments of its types."""
    name = draw(CALLS)
    function = FUNCTIONS[name]
    arguments = [draw(argument_of(each, name)) for each in function.parameters]
    if function.variadic is not None:
        arguments += draw(st.lists(argument_of(function.variadic, name), max_size=4))
    return name, arguments


@given(calls())
def test_a_call_returns_or_raises_what_go_would(call: tuple[str, list[Any]]) -> None:
    name, arguments = call
    with suppress(GoError):
        result = FUNCTIONS[name].call(*arguments)
        text_of(result)
        json_of(result)


@pytest.mark.parametrize(
    "call",
    [
        'repeat 2000000000 "x"',
        'indent 2000000000 "x"',
        'nindent 2000000000 "x"',
        'indent 100000 (repeat 100000 "\\n")',
    ],
)
def test_what_would_fill_the_memory_is_an_error(call: str) -> None:
    with pytest.raises(TemplateError, match="Repeat output length overflow"):
        rendered(f"{{{{ {call} }}}}")


def test_every_function_of_sprig_is_there() -> None:
    """Sprig 3.3 has 211 names, of which ``env`` and ``expandenv`` are the engine's."""
    assert len(sprig_functions(host_in())) == 209


def test_every_module_has_the_functions_that_are_said_of_it() -> None:
    for module in set(MODULES.values()):
        names = {name for name, home in MODULES.items() if home == module}
        assert set(functions_of(module, host_in())) == names


def test_nothing_is_loaded_before_it_is_called_for() -> None:
    code = (
        "import sys; from werfish.gotemplate.sprig.functions import SprigFunctions;"
        "table = SprigFunctions(None); assert 'genCA' in table and 'nope' not in table;"
        "table['trunc']; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "werfish.gotemplate.sprig.strings" in loaded
    assert "werfish.gotemplate.sprig.certificates" not in loaded
