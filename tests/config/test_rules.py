"""What single texts must be like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.config import rules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/a", ""),
        ("a", '"a" is not absolute; write "/a"'),
        ("./a", '"./a" is not absolute; write "/a"'),
        ("../a", '"../a" is not absolute; begin it with "/"'),
        ("~/a", '"~/a" is not absolute; begin it with "/"'),
        (".", '"." is not absolute; begin it with "/"'),
        (" ", "it is empty"),
        ("", "it is empty"),
    ],
)
def test_absolute(text: str, said: str) -> None:
    assert rules.absolute(text) == said


@pytest.mark.parametrize("text", ["a", "a/..", "a/../b", ".", "..a", "a/..b"])
def test_inside(text: str) -> None:
    assert rules.inside(text) == rules.inside_context(text) == ""


@pytest.mark.parametrize("text", ["..", "../a", "a/../..", "/a", "", "a/../../b"])
def test_outside(text: str) -> None:
    assert rules.inside(text)
    assert rules.inside_context(text)


@pytest.mark.parametrize(
    "text",
    [
        *("alpine", "alpine:3.20", "localhost:5000/a/b", "Host.example.com/a__b:V1"),
        f"reg.example.com/base/alpine:3@sha256:{'0a' * 32}",
    ],
)
def test_a_base_image(text: str) -> None:
    assert rules.base_image(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("Alpine:3", "lower-case letters only"),
        ("docker.io/<no value>", "what a template prints for a value that is not there"),
        ("https://hub.example.com/a", 'named without "https://"'),
        ("alpine:", "is not a tag"),
        ("alpine@sha256:12", "is not a digest"),
        ("a b", "not part of a repository's name"),
    ],
)
def test_no_base_image(text: str, said: str) -> None:
    assert said in rules.base_image(text)


def test_ports_and_health_checks() -> None:
    assert rules.ports("80 53/udp") == rules.ports("$PORT") == rules.health_check("NONE") == ""
    assert rules.ports("http").startswith('"http" is not a port')
    assert rules.ports("") == rules.health_check(" ") == "it is empty"
    assert rules.health_check("curl x").startswith('no command in "curl x"')


@pytest.mark.parametrize(
    "text",
    [
        "a:10.0.0.1",
        "a=10.0.0.1",
        "a.b:::1",
        "a:[::1]",
        "a=fe80::1",
        "a:host-gateway",
        " a:1.1.1.1 ",
    ],
)
def test_extra_hosts(text: str) -> None:
    assert rules.extra_host(text) == ""


@pytest.mark.parametrize(
    "text", ["", "a", "a:", ":1.1.1.1", "a:b", "a=", "a:1.1.1", "1.1.1.1", "::1"]
)
def test_what_is_no_extra_host(text: str) -> None:
    assert rules.extra_host(text)


@pytest.mark.parametrize("text", ["linux/amd64", "linux/arm/v7", "windows/amd64/10.0"])
def test_platforms(text: str) -> None:
    assert rules.platform(text) == ""


@pytest.mark.parametrize("text", ["linux", "Linux/amd64", "linux/", "linux-amd64", "a/b/c/d", ""])
def test_what_is_no_platform(text: str) -> None:
    assert "is not a platform" in rules.platform(text)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/werf/werf.git", "werf/werf"),
        ("https://github.com/werf/werf/", "werf/werf"),
        ("https://user:secret@host:8443/a/b/c", "b/c"),
        ("git@github.com:werf/werf.git", "werf/werf"),
        ("git@host:a/b/c.git", "b/c"),
        ("ssh://git@host:22/a/b", "a/b"),
        ("file:///srv/git/a.git", "git/a"),
    ],
)
def test_names_of_repositories(url: str, name: str) -> None:
    assert (rules.remote_url(url), rules.remote_name(url)) == ("", name)


@pytest.mark.parametrize("url", ["", "a", "a/b", "https://host", "git@host:a"])
def test_what_is_no_repository(url: str) -> None:
    assert "is not an address" in rules.remote_url(url) or rules.remote_name(url)


@pytest.mark.parametrize("text", ["main", "a/b", "/a/", "//", "/^v[0-9]+$/"])
def test_names_and_patterns(text: str) -> None:
    assert rules.name_or_pattern(text) == ""


@pytest.mark.parametrize("text", ["", "/", "/a", "/(/", "/a(?=b)/", "/[/"])
def test_what_is_neither(text: str) -> None:
    assert rules.name_or_pattern(text)


UNWRITTEN = (
    *(rules.duration, rules.seconds, rules.name_or_pattern),
    *(rules.ports, rules.health_check),
)
"""Rules that no pattern in the JSON Schema stands for."""


@given(st.text())
def test_every_rule_answers(text: str) -> None:
    for rule in (*rules.PATTERNS, *UNWRITTEN):
        assert isinstance(rule(text), str)


@given(st.text(st.sampled_from("ab/.~-=1 A:")))
def test_patterns_for_editors_allow_what_is_right(text: str) -> None:
    for rule, pattern in rules.PATTERNS.items():
        if not rule(text):
            assert re.search(pattern, text), (rule, text)


@given(st.text(st.sampled_from("ab/.")).map("/".__add__))
def test_clean_paths_are_clean(path: str) -> None:
    clean = rules.clean(path)
    assert rules.clean(clean) == clean
    assert clean.startswith("/")
    assert not {"", ".", ".."} & set(clean[1:].split("/")) or clean == "/"
