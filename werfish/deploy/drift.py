"""What changed in the cluster since a plan was made. Pure.

An object is as the plan saw it while its resourceVersion is, or while nothing but its status and
what the server keeps of it has changed: a controller that reports does not make a plan stale.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Change
from werfish.deploy.equal import is_identical
from werfish.deploy.merge import normal
from werfish.errors import DeployError
from werfish.kube.fields import text
from werfish.kube.resource import Manifest, ResourceId


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as a plan saw it: its *version*, and a digest of its *content*; empty for none."""

    version: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """An object that is not as the plan saw it, and *what* happened to it."""

    id: ResourceId
    what: str


class PlanDriftError(DeployError):
    """Objects are not as the plan saw them."""

    def __init__(self, drifts: Sequence[Drift]) -> None:
        """Name each object and what happened to it."""
        lines = "\n".join(f"  {drift.id} {drift.what}" for drift in drifts)
        super().__init__(
            f"carry out the saved plan: the cluster has changed since it was made\n{lines}",
            hint="make and look at a new plan, or have these objects planned anew with "
            "--plan-drift replan",
        )
        self.drifts = tuple(drifts)


def seen_of(manifest: Manifest | None) -> Seen:
    """Return what is kept of an object that a plan saw."""
    if manifest is None:
        return Seen()
    content = json.dumps(normal(manifest), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Seen(text(manifest, "metadata", "resourceVersion"), digest)


def drifts_of(seen: Mapping[ResourceId, Seen], changes: Sequence[Change]) -> tuple[Drift, ...]:
    """Return where the objects of *changes* are not as they were *seen*."""
    found = [
        Drift(change.id, what)
        for change in changes
        if (what := _happened(seen.get(change.id, Seen()), change.before))
    ]
    known = {change.id for change in changes}
    return (*found, *(Drift(id, "is gone") for id, one in seen.items() if _left(id, one, known)))


def refuse_drift(change: Change, live: Manifest | None) -> None:
    """Raise `PlanDriftError` if the object of *change* is not as the change saw it."""
    if change.before is not None and live is not None:
        is_same = is_identical(normal(change.before), normal(live))
        what = "" if is_same else "changed"
    else:
        what = _happened(seen_of(change.before), live)
    if what:
        raise PlanDriftError([Drift(change.id, what)])


def _happened(seen: Seen, live: Manifest | None) -> str:
    if live is None:
        return "is gone" if seen.version else ""
    if not seen.version:
        return "was created"
    if seen.version == text(live, "metadata", "resourceVersion"):
        return ""
    return "" if seen.content == seen_of(live).content else "changed"


def _left(id: ResourceId, seen: Seen, known: set[ResourceId]) -> bool:
    return bool(seen.version) and id not in known
