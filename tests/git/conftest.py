"""Repositories for the tests of this package, apart from the configuration of whoever runs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git.mirror_home import Home
from tests.git.servers import GitServer
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


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def server(work: WorkTree, tmp_path: Path) -> Iterator[GitServer]:
    """Serve a bare clone of *work*, which `push` brings up to date."""
    work.write("app.py", b"one")
    work.commit()
    work.git("branch", "--move", "master")
    work.git("clone", "--quiet", "--bare", str(work.root), str(tmp_path / "srv/group/app.git"))
    work.git("remote", "add", "origin", str(tmp_path / "srv/group/app.git"))
    with GitServer(tmp_path / "srv") as running:
        yield running
