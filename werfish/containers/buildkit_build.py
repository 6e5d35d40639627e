"""Build a Dockerfile by the BuildKit of a Docker daemon, through ``docker``."""

from collections.abc import Mapping

from werfish.containers.buildkit_program import BuildKitProgram, build_line
from werfish.containers.buildkit_run import MARK, Tracked, build_files, run_builder
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest

_TELL_ID = f'id=$1; shift; "$@" || exit; echo; echo "{MARK}$(cat "$id")"'
"""The folder is gone when the output ends, so the image's id is told as its last line."""


def build_by_buildkit(
    program: BuildKitProgram,
    request: DockerfileRequest,
    labels: Mapping[str, str],
    tracked: Tracked,
) -> str:
    """Build *request* and return the id of the image, which has *labels*."""
    files = build_files(request)
    line = (
        *("sh", "-c", _TELL_ID, "sh", str(files.told)),
        *build_line(program, request, files, labels),
    )
    image_id = run_builder(line, program.environment, request, files, tracked)
    if not image_id:
        raise DockerfileFailedError(request, "the builder told no image")
    return image_id
