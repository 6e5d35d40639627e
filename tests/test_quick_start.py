"""What the program puts off: late patterns are patterns, and nothing else is changed."""

import copy
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.quick_start import LatePattern

TEXTS = st.text("ab1 ", max_size=8)
PATTERNS = st.sampled_from(["a+", "(?P<first>a)|b", r"\d", "", "^b", " $"])


def late(text: str, flags: int = 0) -> Any:
    return LatePattern(partial(re.compile, text, flags))


@given(PATTERNS, TEXTS)
def test_a_late_pattern_answers_as_the_pattern(pattern: str, text: str) -> None:
    now, then = re.compile(pattern), late(pattern)
    for _ in range(2):  # the second time what it was asked for is at hand
        for name in ("match", "search", "fullmatch"):
            found, expected = getattr(then, name)(text), getattr(now, name)(text)
            assert (found and found.span()) == (expected and expected.span())
        assert then.findall(text) == now.findall(text)
        assert then.sub("x", text) == now.sub("x", text)
        assert then.split(text) == now.split(text)
    for name in ("pattern", "flags", "groups", "groupindex"):
        assert getattr(then, name) == getattr(now, name)


@given(PATTERNS, TEXTS)
def test_the_functions_of_re_take_it(pattern: str, text: str) -> None:
    then = late(pattern)
    assert isinstance(then, re.Pattern)
    assert re.sub(then, "x", text) == re.sub(pattern, "x", text)
    assert re.findall(then, text) == re.findall(pattern, text)
    assert re.compile(then).findall(text) == re.findall(pattern, text)


def test_it_is_equal_hashed_copied_and_pickled_as_the_pattern() -> None:
    now, then = re.compile("a", re.IGNORECASE), late("a", re.IGNORECASE)
    assert then == now
    assert then == late("a", re.IGNORECASE)
    assert then != late("a")
    assert (hash(then), repr(then)) == (hash(now), repr(now))
    assert (copy.copy(then), copy.deepcopy(then)) == (now, now)
    assert pickle.loads(pickle.dumps(then)) == now  # noqa: S301  our own


def test_a_mistake_in_it_is_told_when_it_is_used() -> None:
    wrong = late("(")
    for _ in range(2):
        with pytest.raises(re.error, match="unterminated subpattern"):
            wrong.match("a")


PROGRAM = """
import json, re, sys
from werfish.quick_start import put_off
put_off()
import click, urllib3, yaml, yaml.reader, urllib3.util.url, tokenize, werfish.oci.reference
from werfish.quick_start import LatePattern
kind = lambda one: type(one) is LatePattern
def made():
    return re.compile("a")
told = {
    "metadata": "importlib.metadata._meta" in sys.modules,
    "yaml": kind(yaml.reader.Reader.NON_PRINTABLE),
    "url": kind(urllib3.util.url._URI_RE),
    "tokenize": kind(tokenize.cookie_re),
    "ours": kind(werfish.oci.reference._TAG),
    "here": kind(re.compile("a")),
    "called": kind(made()),
}
told["parsed"] = [yaml.safe_load("a: 2001-01-01\\nb: [1, .5, 0b1]")["b"], str(urllib3.util.parse_url("http://a.b:1/c?d"))]
told["refused"] = False
try:
    yaml.safe_load("a: \\x01")
except yaml.reader.ReaderError:
    told["refused"] = True
import importlib.metadata
told["version"] = importlib.metadata.version("click")
told["all"] = importlib.metadata.PackageNotFoundError.__name__
from importlib.metadata import version
told["after"] = [type(sys.modules["importlib.metadata"]).__name__, version("click")]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told() -> Mapping[str, Any]:
    """Run a program that puts off what it can, and return what it tells."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("module", ["yaml", "url", "tokenize", "ours"])
def test_patterns_of_modules_wait(told: Mapping[str, Any], module: str) -> None:
    assert told[module]


@pytest.mark.parametrize("place", ["here", "called"])
def test_others_do_not(told: Mapping[str, Any], place: str) -> None:
    assert not told[place]


def test_the_packages_work(told: Mapping[str, Any]) -> None:
    assert told["parsed"] == [[1, 0.5, 1], "http://a.b:1/c?d"]
    assert told["refused"]


def test_metadata_comes_when_it_is_wanted(told: Mapping[str, Any]) -> None:
    import importlib.metadata

    version = importlib.metadata.version("click")
    assert not told["metadata"]
    assert (told["version"], told["all"]) == (version, "PackageNotFoundError")
    assert told["after"] == ["module", version]
