"""A release and its revisions, as Helm 3 knows them. Pure."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from stages.light_dataclass import dataclass


class Status(StrEnum):
    """The states of a revision, in Helm's words."""

    UNKNOWN = "unknown"
    DEPLOYED = "deployed"
    UNINSTALLED = "uninstalled"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNINSTALLING = "uninstalling"
    PENDING_INSTALL = "pending-install"
    PENDING_UPGRADE = "pending-upgrade"
    PENDING_ROLLBACK = "pending-rollback"

    @property
    def is_pending(self) -> bool:
        """Whether an operation began and has not ended."""
        return self.value.startswith("pending-")


@dataclass(frozen=True, slots=True)
class HookRecord:
    """One hook as the record keeps it; *events* are Helm's names, such as ``pre-install``.

    *last_run* has ``started_at``, ``completed_at`` and ``phase``; it is empty before the first.
    """

    name: str
    kind: str
    path: str
    manifest: str
    events: tuple[str, ...]
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()
    last_run: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Release:
    """One revision of a release: everything that its record holds.

    *chart* is Helm's chart object (metadata, templates, values, files), *config* the values that
    the user gave, both as JSON-ready data. *manifest* is the rendered text without hooks. Times
    are RFC 3339 strings. *labels* are the user's, without Helm's own. *holder* is the id of the
    werfish run that wrote a pending record, empty for other tools' records. *extra* keeps
    what the record says beyond that, as it was.
    """

    name: str
    namespace: str
    revision: int
    status: Status
    manifest: str
    hooks: tuple[HookRecord, ...] = ()
    chart: Mapping[str, Any] = field(default_factory=dict, hash=False)
    config: Mapping[str, Any] = field(default_factory=dict, hash=False)
    first_deployed: str = ""
    last_deployed: str = ""
    deleted: str = ""
    description: str = ""
    notes: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    holder: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)
