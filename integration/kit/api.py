"""What the kit can do, as functions: for the command line and for the integration tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.kit import (
    apt,
    bases,
    buildkit,
    daemon,
    docker,
    helm,
    helm4,
    kwok,
    leaks,
    registry,
    state,
    sysctls,
)
from integration.kit.errors import KitError
from integration.kit.kubernetes import cluster
from integration.kit.locking import locked
from integration.kit.mounts import unmount_below
from integration.kit.part import Kit, Level, Part, Status, kit_of
from integration.kit.processes import end, marked
from integration.kit.programs import foreign_path

PARTS: Mapping[str, Part] = {
    "docker": docker,
    "registry": registry.PLAIN,
    "auth-registry": registry.WITH_PASSWORD,
    "kubernetes": cluster,
    "helm": helm,
    "bases": bases,
    "buildkit": buildkit,
    "helm4": helm4,
    "kwok": kwok,
}
"""Every part, in the order in which they are started; they are stopped in the opposite one."""

ON_DEMAND = frozenset({"buildkit", "helm4", "kwok"})
"""Parts that are started only where they are named."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the parts are; None for a part that is not up, or needs no telling."""

    docker_host: str | None
    registry: str | None
    auth_registry: str | None
    auth_user: str | None
    auth_password: str | None
    kubeconfig: str | None
    helm: str | None
    mirror: str | None
    buildkit_host: str | None
    variables: Mapping[str, str]
    """The same as variables of the environment, PATH with the programs among them."""


def up(parts: Sequence[str] = (), level: Level = "node", kit: Kit | None = None) -> Endpoints:
    """Start *parts* that do not run, and return where everything is.

    By default these are all but those of `ON_DEMAND`.
    """
    kit = kit or kit_of(level)
    chosen = _prepared(parts or _usual(), kit)
    with locked(_lock(kit), "kit"):
        state.make_state_folder(kit.folders)
        for part in chosen:
            part.up(kit)
    return endpoints(kit)


def prepare(parts: Sequence[str], kit: Kit | None = None) -> None:
    """Build and install what *parts* need to be started; nothing is started."""
    _prepared(parts, kit or kit_of())


def down(parts: Sequence[str] = (), kit: Kit | None = None) -> None:
    """Stop *parts*, by default all; with the last of them goes the state folder."""
    kit = kit or kit_of()
    with locked(_lock(kit), "kit"):
        if kit.folders.state.exists():
            for part in reversed(_chosen(parts)):
                part.down(kit)
            if not parts or not _is_used(kit):
                _remove_state(kit)
        _lock(kit).unlink()


def status(parts: Sequence[str] = (), kit: Kit | None = None) -> dict[str, Status]:
    """Return how each of *parts*, by default all, is."""
    kit = kit or kit_of()
    _chosen(parts)
    return {name: part.status(kit) for name, part in PARTS.items() if not parts or name in parts}


def missing(parts: Sequence[str] = (), kit: Kit | None = None) -> list[str]:
    """Return those of *parts* that do not run; by default of all but those of `ON_DEMAND`."""
    return [name for name, one in status(parts or _usual(), kit).items() if not one.running]


def endpoints(kit: Kit | None = None) -> Endpoints:
    """Return where the parts are that are up."""
    kit = kit or kit_of()
    found: dict[str, str] = {}
    for part in PARTS.values():
        found |= part.variables(kit)
    if kit.folders.bin.exists():
        found["PATH"] = f"{kit.folders.bin}:{foreign_path(kit)}"
    return Endpoints(
        docker_host=found.get("DOCKER_HOST"),
        registry=found.get("WERFISH_KIT_REGISTRY"),
        auth_registry=found.get("WERFISH_KIT_AUTH_REGISTRY"),
        auth_user=found.get("WERFISH_KIT_AUTH_REGISTRY_USER"),
        auth_password=found.get("WERFISH_KIT_AUTH_REGISTRY_PASSWORD"),
        kubeconfig=found.get("KUBECONFIG"),
        helm=found.get("WERF_HELM"),
        mirror=found.get("WERF_CONTAINER_REGISTRY_MIRROR"),
        buildkit_host=found.get(buildkit.VARIABLE),
        variables=found,
    )


def leftovers(kit: Kit | None = None) -> list[str]:
    """Return what the kit left behind on this machine, nothing after a clean ``down``."""
    kit = kit or kit_of()
    found = leaks.of_state(kit.folders)
    for part in PARTS.values():
        found += part.leftovers(kit)
    return list(dict.fromkeys(found))


def _usual() -> list[str]:
    return [name for name in PARTS if name not in ON_DEMAND]


def _prepared(names: Sequence[str], kit: Kit) -> list[Part]:
    chosen = _chosen(names)
    apt.install(kit.folders, [need for part in chosen for need in part.needs(kit)])
    for part in chosen:
        part.prepare(kit)
    return chosen


def _chosen(names: Sequence[str]) -> list[Part]:
    for name in names:
        if name not in PARTS:
            hint = f"the parts are {', '.join(PARTS)}"
            raise KitError("choose the parts", f'there is no part "{name}"', hint=hint)
    return [part for name, part in PARTS.items() if not names or name in names]


def _lock(kit: Kit) -> Path:
    return kit.folders.state.with_name(f"{kit.folders.state.name}.lock")


def _is_used(kit: Kit) -> bool:
    is_linked = kit.folders.bin.exists() and any(kit.folders.bin.iterdir())
    return is_linked or daemon.any_alive(kit.folders)


def _remove_state(kit: Kit) -> None:
    end((one for one, _ in marked(f"{kit.folders.state}/")), seconds=2)
    unmount_below(kit.folders.state)
    sysctls.restore(kit.folders)
    shutil.rmtree(kit.folders.state)
