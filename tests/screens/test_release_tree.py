"""The tree of a release: what matters has room, nothing is wider than the terminal."""

from hypothesis import given
from hypothesis import strategies as st

from tests.screens.test_live import Shown
from werfish.screens.events import (
    BranchChanged,
    Line,
    Moment,
    Row,
    Rows,
    RowState,
    Summed,
    TreeBegan,
    TreeEnded,
)
from werfish.screens.plain import line_of
from werfish.screens.release_tree import ReleaseTree, summary_lines
from werfish.screens.text import width

READY, WAITING, FAILED = RowState.READY, RowState.WAITING, RowState.FAILED


def branch(name: str, state: RowState = WAITING, pods: int = 0) -> Rows:
    below = (Row(f"{name}-{n}", state, "Running", "0/1", depth=1) for n in range(pods))
    return (Row(f"Deployment/{name}", state, str(state.value), "1/2", reason="why"), *below)


def lines(*branches: Rows, rows: int = 24, columns: int = 80) -> tuple[str, ...]:
    tree = ReleaseTree("shop", 0.0, {one[0].name: one for one in branches})
    return tree.lines(Moment(5.0, 100.0, columns, rows), color=False)


def test_a_branch_has_state_replicas_age_and_reason() -> None:
    pod = Row("web-1", WAITING, "ImagePullBackOff", "0/1", 40.0, "no such image", 1)
    own = Row("Deployment/web", WAITING, "waiting", "1/2", 97.0, "1 of 2 pods available")
    assert lines((own, pod), branch("db", READY)) == (
        "Deployment/web  waiting           1/2  3 s  1 of 2 pods available",
        "  web-1         ImagePullBackOff  0/1  1 m  no such image",
        "Deployment/db   ready             1/2       why",
        "shop: 1 ready, 1 waiting of 2, 5 s",
    )


def test_where_there_is_little_room_the_failed_branch_stays_whole() -> None:
    shown = lines(branch("a", READY), branch("b", WAITING, 9), branch("c", FAILED, 2), rows=12)
    assert [line.split()[0] for line in shown] == [
        "Deployment/a",
        "Deployment/b",
        "Deployment/c",
        "c-0",
        "c-1",
        "shop:",
    ]


def test_then_what_is_ready_goes() -> None:
    many = [branch(f"r{n}", READY) for n in range(50)]
    shown = lines(*many, branch("slow"), branch("bad", FAILED), rows=12)
    assert [line.split()[0] for line in shown] == ["Deployment/slow", "Deployment/bad", "shop:"]


STATES = st.sampled_from(list(RowState))
TEXTS = st.text(st.sampled_from("ab 日e\u0301-"), max_size=60)
ROWS = st.builds(Row, TEXTS, STATES, TEXTS, TEXTS, st.none() | st.floats(0, 1e6), TEXTS)
BRANCHES = st.lists(st.lists(ROWS, min_size=1, max_size=5).map(tuple), max_size=12)


@given(BRANCHES, st.integers(8, 120), st.integers(2, 40), st.booleans())
def test_it_fits_any_terminal(branches: list[Rows], columns: int, rows: int, color: bool) -> None:
    tree = ReleaseTree("shop", 0.0, {str(n): one for n, one in enumerate(branches)})
    shown = tree.lines(Moment(5.0, 2e6, columns, rows), color=color)
    assert len(shown) <= max(rows // 2, 1)
    assert all(width(line) < columns for line in shown)


@given(st.lists(ROWS, max_size=60).map(tuple), st.integers(8, 120), st.integers(8, 40))
def test_a_summary_fits_the_screen_below_its_title(rows: Rows, columns: int, height: int) -> None:
    shown = summary_lines(Summed("done", rows), Moment(0.0, 2e6, columns, height), color=False)
    assert shown[0] == "done"
    assert len(shown) < height
    assert all(width(line) < columns for line in shown[1:])


def test_a_summary_names_what_it_has_no_room_for() -> None:
    rows = tuple(Row(f"ConfigMap/{n}", READY, "ready") for n in range(30))
    shown = summary_lines(Summed("done", rows), Moment(0.0, rows=16), color=False)
    assert shown[-1] == "and 21 more"


def test_names_can_be_told_apart_on_a_narrow_screen() -> None:
    rows = tuple(Row(f"ConfigMap/conf-{n}", READY, "ready", reason="new") for n in range(3))
    shown = summary_lines(Summed("done", rows), Moment(0.0, columns=40), color=False)
    assert shown[1] == "ConfigMap/conf-0  ready  new"


def test_elsewhere_a_summary_is_whole() -> None:
    rows = tuple(Row(f"ConfigMap/{n}", READY, "ready", reason="x" * 200) for n in range(30))
    text = line_of(Summed("done", rows)) or ""
    assert text.splitlines()[0] == "done"
    assert text.splitlines()[30] == f"ConfigMap/29  ready  {'x' * 200}"


def test_it_is_live_below_the_logs_and_goes_at_the_end() -> None:
    shown = Shown(70)(TreeBegan("shop"), BranchChanged("web", branch("web")), Line("web-1 | hi"))
    assert shown.tick() == [
        "web-1 | hi",
        "Deployment/web  waiting  1/2  why",
        "shop: 1 waiting of 1, 0 s",
    ]
    shown(BranchChanged("web", branch("web", READY)))
    assert shown.tick()[1] == "Deployment/web  ready  1/2  why"
    assert shown(TreeEnded(), Line("done")).terminal.text == ["web-1 | hi", "done"]


def test_what_changes_without_a_tree_is_not_shown() -> None:
    assert Shown()(BranchChanged("web", branch("web"))).terminal.text == []
