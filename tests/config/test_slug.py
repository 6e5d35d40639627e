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
        pytest.param(slug.kubernetes_namespace, "data", "data", id="valid-namespace-stays"),
        pytest.param(
            slug.kubernetes_namespace,
            "kubernetes.namespace",
            "kubernetes-namespace-1507f75c",
            id="dot-in-a-namespace",
        ),
        pytest.param(slug.kubernetes_namespace, "", "", id="empty-namespace-stays"),
        pytest.param(slug.helm_release, "A", "a-54dcf7ce", id="upper-case"),
        pytest.param(slug.helm_release, "-data", "data-a871d86e", id="leading-dash-of-a-release"),
        pytest.param(slug.helm_release, "da/ta", "da-ta-afa96f8", id="slash-in-a-release"),
        pytest.param(slug.helm_release, "", "", id="empty-release-stays"),
        pytest.param(slug.helm_release, "x" * 53, "x" * 53, id="longest-release-stays"),
        pytest.param(slug.helm_release, "x" * 54, "x" * 44 + "-18c5dfb9", id="long-release"),
        pytest.param(
            slug.kubernetes_namespace, "x" * 64, "x" * 54 + "-afd4efcd", id="long-namespace"
        ),
        pytest.param(slug.kubernetes_namespace, "x" * 63, "x" * 63, id="longest-namespace-stays"),
        pytest.param(slug.docker_tag, "x" * 128, "x" * 128, id="longest-tag-stays"),
        pytest.param(slug.docker_tag, "_.-A", "_.-A", id="signs-of-a-tag-stay"),
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
        pytest.param(slug.project, "x" * 51, "x" * 50, id="long-project-is-cut"),
        pytest.param(slug.project, "x" * 50, "x" * 50, id="longest-project-stays"),
        pytest.param(slug.project, "a.b", "a-b", id="dot-in-a-project"),
        pytest.param(slug.limited, "data", "data", id="short-slug-stays"),
        pytest.param(slug.limited, "", "", id="empty-slug-stays"),
        pytest.param(slug.limited, "A", "a-54dcf7ce", id="what-is-no-slug"),
        pytest.param(slug.limited, "x" * 41, "x" * 41, id="longest-slug-stays"),
        pytest.param(slug.limited, "x" * 42, "x" * 33 + "-4555c381", id="slug-of-the-very-size"),
        pytest.param(slug.limited, "x" * 43, "x" * 33 + "-27e2f02f", id="long-slug"),
    ],
)
def test_vectors(make, text, expected) -> None:  # type: ignore[no-untyped-def]
    assert make(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "postgres-feature-31981-change-delivery-date-del-result",
            "postgres-feature-31981-change-delivery--852739dc",
        ),
        (
            "php_fpm_exporter-monitoring-dev-encrypt-1",
            "php-fpm-exporter-monitoring-dev-encrypt--83286e5",
        ),
    ],
)
def test_a_body_cut_at_a_dash_keeps_it(text: str, expected: str) -> None:
    assert slug.limited(text, 48) == expected


def test_bytes_that_are_no_text_count_for_the_hash_alone() -> None:
    first, second = ("a" + bytes([byte]).decode("utf-8", "surrogateescape") for byte in (254, 255))
    assert slug.docker_tag(first) != slug.docker_tag(second)
    assert slug.docker_tag(first).startswith("a-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ёлка Щука подъезд", "yolka-shchuka-podyezd"),
        ("Ünïcödé Æther ﬁ", "unicode-aether"),
        ("İstanbul×℃", "lstanbulxc"),
        ("ⓐ⒛⒜", "a20a"),
        ("①Ỉª", ""),
        ("--a  b--", "a-b"),
        ("&a(b{c})d-e_f[g]h,i.j;k:l=m+n<o>p~q/r s", "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s"),
        ("a!b\"c#d$e%f'g*h?i@j\\k^l`m|n", "abcdefghijklmn"),
        ("a-!-b!-", "a-b"),
        ("Ж Х Ц Щ Ъ Ь Ы Э Ю Я Й Е", "zh-h-c-shch-y-e-yu-ya-j-ye"),
        ("µÆÐð×ÞßŉŊƋƷØŁ℀™⒑⒛", "uaedoxthbnnndzolactm1020"),
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


@given(st.text(), st.integers(20, 128))
def test_no_slug_is_longer_than_it_may_be_or_begins_with_a_dash(text: str, size: int) -> None:
    made = slug.slug(text, size)
    assert len(made) <= size
    assert not made.startswith("-")


def test_murmur3_of_known_texts() -> None:
    assert slug.murmur3(b"") == "0"
    assert slug.murmur3(b"hello") == "248bfa47"
