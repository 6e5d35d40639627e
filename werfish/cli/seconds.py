"""Lengths of time on the command line: seconds, or as Go writes them (``10m``), as Helm has it."""

import math
from typing import Any

import click


class Seconds(click.ParamType[float]):
    """A length of time in seconds; only where *says_never* may it be below 0, as werf has it."""

    name = "seconds"

    def __init__(self, *, says_never: bool = False) -> None:
        """Take what is below 0 if it *says_never*."""
        self._says_never = says_never

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a number of seconds, or a duration of Go."""
        seconds = value if isinstance(value, float) else _seconds(str(value))
        if seconds is None or not math.isfinite(seconds):
            self.fail(f'"{value}" is no length of time; write 90, 90s or 1m30s', param, ctx)
        if seconds < 0 and not self._says_never:
            self.fail(f'"{value}" is less than 0', param, ctx)
        return seconds


SECONDS = Seconds()
PERIOD = Seconds(says_never=True)


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        from werfish.config.rules import nanoseconds

        length = nanoseconds(text)
        return None if length is None else length / 1e9
