"""When to try again, and how long to wait before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.errors import RegistryError
from werfish.registry.errors import RefusedError, UnreachableError
from werfish.registry.retry import RetryPolicy, delay_after, retry_after_of

POLICY = RetryPolicy()
BACKOFF = POLICY.backoff


@given(st.integers(1, 10), st.floats(0, 1))
def test_wait_is_bounded(attempt: int, chance: float) -> None:
    """Whatever chance says, a wait is between half and all of its step."""
    delay = delay_after(RefusedError("", "", 503), attempt, POLICY, chance)
    assert (delay is None) == (attempt >= BACKOFF.attempts)
    if delay is not None:
        step = min(BACKOFF.longest, BACKOFF.first * 2 ** (attempt - 1))
        assert step / 2 <= delay <= step


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(RefusedError("", "", 404), id="not-there"),
        pytest.param(RefusedError("", "", 501), id="not-supported"),
        pytest.param(UnreachableError("", "", is_transient=False), id="never-answered"),
        pytest.param(RegistryError(""), id="anything-else"),
    ],
)
def test_lasting_errors_are_not_tried_again(error: RegistryError) -> None:
    assert delay_after(error, 1, POLICY, 0.5) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3.0),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            10.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_of(headers) == seconds
