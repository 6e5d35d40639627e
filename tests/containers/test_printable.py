"""What programs print, as people would see it in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.containers.printable import printable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param(b"plain \xc3\xa9\ttab", "plain é\ttab", id="text"),
        pytest.param(b" 10%\r 50%\r100%\r", "100%", id="bar"),
        pytest.param(b"|\b/\b-\bdone", "done", id="spinner"),
        pytest.param(b"\x1b[32mok\x1b[0m", "\x1b[32mok\x1b[0m", id="colour"),
        pytest.param(b"\x1b[31mred", "\x1b[31mred\x1b[0m", id="colour-does-not-go-on"),
        pytest.param(b"\x1b[2K\x1b[1Aup\x1b[?25l", "up", id="cursor"),
        pytest.param(b"\x1b]0;title\x07text", "text", id="title"),
        pytest.param(b"\x1b(0x\x1bc", "x", id="character-set"),
        pytest.param(b"a\x00\x07\x0eb\xff\x1b", "a\ufffd\ufffd\ufffdb\ufffd", id="binary"),
    ],
)
def test_what_is_shown(raw: bytes, shown: str) -> None:
    assert printable(raw) == shown


@given(st.binary())
def test_nothing_harms_the_terminal(raw: bytes) -> None:
    shown = printable(raw)
    for colour in (part.partition("m") for part in shown.split("\x1b")[1:]):
        assert colour[0].startswith("[")
        assert set(colour[0][1:]) <= set("0123456789:;")
    assert all(char in "\t\x1b" or ord(char) >= 32 for char in shown)
