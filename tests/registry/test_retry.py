"""When to try again, and how long to wait before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.backoff import Timing
from werfish.errors import RegistryError
from werfish.registry.errors import RefusedError, UnreachableError
from werfish.registry.retry import (
    Attempts,
    RetryPolicy,
    Silence,
    delay_after,
    retry_after_of,
    with_retries,
)

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


def test_who_does_not_answer_is_asked_twice_and_then_once() -> None:
    """A registry that stays silent cost five times its time for each thing that it was asked."""
    said: list[str] = []
    silence, asked = Silence(said.append), list[str]()

    def ask(host: str) -> None:
        asked.append(host)
        raise UnreachableError("look", "silent", is_transient=True, silent=host)

    def outcome(host: str) -> None:
        timing = Timing(lambda: 0.0, lambda _: None, lambda: 0.5)
        attempts = Attempts(timing, POLICY, lambda _: None, silence)
        with pytest.raises(UnreachableError):
            with_retries(lambda: ask(host), attempts)

    outcome("a")
    outcome("a")
    outcome("b")
    silence.broken("a")
    outcome("a")
    assert asked == ["a", "a", "a", "b", "b", "a", "a"]
    assert said == ["look: silent; it is asked once more"] * 3


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
