"""What a lock is, wherever it is held."""

from contextlib import AbstractContextManager
from typing import Protocol


class Locks(Protocol):
    """Named locks. One whose holder died frees itself."""

    def held(self, name: str) -> AbstractContextManager[None]:
        """Wait for the lock *name* and hold it; it is not to be taken twice by one thread."""
        ...
