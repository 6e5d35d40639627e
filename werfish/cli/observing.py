"""Who hears of a deploy: report files, JSON on stdout, and a summary for people.

A report is written however the deploy ends; that it can be is seen before anything is done.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werfish.cli import output
from werfish.cli.flags import ObservingFlags
from werfish.errors import WerfishError
from werfish.interrupts import was_interrupted
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.actions.deploy_report import DeployReport
    from werfish.deploy.adapters import DeployAdapters
    from werfish.track.events import Event, Observer


def check_reports(flags: ObservingFlags) -> None:
    """Raise `WerfishError` where a report could not be written."""
    for path in flags.reports:
        output.check_file(path, "--deploy-report")


@contextmanager
def observed(
    flags: ObservingFlags, command: str, release: str, namespace: str, log: Log
) -> "Iterator[Observer]":
    """Give who hears of what *command* does in the block, and tell how it ended."""
    from werfish.actions import deploy_summary
    from werfish.actions.deploy_report import DeployReport, Ending
    from werfish.track.events import Observers

    check_reports(flags)
    report = DeployReport(command, release, namespace, time.time)
    lines = JsonLines(log.masked) if flags.form == "json" else None
    writers = [_Writer(path, flags.deploy_report_format) for path in flags.reports]

    def end(ending: Ending, error: str = "") -> None:
        report.end(ending, error)
        _write(report, writers, log)
        if report.entries:
            log.summed(*deploy_summary.summary_of(report))
        if lines:
            lines.summary(report)

    try:
        yield Observers([report, lines] if lines else [report])
    except BaseException as error:
        is_interrupted = was_interrupted(error)
        end(Ending.INTERRUPTED if is_interrupted else Ending.FAILED, str(error) or "interrupted")
        raise
    end(Ending.SUCCEEDED)


def observed_by(
    adapters: "DeployAdapters", flags: ObservingFlags, observer: "Observer"
) -> "DeployAdapters":
    """Return *adapters* that tell *observer*, and people as often as they want it."""
    return replace(
        adapters,
        observer=observer,
        progress_seconds=flags.status_progress_period,
        hooks_progress_seconds=flags.hooks_status_progress_period,
    )


class JsonLines:
    """Writes events to stdout as lines of JSON, without secrets. Satisfies `Observer`."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        """Take secrets out with *mask*."""
        from werfish.actions import event_stream

        self._texts = event_stream
        self._mask = mask
        self._lock = threading.Lock()

    def note(self, event: "Event") -> None:
        """Write *event*."""
        self._put(self._texts.event_line(event, time.time(), self._mask))

    def facts(self, kind: str, facts: dict[str, Any]) -> None:
        """Write *facts* that no event carries, as an event of *kind*."""
        self._put(self._texts.facts_line(kind, facts, time.time(), self._mask))

    def summary(self, report: "DeployReport") -> None:
        """Write how everything ended."""
        self._put(self._texts.summary_line(report, self._mask))

    def _put(self, line: str) -> None:
        with self._lock:
            output.json_line(line)


class _Writer:
    """Writes a report into the file at *path*, as *form* says or else its name."""

    def __init__(self, path: str, form: str | None) -> None:
        from werfish.actions.report_forms import FORMS, form_for

        self._path = path
        self._text = FORMS[form or form_for(path)]

    def write(self, report: "DeployReport", log: Log) -> None:
        output.report(self._path, self._text(report, log.masked))


def _write(report: "DeployReport", writers: Sequence[_Writer], log: Log) -> None:
    """Write the reports; one that cannot be written hides no other error."""
    from werfish.actions.deploy_report import Ending

    for writer in writers:
        try:
            writer.write(report, log)
        except WerfishError as error:
            if report.ending is Ending.SUCCEEDED:
                raise
            log.warning(str(error))
