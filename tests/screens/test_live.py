"""The live tree: it stays below, what scrolls stays whole, and nothing needs restoring."""

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.terminal import FakeTerminal
from werfish.screens.events import (
    Event,
    Line,
    Moment,
    Outcome,
    StepBegan,
    TaskEnded,
    TasksBegan,
    TasksEnded,
)
from werfish.screens.live import LiveScreen

STEP = 0.125
"""Longer than between two drawings."""

BEGIN = (TasksBegan(("app", "web")), StepBegan("app", "setup", "app: building setup", 1, 2))


class Shown:
    """A screen on a terminal, with a clock that each event moves on."""

    def __init__(self, columns: int = 40, rows: int = 20, *, step: float = STEP) -> None:
        self.terminal = FakeTerminal(columns, rows)
        self.writes: list[str] = []
        self._screen = LiveScreen(color=True)
        self._seconds, self._step = 0.0, step

    def __call__(self, *events: Event) -> "Shown":
        for event in events:
            self._seconds += self._step
            self._feed(self._screen.show(event, self._moment))
        return self

    def tick(self, seconds: float = STEP) -> list[str]:
        self._seconds += seconds
        self._feed(self._screen.tick(self._moment))
        return self.terminal.text

    @property
    def _moment(self) -> Moment:
        return Moment(self._seconds, 0.0, self.terminal.columns, self.terminal.rows)

    def _feed(self, text: str) -> None:
        if text:
            self.writes.append(text)
            self.terminal.feed(text)
        assert self.terminal.is_cursor_shown
        assert self.terminal.is_wrapping
        assert not self.terminal.is_held


def test_lines_scroll_above_the_tree() -> None:
    shown = Shown()(*BEGIN, Line("app/setup | one", "app", "one"), Line("warning: w"))
    assert shown.terminal.text == [
        "app: building setup",
        "app/setup | one",
        "warning: w",
        "app  setup, 1 of 2, 0 s | one",
        "web  looking up stages",
        "2 running of 2",
    ]


def test_the_tree_goes_when_the_tasks_end() -> None:
    shown = Shown()(*BEGIN, TasksEnded(), Line("app: 1 of 2 stages built"))
    assert shown.terminal.text == ["app: building setup", "app: 1 of 2 stages built"]


def test_nothing_is_lost_and_no_tree_is_seen_where_all_is_over_at_once() -> None:
    shown = Shown(step=0.0)(*BEGIN, TasksEnded())
    assert shown.writes == ["app: building setup\n"]


def test_it_is_drawn_at_most_ten_times_a_second() -> None:
    shown = Shown(step=0.001)(*BEGIN, *[Line(f"{n}", "app", f"{n}") for n in range(1000)])
    assert len(shown.writes) <= 10
    assert shown.tick()[1:1001] == [str(n) for n in range(1000)]


def test_nothing_is_written_while_nothing_changes() -> None:
    shown = Shown()(*BEGIN)
    before = len(shown.writes)
    for _ in range(5):
        shown.tick()
    assert len(shown.writes) == before
    assert "1 s" in shown.tick(1.0)[1]


def test_what_is_passing_is_in_the_tree_only() -> None:
    line = Line("pulling x: 1 of 2 MB", "app", "pulling x: 1 of 2 MB", is_passing=True)
    shown = Shown(70)(*BEGIN, line)
    assert [text for text in shown.terminal.text if "pulling" in text] == [
        "app  setup, 1 of 2, 0 s | pulling x: 1 of 2 MB"
    ]


def test_without_tasks_lines_are_written_at_once() -> None:
    assert Shown(step=0.0)(Line("a"), Line("b")).writes == ["a\n", "b\n"]


def test_a_terminal_that_grows_narrower_is_redrawn_whole() -> None:
    """It wraps what is there anew: a line of 40 columns takes two rows of 30."""
    shown = Shown(40)(*BEGIN, Line("x", "app", "x" * 60))
    terminal = shown.terminal
    narrow = [line[at : at + 30] for line in terminal.lines for at in range(0, len(line), 30)]
    terminal.columns, terminal.lines, terminal.row = 30, [*narrow, []], len(narrow)
    assert shown.tick()[2:] == [
        "app  setup, 1 of 2, 0 s | xxx",
        "web  looking up stages",
        "2 running of 2",
    ]


LINES = st.text(st.sampled_from("ab 日e\u0301"), max_size=90).map(str.strip)


@given(st.lists(LINES, max_size=30), st.integers(8, 50), st.integers(6, 30))
def test_lines_of_any_width_stay_whole(texts: list[str], columns: int, rows: int) -> None:
    shown = Shown(columns, rows)(TasksBegan(("app", "web")))
    expected = FakeTerminal(columns, rows)
    for text in texts:
        shown(Line(text, "app", text))
        expected.feed(f"{text}\n")
    ended = (TaskEnded(one, Outcome.DONE, "done") for one in ("app", "web"))
    assert shown(*ended, TasksEnded()).terminal.text == expected.text
