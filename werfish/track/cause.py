"""One trouble of a resource, and how bad it is. Pure.

Three classes. *Terminal*: it cannot get better by waiting. *Budgeted*: it may, a few times.
*Waiting*: something outside may still happen (a node, a quota); it is shown from the first second.
"""

from dataclasses import field
from enum import IntEnum

from stages.light_dataclass import dataclass


class Severity(IntEnum):
    """How bad a cause is; the worst one is told first."""

    WAITING = 0
    BUDGETED = 1
    TERMINAL = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """One trouble: where it is and, for a container that ended, with which exit code.

    *in_previous* says that the log of the container's previous instance shows it.
    """

    severity: Severity
    message: str = field(compare=False)
    pod: str = ""
    container: str = ""
    exit_code: int | None = None
    in_previous: bool = False

    def __str__(self) -> str:
        """Write where and what: ``Pod/web-1, container "app": exit code 1``."""
        where = [f"Pod/{self.pod}"] if self.pod else []
        where += [f'container "{self.container}"'] if self.container else []
        return ": ".join(filter(None, (", ".join(where), self.message)))
