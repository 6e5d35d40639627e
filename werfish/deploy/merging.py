"""Which merge a mode means, and what an object says about drift that is left alone. Pure.

A two-way patch does not repair drift. The repair that a three-way merge would have made then
stands in the annotations of the live object that werf 1.1 wrote, until there is nothing to repair.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from werfish.deploy.filled_in import with_filled_in
from werfish.deploy.merge import Merge, json_patch, three_way
from werfish.deploy.modes import Modes
from werfish.deploy.owner import annotations_of
from werfish.deploy.two_way import two_way
from werfish.kube.resource import Manifest
from werfish.kube.schema import Schema

Merger = Callable[[Manifest | None, Manifest, Manifest, Schema], Merge]
"""Merges what was recorded, what is live and what the chart says, as `three_way` does."""

REPAIR_PATCH = "debug.werf.io/repair-patch"
REPAIR_ERRORS = "debug.werf.io/repair-patch-errors"
REPAIR_MESSAGES = "debug.werf.io/repair-messages"
_NOTES = (REPAIR_PATCH, REPAIR_ERRORS, REPAIR_MESSAGES)
LONGEST = 64 * 1024
"""Of a repair patch in an annotation; all annotations of an object may have 256 KiB."""


def merger_of(modes: Modes) -> Merger:
    """Return the merge of *modes*, which are `settled`."""
    return _two_way if modes.is_two_way else _three_way


def drift_of(manifest: Manifest | None) -> str:
    """Return what an object says about its drift, empty where there is none."""
    return annotations_of(manifest or {}).get(REPAIR_MESSAGES, "")


def _three_way(
    recorded: Manifest | None, live: Manifest, desired: Manifest, schema: Schema
) -> Merge:
    wanted = with_filled_in(desired, live, recorded)
    return _noted(three_way(recorded, live, wanted, schema), live, {})


def _two_way(recorded: Manifest | None, live: Manifest, desired: Manifest, schema: Schema) -> Merge:
    desired = with_filled_in(desired, live, recorded)
    merge = two_way(recorded, live, desired, schema)
    repair = three_way(recorded, merge.merged, desired, schema)
    return _noted(merge, live, _notes(repair, desired) if repair.patch else {})


def _notes(repair: Merge, desired: Manifest) -> dict[str, str]:
    """Return the annotations that tell of *repair*; a secret is never written into one."""
    fields = ", ".join(repair.fields)
    if desired.get("kind") == "Secret":
        told = f"not as the chart says: {fields}; the patch is not shown, since this is a secret"
        return {REPAIR_MESSAGES: told}
    patch = json.dumps(repair.patch, separators=(",", ":"), sort_keys=True)
    if len(patch) > LONGEST:
        told = f"the repair patch has {len(patch)} characters, too many for an annotation"
        return {REPAIR_ERRORS: told, REPAIR_MESSAGES: f"not as the chart says: {fields}"}
    told = f"not as the chart says: {fields}; kubectl patch --type merge repairs it with the patch"
    return {REPAIR_PATCH: patch, REPAIR_MESSAGES: told}


def _noted(merge: Merge, live: Manifest, notes: Mapping[str, str]) -> Merge:
    """Return *merge* so that the object has *notes*, and no older ones."""
    annotations = dict(annotations_of(merge.merged))
    wanted = {key: value for key, value in annotations.items() if key not in _NOTES} | dict(notes)
    if wanted == annotations:
        return merge
    metadata = {**(merge.merged.get("metadata") or {}), "annotations": wanted}
    merged = {**merge.merged, "metadata": metadata}
    fields = tuple(
        f"metadata.annotations.{note}" for note in _NOTES if _differs(note, live, wanted)
    )
    return replace(
        merge, merged=merged, patch=json_patch(live, merged), fields=merge.fields + fields
    )


def _differs(note: str, live: Manifest, wanted: Mapping[str, str]) -> bool:
    return annotations_of(live).get(note) != wanted.get(note)
