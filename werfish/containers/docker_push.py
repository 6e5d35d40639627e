"""Pushes by the Docker daemon, which knows what a registry has; with Docker's own credentials."""

from typing import TYPE_CHECKING

from werfish.backoff import Backoff, Timing
from werfish.containers.backend import ImageGoneError
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_images import split_tag
from werfish.containers.docker_pull_again import with_pulls_again
from werfish.containers.docker_stream import messages, registry_of
from werfish.containers.docker_sweep import Lease, passing_tag
from werfish.errors import RegistryError
from werfish.log import Log

if TYPE_CHECKING:
    from docker import APIClient


class PushError(RegistryError):
    """A registry refused what the daemon pushed, or the daemon could not reach it."""

    def __init__(self, reference: str, problem: str) -> None:
        """Name the *reference*; *problem* is what the daemon said."""
        super().__init__(f'push "{reference}": {problem}', hint=_hint(reference, problem))
        self.reference = reference
        self.problem = problem


_AGAIN = Backoff(attempts=3, first=1.0)
"""The daemon has tried layers five times itself, for up to a minute, before it gives up."""


def push_image(
    api: "APIClient", image_id: str, reference: str, lease: Lease, timing: Timing, log: Log
) -> None:
    """Push the image as *reference*; a tag that it did not have before is removed again.

    `ImageGoneError` where another process removes the image, or this tag, meanwhile.
    """
    try:
        with passing_tag(api, image_id, reference, lease):
            _push(api, reference, timing, log)
    except (DaemonError, PushError) as error:
        if _is_of_gone(error):
            raise ImageGoneError(image_id, reference) from error
        raise


def _is_of_gone(error: DaemonError | PushError) -> bool:
    """Whether another process removed the image, or the tag, that was to be pushed."""
    said = error.problem.lower()
    is_tag = said.startswith(("tag does not exist", "an image does not exist locally"))
    return is_tag or "no such image" in said


def _push(api: "APIClient", reference: str, timing: Timing, log: Log) -> None:
    repository, tag = split_tag(reference)
    path, registry = f"/images/{repository}/push", registry_of(reference)

    def push() -> None:
        for _ in messages(api, path, "push", params={"tag": tag}, registry=registry):
            pass

    try:
        with_pulls_again(push, timing, log, _AGAIN)
    except DaemonError as error:
        raise PushError(reference, error.problem) from error


def _hint(reference: str, problem: str) -> str:
    said, host = problem.lower(), reference.partition("/")[0]
    if any(word in said for word in ("denied", "unauthorized", "no basic auth", "authentication")):
        return f'log in with "docker login {host}", or ask for the right to push'
    if "http response to https client" in said:
        return f'list "{host}" under "insecure-registries" in the daemon\'s daemon.json'
    if "429" in said:
        return f"{host} limits its requests: try later"
    if "connection refused" in said or "no such host" in said:
        return f'check the name of the registry, and that the daemon can reach "{host}"'
    return ""
