"""What reports and streams say of a deploy, a resource, a cause: the same words in both. Pure."""

from collections.abc import Callable
from typing import Any

from werfish.actions.deploy_report import DeployReport
from werfish.deploy.record import time_text
from werfish.kube.resource import ResourceId
from werfish.track.cause import Cause

Mask = Callable[[str], str]
"""Takes secrets out of a text."""


def facts_of(report: DeployReport) -> dict[str, Any]:
    """Return what a report says of the whole."""
    return {
        "command": report.command,
        "release": report.release,
        "namespace": report.namespace,
        "revision": report.revision or None,
        "rolledBackBy": report.returned_to or None,
        "status": str(report.ending),
        "began": time_text(report.began),
        "ended": time_text(report.ended),
        "seconds": round(report.ended - report.began, 3),
        "error": report.error or None,
    }


def resource_facts(id: ResourceId) -> dict[str, str]:
    """Return which object *id* is."""
    gvk = id.gvk
    return {
        "apiVersion": gvk.api_version,
        "kind": gvk.kind,
        "namespace": id.namespace,
        "name": id.name,
    }


def cause_facts(cause: Cause | None) -> dict[str, Any] | None:
    """Return where the trouble is, and with which code a container ended."""
    if cause is None:
        return None
    return {
        "pod": cause.pod or None,
        "container": cause.container or None,
        "exitCode": cause.exit_code,
        "message": cause.message,
    }


def masked(value: Any, mask: Mask) -> Any:
    """Return a document with secrets taken out of each of its texts."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: masked(one, mask) for key, one in value.items()}
    return [masked(one, mask) for one in value] if isinstance(value, list) else value
