"""What a person reads while a release is followed: one line where something changed."""

from collections.abc import Sequence
from zlib import crc32

from werfish.kube.resource import ResourceId, names_of
from werfish.log import Log
from werfish.track.events import EventSeen, LineLogged
from werfish.track.verdict import Readiness, Verdict

_STYLES = {Verdict.READY: "green", Verdict.WAITING: "yellow", Verdict.FAILED: "red"}
_POD_STYLES = ("cyan", "magenta", "blue", "green", "yellow")
"""One of them is a pod's own, always the same."""
FOLDED = 1000
"""After so many letters a line of a log is folded."""
SHOWN_LACKING, LONGEST_LACKING = 20, 200
"""So many resources are named again and again, with so many letters of what they lack each."""


def show_change(log: Log, name: str, before: Readiness, now: Readiness) -> None:
    """Write the verdict on the resource *name* where it, or its message, is another than *before*.

    What waits is not written where a tree shows it.
    """
    if now == before and now.message == before.message:
        return
    if log.is_live and now.verdict is Verdict.WAITING:
        return
    verdict = log.styled(str(now.verdict), _STYLES[now.verdict])
    log.info(f"{name}: {verdict}" + (f": {now.message}" if now.message else ""))


def show_lacking(
    log: Log, what: str, lacking: Sequence[tuple[ResourceId, str]], seconds: float
) -> None:
    """Write *what* is being waited for after so many *seconds*, and what each still lacks.

    Long messages are shortened: the whole of each was written when it was new.
    """
    log.info(f"waiting for {what}, {seconds:.0f} s")
    names = names_of(id for id, _ in lacking)
    for id, message in lacking[:SHOWN_LACKING]:
        is_long = len(message) > LONGEST_LACKING
        log.info(f"  {names[id]}: {message[:LONGEST_LACKING].rstrip()}{' ...' if is_long else ''}")
    if len(lacking) > SHOWN_LACKING:
        log.info(f"  and {len(lacking) - SHOWN_LACKING} more")


def show_event(log: Log, seen: EventSeen) -> None:
    """Write one event of Kubernetes."""
    log.info(f"{seen.about}: {seen.reason}: {seen.message}")


def show_line(log: Log, logged: LineLogged) -> None:
    """Write one line of a container's log, with the name of its pod in a colour of its own.

    A very long one is folded into several, each of which names the pod.
    """
    style = _POD_STYLES[crc32(logged.pod.encode()) % len(_POD_STYLES)]
    whole = log.masked(logged.line)  # a secret must not be cut in two
    for start in range(0, max(len(whole), 1), FOLDED):
        piece = whole[start : start + FOLDED]
        log.program(f"{logged.pod}/{logged.container}", piece, style=style)
