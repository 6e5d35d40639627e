"""How many images are worked on at once, on the command line: 1 or more, or -1 as werf has it."""

from typing import Any

import click


class TasksLimit(click.types.IntParamType):
    """A number of tasks; -1 means no limit."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a number that is 1 or more, or -1."""
        limit = int(super().convert(value, param, ctx))
        if limit < 1 and limit != -1:
            self.fail(f"{limit} is no limit; write 1 or more, or -1 for no limit", param, ctx)
        return limit
