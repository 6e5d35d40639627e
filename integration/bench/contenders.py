"""Who is measured: each builds the three images of a project and publishes them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from integration.bench.project import IMAGES, Project
from integration.kit import bases
from integration.published import remove_built, remove_labelled

LABEL = "werfish-bench"
TAG = "latest"


class Contender(Protocol):
    """A way to build and publish; what it keeps between builds is gone after `forget`."""

    @property
    def title(self) -> str:
        """What the table calls it."""

    def prepare(self, project: Project) -> None:
        """Get ready for the last commit of *project*; that is not measured."""

    def publish(self, project: Project, repository: str) -> None:
        """Build every image of *project* and publish it below *repository*."""

    def forget(self, project: Project) -> None:
        """Remove everything that building *project* left on this machine."""


@dataclass(frozen=True, slots=True)
class Docker:
    """``docker build`` with the classic builder, then ``docker push``, image by image."""

    kind: str

    @property
    def title(self) -> str:
        """Name the order of the Dockerfile's instructions too."""
        return f"docker, {self.kind}"

    def prepare(self, project: Project) -> None:
        """See `Contender`: there is nothing to do."""

    def publish(self, project: Project, repository: str) -> None:
        """See `Contender`."""
        for image in IMAGES:
            reference = f"{repository}/{image}:{TAG}"
            label = f"{LABEL}={project.name}-{self.kind}"
            file = f"{image}.{self.kind}.Dockerfile"
            build = ["docker", "build", "--label", label, "--file", file, "--tag", reference, "."]
            run(build, project.folder, {"DOCKER_BUILDKIT": "0"})
            run(["docker", "push", reference], project.folder)

    def forget(self, project: Project) -> None:
        """See `Contender`; the classic builder's cache is the images themselves."""
        remove_labelled(os.environ, f"{LABEL}={project.name}-{self.kind}")


@dataclass(frozen=True, slots=True)
class Werfish:
    """``werfish build-and-publish`` with a home of its own below *scratch*."""

    scratch: Path

    @property
    def title(self) -> str:
        """Name the program."""
        return "werfish"

    def prepare(self, project: Project) -> None:
        """See `Contender`: there is nothing to do."""

    def publish(self, project: Project, repository: str) -> None:
        """See `Contender`."""
        options = ["--stages-storage", ":local", "--tag-custom", TAG]
        command = [sys.executable, "-m", "werfish", "build-and-publish", *options]
        own = {"WERF_HOME": str(self.scratch / project.name), **_installed(self.scratch)}
        run([*command, "--images-repo", repository], project.folder, own)

    def forget(self, project: Project) -> None:
        """See `Contender`; the home goes with *scratch*."""
        remove_built(os.environ, project.name)


@dataclass(frozen=True, slots=True)
class WerfishBuild:
    """``werfish build`` alone, of a clone: nothing is published, and no stage is shared."""

    scratch: Path

    @property
    def title(self) -> str:
        """Name the program and its command."""
        return "werfish, build"

    def prepare(self, project: Project) -> None:
        """See `Contender`: take a new commit over, under a name of its own."""
        clone = self._clone(project)
        if not clone.exists():
            run(["git", "clone", "--quiet", str(project.folder), str(clone)], self.scratch)
            text = (clone / "werf.yaml").read_text()
            text = text.replace(f"project: {project.name}\n", f"project: {clone.name}\n")
            Project(clone, clone.name).commit("werf.yaml", text)
        author = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"]
        run(["git", *author, "pull", "--quiet", "--no-rebase", "--no-edit"], clone)

    def publish(self, project: Project, repository: str) -> None:
        """See `Contender`; only the building."""
        clone = self._clone(project)
        command = [sys.executable, "-m", "werfish", "build", "--stages-storage", ":local"]
        own = {"WERF_HOME": f"{clone}-home", **_installed(self.scratch)}
        run(command, clone, own)

    def forget(self, project: Project) -> None:
        """See `Contender`; clone and home go with *scratch*."""
        remove_built(os.environ, self._clone(project).name)

    def _clone(self, project: Project) -> Path:
        return self.scratch / f"{project.name}-alone"


def _installed(scratch: Path) -> Mapping[str, str]:
    """Have Python keep compiled modules, as those of an installed program are kept."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(scratch / "compiled")}


def yardstick() -> None:
    """Do what any container costs on this machine."""
    run(["docker", "run", "--rm", bases.BUSYBOX, "true"], Path.cwd())


def fetch_bases() -> None:
    """Have the base images on this machine, for everybody."""
    for base in dict.fromkeys(IMAGES.values()):
        run(["docker", "pull", "--quiet", base], Path.cwd())


def run(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run *command* and return its output; a failure ends the benchmark with what it said."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            process.terminate()
            process.wait()  # it cleans up first
            raise
    if process.returncode:
        raise SystemExit(f"bench: {' '.join(command)}\n{output}")
    return output
