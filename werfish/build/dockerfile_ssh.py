"""What an image from a Dockerfile gets of ssh agents and keys, for ``RUN --mount=type=ssh``."""

import os

from stages.dockerfile import DockerfileSpec
from werfish.build.surroundings import Surroundings
from werfish.errors import PlacedError


class MissingSshError(PlacedError):
    """An agent or a key that ``ssh`` of an image names is not there."""

    def __init__(self, image: DockerfileSpec, problem: str, hint: str) -> None:
        """Say of which *image*, and what is missing."""
        super().__init__(f'image "{image.title}": ssh "{image.ssh}": {problem}', hint=hint)
        self.key = "ssh"


def ssh_of(image: DockerfileSpec, surroundings: Surroundings) -> str:
    """Return what *image* asks for in the words of builders, ``ID=SOCKET`` or ``ID=KEY,KEY``.

    An id alone is the agent of this build: that of the keys which were given, else the user's. What
    is not there is a `MissingSshError`, before a builder says it in words of its own.
    """
    name, _, places = image.ssh.partition("=")
    if not name or places:
        for place in filter(None, places.split(",")):
            if not os.path.exists(place):  # noqa: PTH110  it is no error not to be allowed to look
                hint = "write the socket of an agent, or keys as paths on this machine"
                raise MissingSshError(image, f'there is no "{place}"', hint)
        return image.ssh
    if surroundings.ssh_agent is None:
        hint = "start one (eval $(ssh-agent); ssh-add), or give keys with --ssh-key"
        raise MissingSshError(image, "there is no ssh agent: SSH_AUTH_SOCK names none", hint)
    return f"{name}={surroundings.ssh_agent.socket}"
