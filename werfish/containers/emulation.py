"""Programs of another machine's images: what it looks like when they cannot run. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager

from werfish.containers.backend import InstructionError
from werfish.containers.docker_work import ContainerEndedError
from werfish.errors import BuildError
from werfish.oci.config import fits

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


@contextmanager
def told_if_foreign(origin: str, platform: str, own: str) -> Iterator[None]:
    """Raise `NoEmulationError` where the block fails because *platform* is not the machine's."""
    try:
        yield
    except BuildError as error:
        if not fits(platform, own) and is_unrunnable(error):
            raise NoEmulationError(origin, platform, own) from error
        raise


def is_unrunnable(error: BuildError) -> bool:
    """Whether *error* is that of a program that the machine does not understand."""
    if isinstance(error, ContainerEndedError):
        return True
    said = " ".join(error.tail) if isinstance(error, InstructionError) else str(error)
    return _SAID in said.lower()
