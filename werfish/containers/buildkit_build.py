"""Build a Dockerfile by BuildKit, through the program that speaks to it.

Context, Dockerfile and secrets lie in a private folder for that time, which goes with the program
or with this process, whichever ends first. The Dockerfile is beside the context, not in it, for the
image must not have it where the project's ``.dockerignore`` names it.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

from werfish import process
from werfish.containers.atomic_file import NO_ROOM, writing
from werfish.containers.buildkit_output import BuildKitOutput
from werfish.containers.buildkit_program import BuildFiles, BuildKitProgram, build_line
from werfish.containers.context import write_folder
from werfish.containers.dockerfile import DockerfileRequest

_MARK = "werfish:image "
_TELL_ID = f'id=$1; shift; "$@" || exit; echo; echo "{_MARK}$(cat "$id")"'
"""The folder is gone when the output ends, so the image's id is told as its last line."""
_KEEP_ALL = b"# what is ignored has been left out already\n"

Tracked = Callable[[process.Guarded], AbstractContextManager[None]]
"""Told which program runs, for as long as it does, so that it can be ended."""


def build_by_buildkit(
    program: BuildKitProgram,
    request: DockerfileRequest,
    labels: Mapping[str, str],
    tracked: Tracked,
) -> str:
    """Build *request* and return the id of the image, which has *labels*."""
    folder = Path(tempfile.gettempdir()) / f"werfish-build-{uuid4().hex}"
    files, output = _files_in(folder, request), BuildKitOutput(request)
    line = (
        *("sh", "-c", _TELL_ID, "sh", str(files.image_id)),
        *build_line(program, request, files, labels),
    )
    guarded = process.Guarded(line, folder, program.environment)
    image_id = ""
    try:
        with tracked(guarded):
            with writing(folder.parent, NO_ROOM):
                _write(request, files)
            for raw in guarded.lines():
                said = raw.decode(errors="replace").rstrip("\r\n")
                if said.startswith(_MARK):
                    image_id = said.removeprefix(_MARK)
                else:
                    output.feed(said)
    finally:
        code = guarded.close()
    if code != 0 or not image_id:
        raise output.failure()
    return image_id


def _files_in(folder: Path, request: DockerfileRequest) -> BuildFiles:
    secrets = {name: folder / "secrets" / str(n) for n, name in enumerate(request.secrets)}
    return BuildFiles(
        folder / "context", folder / "dockerfile" / "Dockerfile", folder / "id", secrets
    )


def _write(request: DockerfileRequest, files: BuildFiles) -> None:
    files.context.mkdir()
    files.dockerfile.parent.mkdir()
    files.dockerfile.write_bytes(request.text)
    files.dockerfile.with_name("Dockerfile.dockerignore").write_bytes(_KEEP_ALL)
    for name, value in request.secrets.items():
        path = files.secrets[name]
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(value)
    write_folder(request.context, files.context)
