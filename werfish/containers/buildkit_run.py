"""Run a program that has BuildKit build a Dockerfile, with what it needs in a private folder.

Context, Dockerfile and secrets lie there for that time; the folder goes with the program or with
this process, whichever ends first. The Dockerfile is beside the context, not in it, for the image
must not have it where the project's ``.dockerignore`` names it.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path
from uuid import uuid4

from stages.light_dataclass import dataclass
from werfish import process
from werfish.containers.atomic_file import NO_ROOM, writing
from werfish.containers.buildkit_output import BuildKitOutput
from werfish.containers.context import write_folder
from werfish.containers.dockerfile import DockerfileRequest

MARK = "werfish:told "
"""How a line begins by which the program's line tells something to us, not to the user."""

DOCKERFILE = "Dockerfile"
_KEEP_ALL = b"# what is ignored has been left out already\n"

Tracked = Callable[[process.Guarded], AbstractContextManager[None]]
"""Told which program runs, for as long as it does, so that it can be ended."""


@dataclass(frozen=True, slots=True)
class BuildFiles:
    """The private files of a build; *told* is where the program may put what it has to tell."""

    context: Path
    dockerfile: Path
    told: Path
    secrets: Mapping[str, Path] = field(default_factory=dict, hash=False)


def build_files(request: DockerfileRequest) -> BuildFiles:
    """Return where the files of *request* will be."""
    folder = Path(tempfile.gettempdir()) / f"werfish-build-{uuid4().hex}"
    secrets = {name: folder / "secrets" / str(n) for n, name in enumerate(request.secrets)}
    return BuildFiles(
        folder / "context", folder / "dockerfile" / DOCKERFILE, folder / "told", secrets
    )


def run_builder(
    line: Sequence[str],
    environment: Mapping[str, str],
    request: DockerfileRequest,
    files: BuildFiles,
    tracked: Tracked,
) -> str:
    """Run *line* while *files* are there and return what it told, if anything.

    *environment* is its whole environment. `DockerfileFailedError` where it fails.
    """
    guarded = process.Guarded(line, files.context.parent, environment)
    output, told = BuildKitOutput(request), ""
    try:
        with tracked(guarded):
            with writing(files.context.parent.parent, NO_ROOM):
                _write(request, files)
            for raw in guarded.lines():
                said = raw.decode(errors="replace").rstrip("\r\n")
                if said.startswith(MARK):
                    told = said.removeprefix(MARK)
                else:
                    output.feed(said)
    finally:
        code = guarded.close()
    if code != 0:
        raise output.failure()
    return told


def _write(request: DockerfileRequest, files: BuildFiles) -> None:
    files.context.mkdir()
    files.dockerfile.parent.mkdir()
    files.dockerfile.write_bytes(request.text)
    files.dockerfile.with_name(f"{DOCKERFILE}.dockerignore").write_bytes(_KEEP_ALL)
    for name, value in request.secrets.items():
        path = files.secrets[name]
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(value)
    write_folder(request.context, files.context)
