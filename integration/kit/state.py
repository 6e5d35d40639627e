"""What the kit remembers between runs: chosen ports, passwords, what it found or made."""

from __future__ import annotations

import json
import os
from pathlib import Path

from integration.kit.errors import KitError
from integration.kit.folders import Folders


def recall(folders: Folders, key: str) -> str | None:
    """Return what is remembered under *key*."""
    return _load(folders).get(key)


def ports(folders: Folders) -> dict[str, str]:
    """Return the remembered ports by key."""
    return {key: value for key, value in _load(folders).items() if key.startswith("port.")}


def remember(folders: Folders, key: str, value: str) -> None:
    """Remember *value* under *key* until ``down``."""
    make_state_folder(folders)
    _save(folders, {**_load(folders), key: value})


def forget(folders: Folders, *keys: str) -> None:
    """Forget what is remembered under *keys*."""
    values = _load(folders)
    kept = {key: value for key, value in values.items() if key not in keys}
    if kept != values:
        _save(folders, kept)


def make_state_folder(folders: Folders) -> None:
    """Make the state folder, which others may pass through but not list."""
    folders.state.mkdir(mode=0o711, parents=True, exist_ok=True)
    if folders.state.is_symlink() or folders.state.stat().st_uid != os.getuid():
        raise KitError(
            f"use the state folder {folders.state}",
            "it belongs to somebody else",
            hint="set WERFISH_KIT_STATE to another short path",
        )


def _file(folders: Folders) -> Path:
    return folders.state / "state.json"


def _load(folders: Folders) -> dict[str, str]:
    try:
        values = json.loads(_file(folders).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(key): str(value) for key, value in values.items()}


def _save(folders: Folders, values: dict[str, str]) -> None:
    unfinished = _file(folders).with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(values, indent=1, sort_keys=True))
    unfinished.replace(_file(folders))
