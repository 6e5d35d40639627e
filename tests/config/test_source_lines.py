"""Where the lines of a rendered configuration were written."""

from hypothesis import given
from hypothesis import strategies as st

from werfish.config.source_lines import Place, SourceLines


@given(st.integers(1, 1000))
def test_a_file_without_templates_is_its_own_source(line: int) -> None:
    assert SourceLines().place_of(line, "werf.yaml") == Place("werf.yaml", line)


def test_lines_that_a_template_printed() -> None:
    places = [Place("werf.yaml", 1), Place(".werf/a.tmpl", 3, is_written=False)]
    lines = SourceLines(lambda: places)
    assert [lines.place_of(line, "werf.yaml") for line in (1, 2)] == places
    assert str(lines.place_of(2, "werf.yaml")) == ".werf/a.tmpl:3"


def test_a_line_after_the_end_is_the_last_one() -> None:
    lines = SourceLines(lambda: [Place("a", 1), Place("a", 7)])
    assert lines.place_of(99, "werf.yaml") == Place("a", 7)
    assert lines.place_of(0, "werf.yaml") == Place("a", 1)


def test_a_text_of_nothing_has_one_line() -> None:
    assert SourceLines(tuple).place_of(1, "werf.yaml") == Place("werf.yaml", 1)


def test_lines_are_not_looked_for_until_they_are_asked_for() -> None:
    asked: list[int] = []
    SourceLines(lambda: asked.append(1))
    assert asked == []
