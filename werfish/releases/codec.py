"""A release record as text: what Helm 3 keeps under ``data.release`` of its Secret or ConfigMap.

Pure. JSON, gzip, base64; of a Secret the API has its own base64 around that. Law: whatever Helm
wrote comes back, also keys that are not known here (``extra``), so that updating a record loses
nothing.
Source: helm's pkg/storage/driver/util.go and pkg/release.
"""

import gzip
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from werfish.releases.release import HookRecord, Release, Status

_GZIP_MAGIC = b"\x1f\x8b\x08"
_NO_RUN = {"started_at": "", "completed_at": "", "phase": ""}
_KEYS = ("name", "info", "chart", "config", "manifest", "hooks", "version", "namespace")


def encode(release: Release) -> str:
    """Return the text of ``data.release``."""
    packed = gzip.compress(plain(release), compresslevel=9, mtime=0)
    return b64encode(packed).decode()


def plain(release: Release) -> bytes:
    """Return *release* as JSON, as it is before it is compressed."""
    return json.dumps(record_of(release), separators=(",", ":"), ensure_ascii=False).encode()


def decode(data: str, labels: Mapping[str, str], *, holder: str = "") -> Release:
    """Return the release in *data*, as `encode` made it; ValueError where it is none."""
    try:
        packed = b64decode(data)
        is_packed = packed.startswith(_GZIP_MAGIC)
        record = json.loads(gzip.decompress(packed) if is_packed else packed)
        return release_of(record, labels, holder=holder)
    except (
        ValueError,
        OSError,
        EOFError,
        zlib.error,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise ValueError(f"not a release record: {error}") from error


def record_of(release: Release) -> dict[str, Any]:
    """Return *release* as the JSON object that Helm reads."""
    info = {
        "first_deployed": release.first_deployed,
        "last_deployed": release.last_deployed,
        "deleted": release.deleted,
        "description": release.description,
        "status": str(release.status),
        "notes": release.notes,
    }
    return {
        "name": release.name,
        "info": {**_extra(release.extra.get("info")), **info},
        "chart": dict(release.chart),
        "config": dict(release.config),
        "manifest": release.manifest,
        "hooks": [_hook_record(hook) for hook in release.hooks],
        "version": release.revision,
        "namespace": release.namespace,
        **{key: value for key, value in release.extra.items() if key not in _KEYS},
    }


def release_of(
    record: Mapping[str, Any], labels: Mapping[str, str], *, holder: str = ""
) -> Release:
    """Return what the JSON object of a *record* says."""
    info = record.get("info") or {}
    return Release(
        name=record["name"],
        namespace=record.get("namespace") or "",
        revision=record.get("version") or 0,
        status=_status(info.get("status")),
        manifest=record.get("manifest") or "",
        hooks=tuple(_hook_of(hook) for hook in record.get("hooks") or ()),
        chart=record.get("chart") or {},
        config=record.get("config") or {},
        first_deployed=info.get("first_deployed") or "",
        last_deployed=info.get("last_deployed") or "",
        deleted=info.get("deleted") or "",
        description=info.get("description") or "",
        notes=info.get("notes") or "",
        labels=dict(labels),
        holder=holder,
        extra=_unknown(record, info),
    )


_INFO = ("first_deployed", "last_deployed", "deleted", "description", "status", "notes")


def _unknown(record: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, Any]:
    extra = {key: value for key, value in record.items() if key not in _KEYS}
    more = {key: value for key, value in info.items() if key not in _INFO}
    return extra | ({"info": more} if more else {})


def _extra(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _status(value: object) -> Status:
    return next((status for status in Status if status == value), Status.UNKNOWN)


def _hook_record(hook: HookRecord) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": hook.name,
        "kind": hook.kind,
        "path": hook.path,
        "manifest": hook.manifest,
        "events": list(hook.events),
        "last_run": dict(hook.last_run) or _NO_RUN,
        "weight": hook.weight,
        "delete_policies": list(hook.delete_policies),
        "output_log_policies": list(hook.output_log_policies),
    }
    optional = ("weight", "delete_policies", "output_log_policies")
    return {key: value for key, value in record.items() if value or key not in optional}


def _hook_of(record: Mapping[str, Any]) -> HookRecord:
    last_run = record.get("last_run") or {}
    return HookRecord(
        name=record.get("name") or "",
        kind=record.get("kind") or "",
        path=record.get("path") or "",
        manifest=record.get("manifest") or "",
        events=tuple(record.get("events") or ()),
        weight=record.get("weight") or 0,
        delete_policies=tuple(record.get("delete_policies") or ()),
        output_log_policies=tuple(record.get("output_log_policies") or ()),
        last_run={} if last_run == _NO_RUN else last_run,
    )
