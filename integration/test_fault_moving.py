"""Repositories that move while they are read: one commit is built, or one error says why not."""

import random
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.leftovers import apart, left_behind
from integration.project import GitProject
from integration.trees import mounted_tree, timeless
from integration.whole_project import BUILD, forget_stages, references, start_alone
from werfish.errors import GitError

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

NAME = f"moving-{uuid.uuid4().hex[:8]}"
FILES = 40
CONFIG = """
configVersion: 1
project: {name}
---
image: app
from: busybox:1.35
git:
- {{add: /files, to: /own, stageDependencies: {{setup: "0*"}}}}
- url: file://{lib}
  branch: main
  herebyIAdmitThatBranchMightBreakReproducibility: true
  add: /files
  to: /other
shell: {{setup: cat /own/* > /result}}
"""


class Moving:
    """A repository whose files all say which change they are of, changed again and again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.project = GitProject(folder)
        self.changes = 0

    def change(self) -> None:
        """Commit the next change."""
        self.changes += 1
        text = f"{self.changes}\n"
        self.project.commit({f"files/{number:02}": text for number in range(FILES)})

    def move(self, chance: random.Random) -> None:
        """Do to the repository what people and their tools do."""
        chance.choice((self.change, self.change, self._replace, self._prune, self._switch))()

    def _replace(self) -> None:
        self.project.git("reset", "-q", "--hard", "HEAD~1")
        self.change()

    def _prune(self) -> None:
        self._replace()
        self.project.git("reflog", "expire", "--expire=now", "--all")
        self.project.git("gc", "-q", "--prune=now")

    def _switch(self) -> None:
        self.project.git("checkout", "-q", "-B", "other", "HEAD~1")
        self.change()
        self.project.git("checkout", "-q", "-B", "main", "other")


@pytest.fixture
def faulty(program: Program, tmp_path: Path) -> Iterator[Program]:
    yield apart(program, tmp_path / "faulty")
    forget_stages(NAME)


@contextmanager
def moved(repositories: tuple[Moving, ...], chance: random.Random) -> Iterator[None]:
    """Move all of *repositories* until the end of the block."""
    ended = threading.Event()
    failures: list[Exception] = []

    def run(one: Moving, own: random.Random) -> None:
        try:
            while not ended.wait(own.uniform(0, 0.2)):
                one.move(own)
        except subprocess.CalledProcessError as error:
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(one, random.Random(chance.random())))
        for one in repositories
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_repository_that_moves_while_it_is_read(faulty: Program, tmp_path: Path) -> None:
    own, lib = Moving(faulty.folder), Moving(tmp_path / "lib")
    for one in (own, lib):
        one.change()
        one.change()
    own.project.commit({"werf.yaml": CONFIG.format(name=NAME, lib=lib.project.folder)})
    own.change()
    for chance in rounds("moving", 2):
        with moved((own, lib), chance):
            processes = [start_alone(faulty, *BUILD) for _ in range(2)]
            said = [process.communicate()[1] for process in processes]
        for process, text in zip(processes, said, strict=True):
            check_ended(process.returncode, text)
        [(_, reference)] = references(faulty(*BUILD).stderr, ("app",))
        assert says(reference) == {"own": {own.changes}, "other": {lib.changes}}
        assert left_behind(faulty, NAME) == []


def check_ended(code: int, said: str) -> None:
    """See that the image is of one commit each, or that one error says what was missing."""
    assert "Traceback" not in said
    if code == 0:
        [(_, reference)] = references(said, ("app",))
        assert all(len(found) == 1 for found in says(reference).values()), said
    else:
        assert (code, said.count("error: ")) == (GitError.exit_code, 1), said


def says(reference: str) -> dict[str, set[int]]:
    """Return of which changes the files of an image are, by the folder they are in."""
    shown = subprocess.run(
        ["docker", "run", "--rm", reference, "sh", "-c", "cd /; grep -r '' own other"],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, set[int]] = {"own": set(), "other": set()}
    for line in shown.stdout.splitlines():
        path, _, number = line.partition(":")
        found[path.partition("/")[0]].add(int(number))
    paths = [
        path for path in timeless(mounted_tree(reference)) if path.startswith(("own/", "other/"))
    ]
    assert len(paths) == 2 * FILES
    return found
