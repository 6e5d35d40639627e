"""A project that is built: its home is as a build left it, its daemon has the stages."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from werfish.actions.build import BuildOptions, build
from werfish.build.adapters import BuildAdapters
from werfish.cli.home import Home
from werfish.config.load import load_project
from werfish.containers.fact_store import FactStore
from werfish.git.repository import open_repository
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords

BASES = ("base:1", "base:2")
_AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
}


@dataclass(frozen=True)
class BuiltProject:
    """A git repository in *folder*, and a *home*; *backend* has what was built."""

    folder: Path
    home: Path
    backend: FakeBackend

    def build(self) -> None:
        """Build every image, with the backend in memory."""
        home = Home(self.home)
        facts, locks = FactStore(home.facts), FileLocks(home.locks)
        project = load_project(self.folder)
        adapters = BuildAdapters(
            open_repository(self.folder),
            self.backend,
            LocalStageStorage(self.backend, home.stages, project.name, locks, time.time),
            BlobStore(home.blobs, facts),
            PartsRecords(home.stages),
            Log(StringIO(), clock=time.monotonic),
        )
        build(project, BuildOptions(), adapters)
        for image in self.backend.images.values():
            facts.keep_config(image.config)

    def run(self, *arguments: str, daemon: str = "", python: tuple[str, ...] = ()) -> "Ran":
        """Run werfish as a program, with the daemon at the URL *daemon*."""
        own = {
            "HOME": str(self.home.parent),
            "WERF_HOME": "",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        docker = {"DOCKER_HOST": daemon.replace("http:", "tcp:")}
        done = subprocess.run(
            [sys.executable, *python, "-m", "werfish", *arguments],
            cwd=self.folder,
            env={**os.environ, **own, **docker},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Ran:
    """How a run of the program ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def modules(self) -> set[str]:
        """The modules that were imported, where ``-X importtime`` listed them."""
        lines = (line for line in self.stderr.splitlines() if line.startswith("import time:"))
        return {line.rpartition("|")[2].strip() for line in lines}


def built_project(folder: Path, files: dict[str, str]) -> BuiltProject:
    """Write and commit *files* below *folder*, and build what they describe."""
    work_tree, backend = folder / "project", FakeBackend()
    for name, text in files.items():
        path = work_tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    commands = (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "begin"))
    for command in commands:
        subprocess.run(["git", *command], cwd=work_tree, env={**os.environ, **_AUTHOR}, check=True)
    config = ImageConfig("amd64", "linux", "", {"Cmd": ["sh"]}, ())
    for base in BASES:
        backend.add(base, FakeImageTree({"etc": FOLDER}), config)
    project = BuiltProject(work_tree, folder / "user" / ".werfish", backend)
    project.build()
    return project
