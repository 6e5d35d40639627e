"""The header of a challenge is read as RFC 9110 and Docker's token protocol write it."""

import pytest

from werfish.registry.challenge import Challenge, merged_scopes, parse_challenge


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        pytest.param('Basic realm="r"', Challenge("basic", "r"), id="password"),
        pytest.param("Basic", Challenge("basic"), id="password-without-realm"),
        pytest.param(
            'Bearer realm="https://a.example/t",service="s.example",scope="repository:a/b:pull,push"',
            Challenge("bearer", "https://a.example/t", "s.example", ("repository:a/b:pull,push",)),
            id="token",
        ),
        pytest.param(
            'bearer realm="https://a.example/t", error="insufficient_scope"',
            Challenge("bearer", "https://a.example/t"),
            id="case-and-unknown-parameters",
        ),
        pytest.param(
            'Basic realm="r", Bearer realm="https://a.example/t",service=s',
            Challenge("bearer", "https://a.example/t", "s"),
            id="token-is-preferred",
        ),
        pytest.param("Negotiate", None, id="unknown-way"),
        pytest.param("Bearer scope=x", None, id="token-without-realm"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_header_is_read(header: str, challenge: Challenge | None) -> None:
    assert parse_challenge(header) == challenge


def test_scopes_of_one_repository_become_one() -> None:
    scopes = ["repository:a:pull", "repository:b:pull", "repository:a:push,pull"]
    assert merged_scopes(scopes) == ("repository:a:pull,push", "repository:b:pull")
