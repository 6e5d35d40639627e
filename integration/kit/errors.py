"""The one error of the kit: what was being done, what went wrong, what helps."""

from __future__ import annotations

from pathlib import Path

TAIL_LINES = 15


class KitError(Exception):
    """A part cannot be started or stopped.

    *doing* names the part and the step, *problem* what went wrong, *hint* what
    the reader can do, *log* a file whose last lines belong to the message.
    """

    def __init__(
        self, doing: str, problem: str, *, hint: str = "", log: Path | None = None
    ) -> None:
        super().__init__(doing, problem)
        self.doing = doing
        self.problem = problem
        self.hint = hint
        self.log = log

    def __str__(self) -> str:
        lines = [f"{self.doing}: {self.problem}"]
        if self.log is not None:
            lines += [f"  | {line}" for line in tail_of(self.log)]
            lines.append(f"  log: {self.log}")
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


def tail_of(log: Path, count: int = TAIL_LINES) -> list[str]:
    """Return the last *count* lines of *log*, none when it cannot be read."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return []
    return text.splitlines()[-count:]
