"""The encoding of digests: unambiguous, in order, and pinned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.digest import Digest, Part, digest_of

text = st.text(max_size=12)
parts = st.lists(st.builds(Part, text, text, text), max_size=5)


def test_digest_is_pinned() -> None:
    """A changed value here means that every user rebuilds every stage."""
    digest = digest_of("from", [Part("base", "", "alpine:3.20")])
    assert digest.short == "9eca3f877215"


@given(parts, parts)
def test_equal_digests_mean_equal_parts(left: list[Part], right: list[Part]) -> None:
    assert (digest_of("install", left) == digest_of("install", right)) == (left == right)


@given(parts)
def test_kinds_never_collide(some: list[Part]) -> None:
    assert digest_of("install", some) != digest_of("setup", some)


@given(text, text)
def test_fields_do_not_run_into_each_other(left: str, right: str) -> None:
    one = digest_of("x", [Part("a", left + right, "")])
    other = digest_of("x", [Part("a", left, right)])
    assert (one == other) == (not right)


def test_names_that_are_not_utf8_have_digests() -> None:
    odd = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert digest_of("x", [Part("file", odd, "1")]) != digest_of("x", [Part("file", "caf?", "1")])


@pytest.mark.parametrize("wrong", ["", "abc", "A" * 64, "g" * 64, "a" * 65])
def test_only_sha256_in_lower_case_is_a_digest(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        Digest(wrong)
