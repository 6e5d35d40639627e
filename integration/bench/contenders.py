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

    def publish(self, project: Project, repository: str) -> None:
        """See `Contender`."""
        options = ["--stages-storage", ":local", "--tag-custom", TAG]
        command = [sys.executable, "-m", "werfish", "build-and-publish", *options]
        own = {"WERF_HOME": str(self.scratch / project.name), **self._installed}
        run([*command, "--images-repo", repository], project.folder, own)

    @property
    def _installed(self) -> Mapping[str, str]:
        """Have Python keep compiled modules, as those of an installed program are kept."""
        return {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.scratch / "compiled"),
        }

    def forget(self, project: Project) -> None:
        """See `Contender`; the home goes with *scratch*."""
        remove_built(os.environ, project.name)


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
