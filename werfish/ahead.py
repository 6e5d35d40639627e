"""Questions that are asked before their answer is needed, by a thread of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

_Answer = TypeVar("_Answer")


class Ahead(Generic[_Answer]):
    """An answer that is on its way; what asks for it begins at once.

    Nobody has to take it: a process that ends does not wait for it.
    """

    def __init__(self, ask: Callable[[], _Answer]) -> None:
        """Begin to *ask*."""
        self._ask = ask
        self._told: Future[_Answer] = Future()
        threading.Thread(target=self._work, name="ahead", daemon=True).start()

    def answer(self) -> _Answer:
        """Wait for the answer; an error of asking is raised here."""
        return self._told.result()

    def _work(self) -> None:
        try:
            self._told.set_result(self._ask())
        except BaseException as error:  # noqa: BLE001  whoever takes the answer gets it
            self._told.set_exception(error)
