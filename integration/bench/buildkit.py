"""BuildKit as a contender: a buildkitd of its own, without Docker."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from integration.bench.contenders import TAG, run
from integration.bench.project import IMAGES, Project


@dataclass(frozen=True, slots=True)
class BuildKit:
    """``buildctl build`` with a push, all images at once, by the buildkitd at *host*."""

    kind: str
    host: str

    @property
    def title(self) -> str:
        """Name the order of the Dockerfile's instructions too."""
        return f"buildkit, {self.kind}"

    def prepare(self, project: Project) -> None:
        """See `Contender`: there is nothing to do."""

    def publish(self, project: Project, repository: str) -> None:
        """See `Contender`."""

        def one(image: str) -> None:
            reference = f"{repository}/{image}:{TAG}"
            file = f"--opt=filename={image}.{self.kind}.Dockerfile"
            output = f"--output=type=image,name={reference},push=true"
            run([*line(self.host, project.folder), file, output], project.folder)

        with ThreadPoolExecutor(len(IMAGES)) as pool:
            list(pool.map(one, IMAGES))

    def forget(self, project: Project) -> None:
        """See `Contender`; the next project has other content, and buildkitd its own limits."""


def fetch_for_buildkit(host: str) -> None:
    """Have the base images at buildkitd too, unpacked."""
    for base in dict.fromkeys(IMAGES.values()):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "Dockerfile").write_text(f"FROM {base}\nRUN true\n")
            run(line(host, Path(folder)), Path(folder))


def line(host: str, folder: Path) -> list[str]:
    """Return the line that builds the Dockerfile in *folder*, without what is done with it."""
    start = ["buildctl", "--addr", host, "build", "--progress=plain", "--frontend=dockerfile.v0"]
    return [*start, f"--local=context={folder}", f"--local=dockerfile={folder}"]
