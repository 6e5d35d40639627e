"""Blocks: lines of one step together, folded in CI, live where one task runs alone."""

from werfish.screens.events import (
    Event,
    Line,
    Moment,
    Outcome,
    SectionBegan,
    SectionEnded,
    StepBegan,
    StepEnded,
    TaskEnded,
    TaskRuns,
    TasksBegan,
    TasksEnded,
    TaskWaits,
)
from werfish.screens.folding import GITHUB, GITLAB, NO_FOLDING, Folding, block_name
from werfish.screens.grouped import PATIENCE, GroupedScreen


class Written:
    """What a screen wrote, a second an event."""

    def __init__(self, folding: Folding = NO_FOLDING) -> None:
        self._screen = GroupedScreen(folding)
        self._seconds = 1000.0
        self.text = ""

    def __call__(self, *events: Event) -> str:
        """Show *events* and return what that wrote."""
        before = self.text
        for event in events:
            self._seconds += 1
            self.text += self._screen.show(event, Moment(self._seconds, self._seconds))
        return self.text[len(before) :]

    def after(self, seconds: float) -> str:
        self._seconds += seconds
        return self._screen.tick(Moment(self._seconds, self._seconds))


TWO = TasksBegan(("app", "web"))
APP = StepBegan("app", "setup", "app: building setup: file x changed, 100%", 1, 1)
WEB = StepBegan("web", "install", "web: building install: new", 1, 1)
APP_SAYS = Line("app/setup | one", "app", "one")
WEB_SAYS = Line("web/install | two", "web", "two")
APP_ENDS = StepEnded("app", "app: built setup in 3 s")
WEB_FAILS = StepEnded("web", "web: install was not built, after 3 s", is_failed=True)
MIXED = (TWO, APP, WEB, APP_SAYS, WEB_SAYS, APP_SAYS, APP_ENDS, WEB_FAILS, TasksEnded())

PLAIN_TEXT = """\
app: building setup: file x changed, 100%
app/setup | one
app/setup | one
app: built setup in 3 s
web: building install: new
web/install | two
web: install was not built, after 3 s
"""
GITHUB_TEXT = """\
::group::app: building setup: file x changed, 100%25
app/setup | one
app/setup | one
::endgroup::
app: built setup in 3 s
web: building install: new
web/install | two
web: install was not built, after 3 s
"""
GITLAB_TEXT = (
    "\x1b[0Ksection_start:1002:werfish_1_app_setup[collapsed=true]\r\x1b[0K"
    "app: building setup: file x changed, 100%\n"
    "app/setup | one\n"
    "app/setup | one\n"
    "\x1b[0Ksection_end:1007:werfish_1_app_setup\r\x1b[0K\n"
    "app: built setup in 3 s\n"
    "\x1b[0Ksection_start:1003:werfish_2_web_install\r\x1b[0Kweb: building install: new\n"
    "web/install | two\n"
    "\x1b[0Ksection_end:1008:werfish_2_web_install\r\x1b[0K\n"
    "web: install was not built, after 3 s\n"
)


def test_lines_of_steps_at_the_same_time_are_kept_apart() -> None:
    assert Written()(*MIXED) == PLAIN_TEXT


def test_gitlab_folds_what_did_not_fail() -> None:
    assert Written(GITLAB)(*MIXED) == GITLAB_TEXT


def test_github_folds_what_did_not_fail() -> None:
    assert Written(GITHUB)(*MIXED) == GITHUB_TEXT


def test_a_step_without_lines_is_not_folded() -> None:
    assert Written(GITHUB)(TWO, APP, APP_ENDS).startswith("app: building")


def test_lines_of_a_task_alone_come_at_once() -> None:
    written = Written()
    assert written(TWO, TaskWaits("web", "app"), APP) == f"{APP.title}\n"
    assert written(APP_SAYS) == "app/setup | one\n"


def test_a_task_alone_is_shown_open() -> None:
    """What is seen while it comes must not be folded away."""
    alone = (TasksBegan(("app",)), APP, APP_SAYS, APP_ENDS)
    assert "::" not in Written(GITHUB)(*alone)
    assert "section_start:1002:werfish_1_app_setup\r" in Written(GITLAB)(*alone)


def test_who_is_no_longer_alone_is_continued_later() -> None:
    written = Written(GITLAB)
    written(TWO, TaskWaits("web", "app"), APP, APP_SAYS, TaskRuns("web"))
    assert written(WEB) == "\x1b[0Ksection_end:1006:werfish_1_app_setup\r\x1b[0K\n"
    assert written(APP_SAYS, WEB_SAYS) == ""
    ended = written(APP_ENDS)
    assert "werfish_2_app_setup" in ended
    assert f"{APP.title} (continued)\napp/setup | one\n" in ended


def test_who_is_alone_again_goes_on_at_once() -> None:
    written = Written()
    written(TWO, APP, WEB, APP_SAYS, WEB_FAILS, TaskEnded("web", Outcome.FAILED, "not built"))
    assert written.after(1) == f"{APP.title}\napp/setup | one\n"
    assert written(APP_SAYS) == "app/setup | one\n"


def test_a_long_step_is_said_to_run_once() -> None:
    written = Written()
    written(TWO, APP, WEB)
    assert written.after(PATIENCE - 3) == ""
    assert written.after(2) == "app: setup is still running after 30 s\n"
    assert written.after(1) == "web: install is still running after 30 s\n"
    assert written.after(100) == ""


def test_warnings_and_lines_of_no_step_are_not_held_back() -> None:
    written = Written()
    written(TWO, APP, WEB)
    assert written(Line("warning: w", "app", is_warning=True), Line("b")) == "warning: w\nb\n"


def test_what_is_held_back_is_written_when_the_tasks_end() -> None:
    assert Written(GITHUB)(TWO, APP, WEB, APP_SAYS, TasksEnded()) == (
        f"{APP.title}\napp/setup | one\n{WEB.title}\n"
    )


def test_names_of_blocks_are_safe() -> None:
    assert block_name("../a b:日[x]\n", "setup", 4) == "werfish_4_a_b_x_setup"


WAITING = SectionBegan("Waiting until it is ready")


def test_a_section_is_an_open_block_that_gitlab_lets_fold() -> None:
    written = Written(GITLAB)
    assert written(WAITING) == (
        "\x1b[0Ksection_start:1001:werfish_1_Waiting_until_it_is_ready\r\x1b[0K"
        "Waiting until it is ready\n"
    )
    assert written(Line("Deployment/web: waiting")) == "Deployment/web: waiting\n"
    assert written(SectionEnded("Ready in 3 s")) == (
        "\x1b[0Ksection_end:1003:werfish_1_Waiting_until_it_is_ready\r\x1b[0K\nReady in 3 s\n"
    )


def test_a_section_is_a_group_on_github_and_one_inside_is_none() -> None:
    inner = SectionBegan("Going back")
    written = Written(GITHUB)
    assert written(WAITING, inner, SectionEnded("back"), SectionEnded()) == (
        "::group::Waiting until it is ready\nGoing back\nback\n::endgroup::\n"
    )


def test_elsewhere_a_section_is_its_lines() -> None:
    shown = Written()(WAITING, Line("one"), SectionEnded("Ready"))
    assert shown == "Waiting until it is ready\none\nReady\n"
