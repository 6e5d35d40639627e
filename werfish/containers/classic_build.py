"""Build a Dockerfile by the classic builder of a Docker daemon.

The Dockerfile is sent with the context, and the daemon takes it away again by ``.dockerignore``, so
that no image has it; a ``.dockerignore`` that an image has therefore gains a line.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stages.variables import platform_variables
from werfish.containers.classic_dockerfile import sent_instructions, sent_text
from werfish.containers.classic_limits import classic_limits
from werfish.containers.classic_steps import Steps
from werfish.containers.context import archive, contents
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_stream import messages
from werfish.containers.dockerfile import DockerfileRequest, NeedsBuildKitError

if TYPE_CHECKING:
    from docker import APIClient

_HIDDEN = ".werfish.dockerfile"
_IGNORE = ".dockerignore"
_PREDEFINED = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"})
"""Arguments that need no ARG."""


def build_classic(
    api: "APIClient", request: DockerfileRequest, labels: Mapping[str, str], platform: str
) -> str:
    """Build *request* and return the id of the image; what is made on the way has *labels*."""
    needs = classic_limits(request)
    if needs:
        raise NeedsBuildKitError(request, needs)
    steps, doing = Steps(request), f'build image "{request.image}"'
    text = sent_text(request, labels).encode("utf-8", "surrogateescape")
    data = archive(request.context, {_HIDDEN: text, _IGNORE: _ignore(request)})
    params = _parameters(request, platform)
    try:
        for message in messages(api, "/build", doing, params=params, data=data):
            steps.feed(message)
    except DaemonError as error:
        raise steps.failure(error.problem) from error
    return steps.image_id


def _ignore(request: DockerfileRequest) -> bytes:
    own = tuple(one for one in request.context.entries if one.path == _IGNORE)
    if not own:
        return f"{_HIDDEN}\n{_IGNORE}\n".encode()
    read = contents(replace(request.context, entries=own))
    content = b"".join(piece for _, pieces in read for piece in pieces)
    return content.rstrip(b"\n") + f"\n{_HIDDEN}\n".encode()


def _parameters(request: DockerfileRequest, platform: str) -> dict[str, Any]:
    parameters = {
        "version": "1",
        "dockerfile": _HIDDEN,
        "rm": "1",
        "forcerm": "1",
        "buildargs": json.dumps(arguments_of(request, platform)),
        "target": request.target,
        "platform": request.platform,
        "networkmode": request.network,
        "extrahosts": list(request.add_hosts),
    }
    return {key: value for key, value in parameters.items() if value}


def arguments_of(request: DockerfileRequest, platform: str) -> dict[str, str]:
    """Return the values for ARG that the builder gets: of others it would say that it needs none.

    *platform* is the machine's.
    """
    args = platform_variables(request.platform or platform, platform) | dict(request.args)
    declared = _declared(request)
    return {
        name: value
        for name, value in args.items()
        if name in declared or name.upper() in _PREDEFINED
    }


def _declared(request: DockerfileRequest) -> frozenset[str]:
    every = (each for one in sent_instructions(request) for each in (one, *one.triggers))
    words = (word for one in every if one.name == "ARG" for word in one.args)
    return frozenset(word.partition("=")[0] for word in words)
