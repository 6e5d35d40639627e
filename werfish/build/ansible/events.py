"""What Ansible says, line by line: events of our callback plugin, and its own messages.

An event tells the end of one task: ``status``, ``title``, ``number`` (that of the task of the
configuration that it belongs to), ``is_ignored``, and ``results``, one for each item of a loop.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stages.light_dataclass import dataclass

MARK = b"\x1ewerfish:"
_BAD = ("failed", "unreachable")
_NO_PYTHON = 127
"""What a shell ends with that has no such program."""
_INTERPRETER = re.compile(r"interpreter '([^']*)' was not found")
_SHELLS_WORD = re.compile(
    r"sh: (?:\d+: |line \d+: )?\S*python[\d.]*: (?:not found|No such file or directory)"
)
"""What ``copy`` and its like fail with: they look at the image before the module runs."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a task ended for one *item* of its loop, or at all."""

    status: str
    item: str = ""
    message: str = ""
    code: int | None = None
    stdout: str = ""
    stderr: str = ""

    @property
    def lacks_python(self) -> bool:
        """Whether the module could not run because the image has no Python."""
        if self.code == _NO_PYTHON:
            return bool(_INTERPRETER.search(self.message))
        return self.code is None and bool(_SHELLS_WORD.search(self.message))

    @property
    def lines(self) -> tuple[str, ...]:
        """What was said: the message, and the outputs."""
        texts = (self.message, self.stdout, self.stderr)
        return tuple(line for text in texts for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Event:
    """The end of a task; *is_quiet* of one whose outputs are not worth showing."""

    status: str
    title: str
    number: int
    results: tuple[Result, ...]
    is_ignored: bool = False
    is_quiet: bool = True

    @property
    def failure(self) -> Result | None:
        """The first result that failed, unless that is ignored."""
        if self.status not in _BAD or self.is_ignored:
            return None
        return next((one for one in self.results if one.status in _BAD), Result(self.status))


def event_of(line: bytes) -> Event | None:
    """Return the event in *line*, ``None`` where it is a message of Ansible's."""
    if not line.startswith(MARK):
        return None
    said: Mapping[str, Any] = json.loads(line.removeprefix(MARK))
    results = tuple(Result(**one) for one in said["results"])
    return Event(**{**said, "results": results})


def shown(event: Event) -> Iterator[str]:
    """Yield the lines to show for *event*: how it ended, and what it printed."""
    ending = f"{event.status}, ignored" if event.is_ignored else event.status
    yield f"{ending}: {event.title}"
    for result in event.results:
        if result.item:
            yield f"  {result.status}: item {result.item}"
        if result.status in _BAD or not event.is_quiet:
            yield from (f"  {line}" for line in result.lines)


def last(lines: Sequence[str], count: int = 20) -> tuple[str, ...]:
    """Return the last *count* of *lines*."""
    return tuple(lines[-count:])
