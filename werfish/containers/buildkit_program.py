"""The program that has BuildKit build a Dockerfile: ``docker``, with buildx or by itself.

Docker's own client speaks to the daemon's BuildKit from 18.09 on; from 23 on it needs the plugin
buildx for that. The first ``docker`` on PATH that can is taken.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish import process
from werfish.containers.buildkit_run import BuildFiles
from werfish.containers.dockerfile import DockerfileRequest

_FIRST_WITH, _FIRST_WITHOUT = (18, 9), (23, 0)
_REFUSED = frozenset({"0", "false", "f"})


@dataclass(frozen=True, slots=True)
class BuildKitProgram:
    """How BuildKit is called: *start* are the first words, *environment* is added."""

    start: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)


def find_buildkit(environment: Mapping[str, str]) -> BuildKitProgram | None:
    """Return the program that BuildKit is called by; nothing where there is none.

    ``DOCKER_BUILDKIT=0`` asks for the classic builder, as it does of Docker.
    """
    if environment.get("DOCKER_BUILDKIT", "").lower() in _REFUSED:
        return None
    for docker in _dockers(environment.get("PATH", "")):
        if process.run((docker, "buildx", "version"), check=False).code == 0:
            plain = {**environment, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
            return BuildKitProgram((docker, "buildx", "build", "--load"), plain)
        version = version_of(process.run((docker, "--version"), check=False).text)
        if _FIRST_WITH <= version < _FIRST_WITHOUT:
            return BuildKitProgram((docker, "build"), {**environment, "DOCKER_BUILDKIT": "1"})
    return None


def version_of(text: str) -> tuple[int, int]:
    """Return the version that ``docker --version`` tells; zeros where it tells none."""
    found = re.search(r"version (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def build_line(
    program: BuildKitProgram,
    request: DockerfileRequest,
    files: BuildFiles,
    labels: Mapping[str, str],
) -> tuple[str, ...]:
    """Return the whole line; secrets are named by their files only."""
    return (
        *program.start,
        "--progress=plain",
        f"--file={files.dockerfile}",
        f"--iidfile={files.told}",
        *(f"--label={key}={value}" for key, value in labels.items()),
        *(f"--build-arg={key}={value}" for key, value in request.args),
        *(f"--add-host={host}" for host in request.add_hosts),
        *(f"--secret=id={key},src={path}" for key, path in files.secrets.items()),
        *((f"--platform={request.platform}",) if request.platform else ()),
        *((f"--target={request.target}",) if request.target else ()),
        *((f"--network={request.network}",) if request.network else ()),
        *((f"--ssh={request.ssh}",) if request.ssh else ()),
        str(files.context),
    )


def _dockers(path: str) -> Iterator[str]:
    seen: set[Path] = set()
    for folder in path.split(os.pathsep):
        found = shutil.which("docker", path=folder) if folder else None
        if found and Path(found).resolve() not in seen:
            seen.add(Path(found).resolve())
            yield found
