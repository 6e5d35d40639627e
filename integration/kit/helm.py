"""The helm program: the one that WERF_HELM names, the one on PATH, else one built here."""

from __future__ import annotations

import shutil
from pathlib import Path

from integration.kit import programs
from integration.kit.apt import Need
from integration.kit.command import run
from integration.kit.errors import KitError
from integration.kit.golang import binary_of, build
from integration.kit.part import Kit, Status
from integration.kit.progress import say
from integration.kit.versions import HELM_CLIENT
from integration.kit.words import version_in


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return nothing: Debian has no helm."""
    return ()


def prepare(kit: Kit) -> None:
    """Build helm unless there is one."""
    if _given(kit) is None:
        build(kit.folders, "helm", (HELM_CLIENT,))


def up(kit: Kit) -> None:
    """Link helm where the tests find it."""
    path = _given(kit) or binary_of(kit.folders, HELM_CLIENT)
    is_new = programs.link(kit.folders, "helm", path)
    say("helm", f"up at {path}" if is_new else f"already up at {path}")


def down(kit: Kit) -> None:
    """Unlink helm; what was built stays."""
    programs.unlink(kit.folders, "helm")


def status(kit: Kit) -> Status:
    """Return which helm the tests run."""
    path = programs.linked(kit.folders, "helm")
    if path is None:
        return Status(None)
    try:
        words = run([str(path), "version", "--short"], doing="helm: ask for the version")
    except KitError:
        return Status(False, address=str(path))
    return Status(True, version_in(words), str(path))


def variables(kit: Kit) -> dict[str, str]:
    """Return the path of helm."""
    path = programs.linked(kit.folders, "helm")
    return {} if path is None else {"WERF_HELM": str(path)}


def leftovers(kit: Kit) -> list[str]:
    """Return nothing: the link lies in the state folder."""
    return []


def _given(kit: Kit) -> Path | None:
    """Return a helm that is not ours; ours is what an earlier ``env`` told."""
    named = kit.environment.get("WERF_HELM")
    if named and Path(named) != binary_of(kit.folders, HELM_CLIENT):
        if not Path(named).exists():
            raise KitError("helm: find helm", f'WERF_HELM names "{named}", which is not there')
        return Path(named)
    on_path = shutil.which("helm", path=programs.foreign_path(kit))
    return Path(on_path) if on_path else None
