"""Calls that the daemon answers with a stream of messages: loads, pulls, pushes.

docker-py leaves the connections of such answers to the garbage collector; here they are closed.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from werfish.containers.docker_client import daemon_errors, refusal

if TYPE_CHECKING:
    from docker import APIClient

_FIRST_ERROR = 400
_NOBODY = b64encode(b"{}").decode()
"""No credentials: a push must have the header all the same."""


def messages(
    api: "APIClient",
    path: str,
    doing: str,
    *,
    params: Mapping[str, Any],
    data: Iterable[bytes] | None = None,
    registry: str = "",
) -> Iterator[Mapping[str, Any]]:
    """POST to *path* and yield the daemon's messages as they come; an error is a `DaemonError`.

    With *registry* the daemon gets Docker's credentials for it.
    """
    url = f"{api.base_url}/v{api.api_version}{path}"
    with daemon_errors(doing):
        headers = _credentials(api, registry) if registry else {}
        response = api.post(url, params=params, headers=headers, data=data, stream=True)
        try:
            if response.status_code >= _FIRST_ERROR:
                raise refusal(doing, _message(response.text), response.status_code)
            for line in response.iter_lines():
                message = json.loads(line) if line else {}
                if "error" in message:
                    raise refusal(doing, str(message["error"]).strip())
                yield message
        finally:
            response.close()


def registry_of(reference: str) -> str:
    """Return the registry of *reference* by the name under which Docker keeps its credentials."""
    from docker import auth

    return auth.resolve_repository_name(reference)[0]


def _credentials(api: "APIClient", registry: str) -> dict[str, Any]:
    from docker import auth

    return {"X-Registry-Auth": auth.get_config_header(api, registry) or _NOBODY}


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"]).strip()
    except (ValueError, KeyError, TypeError):
        return text.strip()
