"""How a deploy ended, for people: a line of it all, and rows of what is worth one."""

from collections import Counter

from werfish.actions.deploy_report import DeployReport, Ending, Entry, State
from werfish.kube.resource import names_of
from werfish.screens.events import Row, Rows, RowState

_STATES = {
    State.READY: RowState.READY,
    State.DELETED: RowState.READY,
    State.WAITING: RowState.WAITING,
    State.SKIPPED: RowState.WAITING,
    State.FAILED: RowState.FAILED,
}
_DONE = {"create": "created", "update": "updated", "delete": "deleted"}
_ORDER = (State.FAILED, State.WAITING, State.SKIPPED, State.READY, State.DELETED)


def summary_of(report: DeployReport) -> tuple[str, Rows]:
    """Return the title and the rows, what failed first, of equals what took longest.

    What nobody touched has no row.
    """
    entries = list(report.entries.values())
    name = report.release or f'namespace "{report.namespace}"'
    revision = f", revision {report.revision}" if report.revision else ""
    seconds = f"{report.ended - report.began:.1f} s"
    counts = f": {_counts(entries)}" if entries else ""
    title = f"{name}{revision}: {_ending(report)} in {seconds}{counts}"
    shown = [entry for entry in entries if entry.action != "none" or _is_troubled(entry)]
    shown.sort(key=lambda one: (_ORDER.index(one.state), -(report.seconds_of(one) or 0.0)))
    names = names_of(report.entries)
    return title, tuple(_row(report, entry, names[entry.id]) for entry in shown)


def _ending(report: DeployReport) -> str:
    if report.ending is Ending.FAILED and report.returned_to:
        return f"failed and rolled back by revision {report.returned_to}"
    return str(report.ending)


def _counts(entries: list[Entry]) -> str:
    states = Counter(entry.state for entry in entries)
    changes = Counter(_DONE[entry.action] for entry in entries if _is_done(entry))
    unchanged = sum(entry.action == "none" for entry in entries)
    said = [f"{changes[word]} {word}" for word in _DONE.values() if changes[word]]
    said += [f"{unchanged} unchanged"] if unchanged else []
    said += [f"{states[state]} {state}" for state in _ORDER[:4] if states[state]]
    return ", ".join(said)


def _is_done(entry: Entry) -> bool:
    return entry.action in _DONE and entry.changed is not None


def _is_troubled(entry: Entry) -> bool:
    return entry.state not in (State.READY, State.DELETED)


def _row(report: DeployReport, entry: Entry, name: str) -> Row:
    seconds = report.seconds_of(entry)
    took = "" if seconds is None else f"{seconds:.1f} s"
    done = _DONE[entry.action] if _is_done(entry) and entry.action != "delete" else ""
    is_told = _is_troubled(entry) or not took
    return Row(
        f"{name}{' (hook)' if entry.is_hook else ''}",
        _STATES[entry.state],
        str(entry.state),
        ", ".join(filter(None, (done, took))),
        reason=entry.reason if is_told else "",
    )
