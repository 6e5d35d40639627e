"""How commands end, in words."""

import pytest

from werfish.containers.ending import container_ending


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param(1, "ended with exit code 1", id="its-own"),
        pytest.param(
            137,
            "ended with exit code 137: it was killed, perhaps for lack of memory",
            id="killed",
        ),
    ],
)
def test_a_killed_command_is_told_from_one_that_failed(code: int, said: str) -> None:
    assert container_ending(code) == said
