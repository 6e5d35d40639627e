"""Build a Dockerfile by BuildKit, through the program that speaks to it.

Context, Dockerfile and secrets are written to a private folder for that time: a note of the lease
names it, so that the folder of a killed build is found. The Dockerfile lies beside the context,
not in it, for the image must not have it where the project's ``.dockerignore`` names it.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from werfish import process
from werfish.containers.buildkit_output import BuildKitOutput
from werfish.containers.buildkit_program import BuildFiles, BuildKitProgram, build_line
from werfish.containers.context import write_folder
from werfish.containers.docker_sweep import PRIVATE_PREFIX, Lease
from werfish.containers.dockerfile import DockerfileRequest

_KEEP_ALL = b"# what is ignored has been left out already\n"


def build_by_buildkit(
    program: BuildKitProgram,
    request: DockerfileRequest,
    labels: Mapping[str, str],
    lease: Lease,
    tracked: Callable[[process.Running], AbstractContextManager[None]],
) -> str:
    """Build *request* and return the id of the image, which has *labels*.

    *tracked* is told which program runs while it does, so that it can be ended.
    """
    output = BuildKitOutput(request)
    with _private_folder(lease) as folder:
        files = _written(request, folder)
        line = build_line(program, request, files, labels)
        with process.following(line, env=program.environment) as running, tracked(running):
            for raw in running.stdout or ():
                output.feed(raw.decode(errors="replace").rstrip("\r\n"))
            code = running.wait()
        if code != 0 or not files.image_id.exists():
            raise output.failure()
        return files.image_id.read_text().strip()


@contextmanager
def _private_folder(lease: Lease) -> Iterator[Path]:
    folder = Path(tempfile.gettempdir()) / f"{PRIVATE_PREFIX}{uuid4().hex}"
    note = lease.note(str(folder))
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
        lease.erase(note)


def _written(request: DockerfileRequest, folder: Path) -> BuildFiles:
    files = BuildFiles(
        folder / "context",
        folder / "dockerfile" / "Dockerfile",
        folder / "id",
        dict(_secrets(request.secrets, folder / "secrets")),
    )
    files.context.mkdir()
    files.dockerfile.parent.mkdir()
    files.dockerfile.write_bytes(request.text)
    files.dockerfile.with_name("Dockerfile.dockerignore").write_bytes(_KEEP_ALL)
    write_folder(request.context, files.context)
    return files


def _secrets(secrets: Mapping[str, Path | bytes], folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the file of each secret; one that is no file yet becomes one that only we may read."""
    folder.mkdir(mode=0o700)
    for number, (name, value) in enumerate(secrets.items()):
        if isinstance(value, Path):
            yield name, value
            continue
        path = folder / str(number)
        path.touch(mode=0o600)
        path.write_bytes(value)
        yield name, path
