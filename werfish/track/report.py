"""What a person reads while a release is followed: one line where something changed.

A table or a tree for terminals will be drawn from the same values.
"""

from collections.abc import Sequence

from werfish.kube import fields
from werfish.kube.resource import Manifest, ResourceId
from werfish.log import Log
from werfish.track.verdict import Readiness, Verdict

_STYLES = {Verdict.READY: "green", Verdict.WAITING: "yellow", Verdict.FAILED: "red"}


def show_change(log: Log, id: ResourceId, before: Readiness, now: Readiness) -> None:
    """Write the verdict on a resource where it, or its message, is another than *before*."""
    if now == before and now.message == before.message:
        return
    verdict = log.styled(str(now.verdict), _STYLES[now.verdict])
    log.info(f"{id}: {verdict}" + (f": {now.message}" if now.message else ""))


def show_lacking(
    log: Log, what: str, lacking: Sequence[tuple[ResourceId, str]], seconds: float
) -> None:
    """Write *what* is being waited for after so many *seconds*, and what each still lacks."""
    log.info(f"waiting for {what}, {seconds:.0f} s")
    for id, message in lacking:
        log.info(f"  {id}: {message}")


def show_event(log: Log, event: Manifest) -> None:
    """Write one event of Kubernetes."""
    about = fields.table(event, "involvedObject")
    what = f"{fields.text(about, 'kind')}/{fields.text(about, 'name')}"
    log.info(f"{what}: {fields.text(event, 'reason')}: {fields.text(event, 'message')}")
