"""Admission webhooks that do not answer: what they hold up is tried again for a minute.

One that starts, or is replaced, is away for seconds, and refuses everything meanwhile; its release
may be the very one that is deployed.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from stages.light_dataclass import dataclass
from werfish.deploy.parallel import in_parallel
from werfish.kube.errors import WebhookAwayError

PAUSES = (0.5, 0.5, 1, 1, 2, 5, 10, 10, 10, 10, 10)
"""Seconds between the tries."""

Item = TypeVar("Item")


def _say_nothing(text: str) -> None:
    """Drop *text*."""


@dataclass(frozen=True, slots=True)
class Insistence:
    """Tries again what a webhook that is away held up; *warn* is told of each webhook once."""

    warn: Callable[[str], None] = _say_nothing
    pause: Callable[[float], None] = time.sleep
    pauses: Sequence[float] = PAUSES

    def each(self, do: Callable[[Item], object], items: Iterable[Item]) -> None:
        """Do each of *items* in parallel; `WebhookAwayError` where one is held up to the end."""
        left, told = list(items), set[str]()

        def held_up(item: Item) -> WebhookAwayError | None:
            try:
                do(item)
            except WebhookAwayError as error:
                return error
            return None

        for seconds in self.pauses:
            errors = in_parallel(held_up, left)
            left = [item for item, error in zip(left, errors, strict=True) if error]
            if not left:
                return
            for error in filter(None, errors):
                if error.webhook not in told:
                    told.add(error.webhook)
                    self.warn(f"{error}; it is tried again for a minute")
            self.pause(seconds)
        in_parallel(do, left)
