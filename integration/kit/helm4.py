"""Helm 4, beside the helm that tests use: what shares releases with it, or is measured against it.

Only suites that ask for it have it built. ``WERFISH_KIT_HELM4`` names one that is there already.
"""

from __future__ import annotations

from pathlib import Path

from integration.kit import programs
from integration.kit.apt import Need
from integration.kit.command import run
from integration.kit.errors import KitError
from integration.kit.golang import binary_of, build
from integration.kit.part import Kit, Status
from integration.kit.progress import say
from integration.kit.versions import HELM4_CLIENT
from integration.kit.words import version_in

NAME = "helm4"
VARIABLE = "WERFISH_KIT_HELM4"


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return nothing: Debian has no helm."""
    return ()


def prepare(kit: Kit) -> None:
    """Build it unless one is named."""
    if _given(kit) is None:
        build(kit.folders, NAME, (HELM4_CLIENT,))


def up(kit: Kit) -> None:
    """Link it where the tests find it, by a name that no program asks for."""
    path = _given(kit) or binary_of(kit.folders, HELM4_CLIENT)
    is_new = programs.link(kit.folders, NAME, path)
    say(NAME, f"up at {path}" if is_new else f"already up at {path}")


def down(kit: Kit) -> None:
    """Unlink it; what was built stays."""
    programs.unlink(kit.folders, NAME)


def status(kit: Kit) -> Status:
    """Return which one it is."""
    path = programs.linked(kit.folders, NAME)
    if path is None:
        return Status(None)
    try:
        words = run([str(path), "version", "--short"], doing="helm4: ask for the version")
    except KitError:
        return Status(False, address=str(path))
    return Status(True, version_in(words), str(path))


def variables(kit: Kit) -> dict[str, str]:
    """Return its path."""
    path = programs.linked(kit.folders, NAME)
    return {} if path is None else {VARIABLE: str(path)}


def leftovers(kit: Kit) -> list[str]:
    """Return nothing: the link lies in the state folder."""
    return []


def _given(kit: Kit) -> Path | None:
    """Return one that is not ours; ours is what an earlier ``env`` told."""
    named = kit.environment.get(VARIABLE)
    if not named or Path(named) == binary_of(kit.folders, HELM4_CLIENT):
        return None
    if not Path(named).exists():
        raise KitError("helm4: find helm 4", f'{VARIABLE} names "{named}", which is not there')
    return Path(named)
