"""What a word such as ``phase: Running`` says of a custom resource. Pure.

The whole word decides; else its parts, as in ``UpdateFailed``, ``UPGRADE_PENDING`` and
``Applying changes``: what goes on (``-ing``) waits, but for what a server does all its life, and
so does what is tried again by nature (``SyncFailed``). Any other word is taken for good.
"""

import re

from werfish.track.verdict import Verdict

WAITING_WORDS = frozenset(
    [
        "creating",
        "updating",
        "waiting",
        "awaiting",
        "pending",
        "finishing",
        "starting",
        "readying",
        "inprogress",
        "progressing",
        "initialization",
        "initializing",
        "approving",
        "unknown",
        "provisioning",
        "reconciling",
        "deploying",
        "installing",
        "upgrading",
        "scaling",
        "scheduling",
        "syncing",
        "deleting",
        "terminating",
        "new",
        "notready",
        "queued",
        "bootstrapping",
        "restoring",
        "degraded",
        "yellow",
        "unhealthy",
        "unavailable",
        "unready",
        "notstarted",
        "settingup",
        "submitted",
    ]
)
FAILED_WORDS = frozenset(
    [
        "failure",
        "failed",
        "abort",
        "aborted",
        "terminated",
        "error",
        "errored",
        "rejection",
        "rejected",
        "invalid",
        "red",
        "lost",
        "stalled",
        "fatal",
    ]
)
STEADY = frozenset(
    [
        "running",
        "serving",
        "listening",
        "streaming",
        "working",
        "operating",
        "watching",
        "monitoring",
        "polling",
        "following",
        "replicating",
        "existing",
        "tracking",
        "mirroring",
        "sleeping",
    ]
)
"""What goes on for good."""
_WAITING_PARTS = frozenset(["pending", "progress"])
_FAILED_PARTS = frozenset(["failed", "failure", "error", "errored", "invalid", "aborted"])
_RETRIED = frozenset(["sync", "syncing", "reconcile", "reconciling", "reconciliation", "retry",
                      "retrying"])  # fmt: skip
_DENIALS = frozenset(["no", "non", "without"])
_GOOD = frozenset(["ready", "healthy", "available", "synced", "initialized", "running", "deployed"])
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def verdict_of(word: str) -> Verdict | None:
    """Return what *word* says, None where there is none (a number is none)."""
    whole = re.sub(r"[^a-z0-9]", "", word.casefold())
    parts = [part.casefold() for part in _PART.findall(word)]
    if not parts:
        return None
    if whole in FAILED_WORDS:
        return Verdict.FAILED
    if whole in WAITING_WORDS or _goes_on(parts):
        return Verdict.WAITING
    if _FAILED_PARTS.isdisjoint(parts) or parts[0] in _DENIALS:
        return Verdict.READY
    return Verdict.FAILED if _RETRIED.isdisjoint(parts) else Verdict.WAITING


def _goes_on(parts: list[str]) -> bool:
    is_denied = parts[0] == "not" and not _GOOD.isdisjoint(parts)
    is_busy = parts[0].endswith("ing") and parts[0] not in STEADY
    return is_denied or is_busy or not _WAITING_PARTS.isdisjoint(parts)
