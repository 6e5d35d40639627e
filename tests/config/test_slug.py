"""Slugs are werf's, byte for byte: names that exist in clusters and registries depend on them."""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.config import slug
from werfish.config.transliteration import table


@pytest.mark.parametrize(
    ("make", "text", "expected"),
    [
        pytest.param(slug.docker_tag, "-data", "data-a871d86e", id="leading-dash"),
        pytest.param(slug.docker_tag, "da/ta", "da-ta-afa96f8", id="hash-is-not-padded"),
        pytest.param(slug.kubernetes_namespace, "da_ta", "da-ta-3b339d14", id="underscore"),
        pytest.param(slug.helm_release, "A", "a-54dcf7ce", id="upper-case"),
        pytest.param(slug.helm_release, "x" * 54, "x" * 44 + "-18c5dfb9", id="long-release"),
        pytest.param(
            slug.kubernetes_namespace, "x" * 64, "x" * 54 + "-afd4efcd", id="long-namespace"
        ),
        pytest.param(slug.docker_tag, "x" * 129, "x" * 119 + "-8cca70eb", id="long-tag"),
        pytest.param(slug.kubernetes_namespace, "My_branch", "my-branch-8ebf2d1d", id="branch"),
        pytest.param(
            slug.docker_tag,
            "branch/one/!@#4.4-3",
            "branch-one-4-4-3-4fe08955",
            id="dropped-characters",
        ),
        pytest.param(slug.docker_tag, "helo/ehlo", "helo-ehlo-b6f6ab1f", id="slash"),
        pytest.param(slug.docker_tag, "16.04", "16.04", id="valid-tag-stays"),
        pytest.param(slug.helm_release, "my.release-1", "my.release-1", id="valid-release-stays"),
        pytest.param(slug.docker_tag, "", "", id="empty-stays"),
        pytest.param(slug.project, "My Project!", "my-project", id="project-has-no-hash"),
    ],
)
def test_vectors(make, text, expected) -> None:  # type: ignore[no-untyped-def]
    assert make(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ёлка Щука подъезд", "yolka-shchuka-podyezd"),
        ("Ünïcödé Æther ﬁ", "unicode-aether"),
        ("İstanbul×℃", "lstanbulxc"),
        ("ⓐ⒛⒜", "a20a"),
        ("①Ỉª", ""),
        ("--a  b--", "a-b"),
    ],
)
def test_letters_are_transliterated(text: str, expected: str) -> None:
    assert slug.slugify(text) == expected


def test_the_table_has_as_many_letters_as_werfs() -> None:
    assert len(table()) == 971


@given(st.text())
def test_a_slug_is_valid_everywhere(text: str) -> None:
    for make, is_valid in (
        (slug.helm_release, slug.is_helm_release),
        (slug.kubernetes_namespace, slug.is_kubernetes_namespace),
        (slug.docker_tag, slug.is_docker_tag),
    ):
        assert text == "" or is_valid(make(text))


@given(st.text())
def test_slugs_of_slugs_are_themselves(text: str) -> None:
    once = slug.slug(text, 53)
    assert slug.helm_release(once) == once
    assert re.fullmatch("[a-z0-9-]+", once)


def test_murmur3_of_known_texts() -> None:
    assert slug.murmur3(b"") == "0"
    assert slug.murmur3(b"hello") == "248bfa47"
