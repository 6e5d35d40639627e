"""Pushes by the Docker daemon, which knows what a registry has; with Docker's own credentials."""

from typing import TYPE_CHECKING

from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_images import split_tag
from werfish.containers.docker_stream import messages, registry_of
from werfish.containers.docker_sweep import Lease, passing_tag
from werfish.errors import RegistryError

if TYPE_CHECKING:
    from docker import APIClient


class PushError(RegistryError):
    """A registry refused what the daemon pushed, or the daemon could not reach it."""

    def __init__(self, reference: str, problem: str) -> None:
        """Name the *reference*; *problem* is what the daemon said."""
        super().__init__(f'push "{reference}": {problem}', hint=_hint(reference, problem))
        self.reference = reference
        self.problem = problem


def push_image(api: "APIClient", image_id: str, reference: str, lease: Lease) -> None:
    """Push the image as *reference*; a tag that it did not have before is removed again."""
    with passing_tag(api, image_id, reference, lease):
        _push(api, reference)


def _push(api: "APIClient", reference: str) -> None:
    repository, tag = split_tag(reference)
    path, registry = f"/images/{repository}/push", registry_of(reference)
    try:
        for _ in messages(api, path, "push", params={"tag": tag}, registry=registry):
            pass
    except DaemonError as error:
        raise PushError(reference, error.problem) from error


def _hint(reference: str, problem: str) -> str:
    said, host = problem.lower(), reference.partition("/")[0]
    if any(word in said for word in ("denied", "unauthorized", "no basic auth", "authentication")):
        return f'log in with "docker login {host}", or ask for the right to push'
    if "http response to https client" in said:
        return f'list "{host}" under "insecure-registries" in the daemon\'s daemon.json'
    if "connection refused" in said or "no such host" in said:
        return f'check the name of the registry, and that the daemon can reach "{host}"'
    return ""
