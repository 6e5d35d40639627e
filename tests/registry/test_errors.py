"""Errors say what the registry said, in its own words, and what to do."""

import pytest

from werfish.registry.errors import AccessDeniedError, NotFoundError, RefusedError, refusal_of

BODY = b'{"errors":[{"code":"TAG_INVALID","message":"no","detail":{"b":1,"a":2}}]}'


def test_registry_is_quoted() -> None:
    error = refusal_of('publish "r.example/app:1"', "r.example/app", "r.example", 400, BODY)
    assert str(error) == (
        'publish "r.example/app:1": the registry answered 400: TAG_INVALID: no ({"a": 2, "b": 1})'
    )


def test_detail_of_a_denial_is_not_shown() -> None:
    """It is a list of rights in the registry's own terms."""
    body = BODY.replace(b"TAG_INVALID", b"DENIED")
    error = refusal_of("x", "r.example/app", "r.example", 403, body)
    assert str(error) == "x: the registry answered 403: DENIED: no"


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, AccessDeniedError, "docker login r.example"),
        (403, AccessDeniedError, "docker login r.example"),
        (404, NotFoundError, "r.example/app"),
        (429, RefusedError, "docker login r.example"),
        (413, RefusedError, "proxy"),
        (501, RefusedError, "not another web server"),
    ],
)
def test_status_decides_kind_and_hint(status: int, kind: type[RefusedError], hint: str) -> None:
    error = refusal_of("x", "r.example/app", "r.example", status, b"")
    assert type(error) is kind
    assert hint in error.hint


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errors":null}', b'{"errors":[1]}'])
def test_answer_without_words_is_named_by_its_status(body: bytes) -> None:
    error = refusal_of("x", "r.example/app", "r.example", 502, body)
    assert str(error) == "x: the registry answered 502: Bad Gateway"


def test_a_blob_that_somebody_else_puts_right_now_may_be_there_in_a_moment() -> None:
    """Distribution reads the empty file of its link, and says so in two ways at once."""
    both = b'{"errors":[{"code":"DIGEST_INVALID"},{"code":"MANIFEST_BLOB_UNKNOWN"}]}'
    one = b'{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}'
    found = [refusal_of("x", "r/app", "r", 400, body).is_transient for body in (both, one)]
    assert found == [True, False]
