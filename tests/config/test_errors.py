"""How problems are shown: where, what, and the line that they are about."""

import pytest

from werfish.config.errors import InvalidConfigError, Problem, shown_problem
from werfish.config.source_lines import Place, SourceLines

TEXT = ("first: 1", "second: 2", "")
PRINTED = SourceLines(
    lambda: [Place("werf.yaml", 1), Place(".werf/a.tmpl", 9, is_written=False), Place("x", 2)]
)


def shown(problem: Problem, lines: SourceLines = SourceLines()) -> str:  # noqa: B008 - frozen
    return shown_problem("werf.yaml", problem, TEXT, lines)


def test_a_problem_is_marked() -> None:
    assert shown(Problem(2, 9, "document 1", "wrong")) == (
        "  werf.yaml:2:9: document 1: wrong\n     2 | second: 2\n       |         ^"
    )


def test_the_whole_file_has_no_way_to_it() -> None:
    assert shown(Problem(1, 1, "", "wrong")).startswith("  werf.yaml:1:1: wrong\n")


def test_a_repeated_thing_says_where_it_was_first() -> None:
    assert "wrong, first in line 1\n" in shown(Problem(2, 1, "", "wrong", first=1))
    assert "wrong, first in werf.yaml:1\n" in shown(Problem(2, 1, "", "wrong", first=1), PRINTED)


def test_a_line_that_was_printed_is_shown_as_it_was_rendered() -> None:
    """Its column says nothing of the template."""
    assert shown(Problem(2, 9, "", "wrong"), PRINTED) == (
        "  .werf/a.tmpl:9: wrong\nrendered 2 | second: 2\n       |         ^"
    )


@pytest.mark.parametrize("line", [3, 4, 99])
def test_nothing_is_quoted_where_nothing_stands(line: int) -> None:
    assert shown(Problem(line, 1, "", "wrong")) == f"  werf.yaml:{line}:1: wrong"


@pytest.mark.parametrize("column", [0, 10, 500])
def test_no_mark_outside_of_the_line(column: int) -> None:
    assert "^" not in shown(Problem(2, column, "", "wrong"))


def test_wide_lines_are_cut() -> None:
    text = ("x" * 500,)
    near = shown_problem("f", Problem(1, 120, "", "w"), text, SourceLines())
    far = shown_problem("f", Problem(1, 121, "", "w"), text, SourceLines())
    assert near.splitlines()[1].endswith("x...")
    assert (near.splitlines()[2].index("^"), "^" in far) == (8 + 120, False)


def test_problems_are_told_once_and_in_order() -> None:
    late, early = Problem(2, 1, "", "late"), Problem(1, 5, "", "early")
    error = InvalidConfigError("werf.yaml", [late, early, late], "a\nb")
    assert error.problems == (early, late)
    assert str(error).startswith('read "werf.yaml": 2 problems\n  werf.yaml:1:5: early')


def test_a_line_that_is_rendered_many_times_is_told_of_once() -> None:
    places = [Place("a.tmpl", 3), Place("werf.yaml", 2), *(Place("a.tmpl", 3) for _ in range(5))]
    lines = SourceLines(lambda: places)
    problems = [
        *(Problem(number, 1, f"image {number}", "wrong") for number in (1, 3, 4, 5, 6, 7)),
        Problem(2, 1, "image 2", "wrong"),
        Problem(3, 1, "image 3", "something else"),
    ]
    text = "x\ny\n" + "x\n" * 5
    error = InvalidConfigError("werf.yaml", problems, text, lines=lines)
    assert str(error).splitlines() == [
        'read "werf.yaml": 3 problems',
        "  a.tmpl:3: image 1: wrong; the same in image 3, image 4, image 5 and 2 more",
        "     3 | x",
        "       | ^",
        "  werf.yaml:2:1: image 2: wrong",
        "     2 | y",
        "       | ^",
        "  a.tmpl:3: image 3: something else",
        "     3 | x",
        "       | ^",
    ]
    assert len(error.problems) == 8


def test_what_is_wrong_in_another_manner_is_told_of_again() -> None:
    lines = SourceLines(lambda: [Place("a.tmpl", 3, is_written=False)] * 3)
    problems = [Problem(number, 1, f"image {number}", "wrong") for number in (1, 2)]
    error = InvalidConfigError("f", [*problems, Problem(3, 2, "", "wrong")], "x\ny\nz", lines=lines)
    assert str(error).splitlines() == [
        'read "f": 2 problems',
        "  a.tmpl:3: image 1: wrong; the same in image 2",
        "rendered 1 | x",
        "       | ^",
        "  a.tmpl:3: wrong",
        "rendered 3 | z",
    ]
