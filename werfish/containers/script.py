r"""The user's commands as one script, and its output as lines.

The script reaches the shell by standard input: neither arguments, environment nor the image ever
hold it, and it works where the daemon does not share our files. Before each command it writes a
mark to what stderr was in the beginning, which `Output` takes out again: so the command that failed
is known.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence

TAIL_LINES = 20
_LONGEST_LINE = 1 << 16
"""What is longer than this is shown in pieces, so that memory stays bounded."""
_END = "\x1ewerfish:end"
_MARKED = re.compile(rb"(.*?)\x1ewerfish:(\d+):(\d+):(\d*)\x1e(.*)")
_COMPLAINT = re.compile(
    rb"(/(?:\S*/)?(?:werfish-bash|bash|ash|dash|sh): )(?:eval: )?line (\d+): (.*)", re.DOTALL
)
"""What bash and busybox's shell say of a line of the script, which nobody but us has seen."""
_MARKS = 7
"""What standard error is then, whatever the commands make of it; above 9 not every shell counts."""
_TRACE = b"printf '\\036werfish:"

LOADER = f"""ok=; s=
while IFS= read -r l; do
if [ "$l" = "{_END}" ]; then ok=1; break; fi
s="$s$l
"
done
[ "$ok" ] || exit 125
exec </dev/null {_MARKS}>&2
set -e
eval "unset ok s l
$s"
"""
"""What the shell is started with (``-c``): it reads the script to its end, then runs it.

A script that ends early, because who sent it was killed, is not run at all (exit code 125).
"""


WAITER = "while read -r l; do :; done"
"""What the shell of a container is started with that others work in.

Its input ends when that work is done, or when who does it was killed.
"""


def script_of(commands: Sequence[str], setup: str = "") -> bytes:
    """Return what to send to `LOADER`: *setup*, and *commands* with a mark before each.

    The empty line keeps the mark apart from a command that ends in a backslash.
    """
    marked = "".join(
        f"{_mark(number, len(command.splitlines()))}\n{command}\n\n"
        for number, command in enumerate(commands, start=1)
    )
    return f"{setup}{marked}{_END}\n".encode("utf-8", "surrogateescape")


def _mark(number: int, length: int) -> str:
    """Return what says that command *number* begins, of *length* lines, and after which line.

    That is counted by the shell, each its own way; some do not, and leave it empty.
    """
    said = rf"'\036werfish:%s:%s:%s\036\n' {number} {length}"
    return f'{{ printf {said} "${{LINENO-}}" >&{_MARKS}; }} 2>/dev/null || :'


class Output:
    """Lines of the script's two streams, without the marks.

    *emit* gets each line; of a line that was overwritten by carriage returns, its last state.
    ``tail`` are the last lines, ``reached`` is the number of the command that began last.
    """

    def __init__(self, emit: Callable[[str], None]) -> None:
        """Begin without output."""
        self._emit = emit
        self._rests: dict[int, bytes] = {}
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.reached = 0
        self._begins_after = self._length = 0
        """Which line of the script, as its shell counts, the command follows; its own lines."""

    def feed(self, stream: int, data: bytes) -> None:
        """Take in *data* of *stream* (1 stdout, 2 stderr), which may end anywhere."""
        *lines, rest = (self._rests.pop(stream, b"") + data).split(b"\n")
        for line in lines:
            self._line(line)
        if len(rest) > _LONGEST_LINE:
            self._line(rest)
            rest = b""
        self._rests[stream] = rest

    def finish(self) -> None:
        """Emit what had no newline at its end."""
        for rest in self._rests.values():
            if rest:
                self._line(rest)
        self._rests.clear()

    def _line(self, raw: bytes) -> None:
        marked = _MARKED.fullmatch(raw)
        if marked:
            self.reached, self._length = int(marked[2]), int(marked[3])
            self._begins_after = int(marked[4] or 0)
            for part in (marked[1], marked[5]):
                if part:
                    self._line(part)
            return
        if _TRACE in raw:  # of a script that traces elsewhere than to stderr
            return
        shown = [part for part in raw.split(b"\r") if part]
        line = self._of_command(shown[-1] if shown else b"").decode(errors="replace")
        self.tail.append(line)
        self._emit(line)

    def _of_command(self, line: bytes) -> bytes:
        """Return *line* with the line's number in the command for that in the script, if any."""
        complaint = _COMPLAINT.fullmatch(line)
        if not complaint or not self._begins_after:
            return line
        number = int(complaint[2]) - self._begins_after
        if not 0 < number <= self._length + 1:  # of a script that the command ran
            return line
        return b"%sline %d: %s" % (complaint[1], number, complaint[3])
