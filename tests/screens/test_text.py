"""What may be written to a terminal, and how wide it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.screens.text import cut, printable, width


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("a\x1b[2J\x1b[Hb", "ab", id="clear-screen"),
        pytest.param("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", "ab", id="title-and-link"),
        pytest.param("10 %\r50 %\r100 %\r", "100 %", id="overwritten"),
        pytest.param("a\tb", "a       b", id="tab"),
        pytest.param("a\b\x07\x00\x9b5Ab\x7f", "ab", id="control"),
        pytest.param("a\u202eb\u2028c", "abc", id="bidi-and-separators"),
        pytest.param("a\udcffb\ud800", "a\\xffb\ufffd", id="not-utf-8"),
        pytest.param("\x1b[31mred", "red", id="colour"),
        pytest.param("\x1b", "", id="cut-sequence"),
        pytest.param("日本\nb", "日本\nb", id="wide-and-lines"),
        pytest.param("\x1b[0Ksection_end:1:x\r\x1b[0K", "", id="a-mark-of-gitlab"),
    ],
)
def test_what_changes_the_terminal_is_left_out(raw: str, shown: str) -> None:
    assert printable(raw) == shown


def test_colours_stay_where_wanted_and_end_with_the_line() -> None:
    assert printable("\x1b[1;31ma\x1b[2Kb\nc", color=True) == "\x1b[1;31mab\x1b[0m\nc"
    assert printable("\x1b[31ma\x1b[0m", color=True) == "\x1b[31ma\x1b[0m"


@given(st.text(), st.booleans())
def test_printing_twice_changes_nothing(text: str, color: bool) -> None:
    once = printable(text, color=color)
    assert printable(once, color=color) == once
    assert not set(printable(text)) & {"\x1b", "\r", "\t", "\b", "\x9b"}


@given(st.text(st.characters(codec="utf-8")), st.integers(0, 30))
def test_what_is_cut_fits(text: str, columns: int) -> None:
    shown = cut(printable(text).replace("\n", ""), columns)
    assert width(shown) <= columns


def test_wide_and_combining_characters_count() -> None:
    assert width("日本e\u0301 a") == 7
    assert cut("日本語日本語", 8) == "日本..."
    assert cut("日本", 3) == "日"
