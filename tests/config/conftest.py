"""Repositories for the tests of this package, apart from the configuration of whoever runs them."""

from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree, new_work_tree


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkTree:
    """Return an empty repository; git sees no configuration but its own."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n name = Ada\n email = ada@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return new_work_tree(tmp_path / "work")
