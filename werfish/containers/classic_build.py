"""Build a Dockerfile by the classic builder of a Docker daemon."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stages.variables import platform_variables
from werfish.containers.classic_dockerfile import HIDDEN, added_files
from werfish.containers.classic_limits import classic_limits
from werfish.containers.classic_steps import Steps
from werfish.containers.context import archive
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_stream import messages
from werfish.containers.dockerfile import DockerfileRequest, NeedsBuildKitError

if TYPE_CHECKING:
    from docker import APIClient

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
    data = archive(request.context, added_files(request, labels))
    try:
        for message in messages(
            api, "/build", doing, params=_parameters(request, platform), data=data
        ):
            steps.feed(message)
    except DaemonError as error:
        raise steps.failure(error.problem) from error
    return steps.image_id


def _parameters(request: DockerfileRequest, platform: str) -> dict[str, Any]:
    args = platform_variables(platform) | dict(request.args)
    declared = _declared(request)
    wanted = {
        name: value
        for name, value in args.items()
        if name in declared or name.upper() in _PREDEFINED
    }
    parameters = {
        "version": "1",
        "dockerfile": HIDDEN,
        "rm": "1",
        "forcerm": "1",
        "buildargs": json.dumps(wanted),
        "target": request.target,
        "networkmode": request.network,
        "extrahosts": list(request.add_hosts),
    }
    return {key: value for key, value in parameters.items() if value}


def _declared(request: DockerfileRequest) -> frozenset[str]:
    words = (word for one in request.instructions if one.name == "ARG" for word in one.args)
    return frozenset(word.partition("=")[0] for word in words)
