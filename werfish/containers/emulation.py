"""Programs of another machine's images: what it looks like when they cannot run. Pure."""

from werfish.containers.backend import InstructionError
from werfish.containers.docker_work import ContainerEndedError
from werfish.errors import BuildError

_SAID = "exec format error"
"""What the kernel says of a program for another machine."""


class NoEmulationError(BuildError):
    """Instructions of an image for another *platform* cannot run on this daemon."""

    def __init__(self, origin: str, platform: str, own: str) -> None:
        """Say how the daemon gets to run them."""
        super().__init__(
            f"run the instructions of {origin}: the Docker daemon is {own} and cannot run"
            f" programs for {platform}",
            hint="have it emulate them: docker run --privileged --rm tonistiigi/binfmt"
            f" --install {platform.split('/')[1]}",
        )
        self.platform = platform


def is_unrunnable(error: BuildError) -> bool:
    """Whether *error* is that of a program that the machine does not understand."""
    if isinstance(error, ContainerEndedError):
        return True
    said = " ".join(error.tail) if isinstance(error, InstructionError) else str(error)
    return _SAID in said.lower()
