"""Repositories for the tests of this package, apart from the configuration of whoever runs them."""

from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree, new_work_tree


@pytest.fixture(autouse=True)
def own_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let git see no configuration but this one."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        '[user]\n name = Ada\n email = ada@example.org\n[protocol "file"]\n allow = always\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def work(tmp_path: Path) -> WorkTree:
    """Return an empty repository."""
    return new_work_tree(tmp_path / "work")
