"""What a change does to an object, line by line, for people. Pure; secrets are never shown."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from werfish.deploy.changes import Action, Change
from werfish.helm.yaml_text import dump
from werfish.kube.resource import Manifest

SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.RECREATE: "±",
    Action.DELETE: "-",
    Action.NONE: "=",
}
_CONTEXT = 3
_SERVERS_OWN = frozenset(
    {"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"}
)
"""What of metadata the server writes, and nobody compares."""


def diff_of(change: Change) -> Iterator[str]:
    """Yield the lines of *change*, each with its sign: what comes, what goes, what stays around."""
    old, new = change.before, None if change.action is Action.DELETE else change.after
    before, after = _text(old, new, "old"), _text(new, old, "new")
    lines = difflib.unified_diff(before, after, n=_CONTEXT, lineterm="")
    for number, line in enumerate(lines):
        if number >= 2:  # after the names of two files that there are none of
            yield "..." if line.startswith("@@") else line


def shown(manifest: Manifest, other: Manifest | None = None, mark: str = "") -> dict[str, Any]:
    """Return *manifest* as it is shown: without what the server writes, and without secrets.

    A secret that differs from that of the *other* manifest gets the *mark*; nothing else is told
    of it, not even a digest, since weak secrets could be guessed from that.
    """
    metadata = {
        key: value
        for key, value in (manifest.get("metadata") or {}).items()
        if key not in _SERVERS_OWN
    }
    plain = {key: value for key, value in manifest.items() if key != "status"}
    if manifest.get("kind") == "Secret":
        for key in ("data", "stringData"):
            if key in plain:
                plain[key] = _hidden(plain[key], (other or {}).get(key), mark)
        metadata["annotations"] = _without_last_applied(metadata.get("annotations"))
    return plain | {"metadata": {key: value for key, value in metadata.items() if value}}


def _without_last_applied(annotations: Any) -> Any:
    """Take off kubectl's copy of a Secret, which holds what is secret once more."""
    if not isinstance(annotations, Mapping):
        return annotations
    return {key: value for key, value in annotations.items() if "last-applied" not in key}


def _hidden(data: Any, other: Any, mark: str) -> Any:
    if not isinstance(data, Mapping):
        return "***"
    known = other if isinstance(other, Mapping) else {}
    return {
        key: f"*** ({mark})" if key in known and known[key] != value else "***"
        for key, value in data.items()
    }


def _text(manifest: Manifest | None, other: Manifest | None, mark: str) -> list[str]:
    return dump(shown(manifest, other, mark)).splitlines() if manifest else []
