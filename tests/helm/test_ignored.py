"""What a chart's `.helmignore` leaves out."""

from pathlib import Path

import pytest

from werfish.helm.ignored import ignores_of


@pytest.mark.parametrize(
    ("rules", "left_out", "kept"),
    [
        pytest.param("", "templates/.hidden", "templates/a.yaml", id="none"),
        pytest.param("# *.yaml\n\n*.bak\n", "templates/x/a.bak", "templates/a.yaml", id="name"),
        pytest.param("old/", "templates/old/a.yaml", "templates/old.yaml", id="folder"),
        pytest.param("a.yaml/", "templates/a.yaml/b", "templates/a.yaml", id="folders-only"),
        pytest.param("/templates/a*", "templates/ab", "templates/x/ab", id="from-the-root"),
        pytest.param("templates/[^a].yaml", "templates/b.yaml", "templates/a.yaml", id="class"),
        pytest.param("templates/*", "templates/x/a.yaml", "values.yaml", id="all-below"),
    ],
)
def test_rules_are_helms(tmp_path: Path, rules: str, left_out: str, kept: str) -> None:
    (tmp_path / ".helmignore").write_text(rules)
    ignores = ignores_of(tmp_path)
    assert (ignores(left_out), ignores(kept)) == (True, False)


def test_without_the_file_only_hidden_templates_are_left_out(tmp_path: Path) -> None:
    ignores = ignores_of(tmp_path)
    assert (ignores("templates/.x"), ignores("templates/x")) == (True, False)
