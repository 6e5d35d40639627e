"""The folders of an image's build that are gone after it."""

from contextlib import ExitStack
from types import TracebackType

from werfish.containers.backend import Backend


class TemporaryFolders:
    """The ``tmp_dir`` folders of one image: made with the first stage that needs them."""

    def __init__(self, backend: Backend) -> None:
        """Nothing is made yet."""
        self._backend = backend
        self._volumes: dict[str, str] = {}
        self._stack = ExitStack()

    def volume(self, to: str) -> str:
        """Return the volume that the stages of the image have at *to*."""
        if to not in self._volumes:
            self._volumes[to] = self._stack.enter_context(self._backend.volume())
        return self._volumes[to]

    def __enter__(self) -> "TemporaryFolders":
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folders."""
        self._stack.__exit__(kind, error, trace)
