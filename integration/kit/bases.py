"""The base images that the examples and tests use: the one place that names them.

Where Docker Hub answers, it is the source. Else they are made on the spot from
Debian's packages and pushed into the plain registry under ``library/``, so that
this registry serves as a mirror of Docker Hub.
"""

from __future__ import annotations

import platform
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from integration.kit import busybox, debian, docker, image, push, registry, state
from integration.kit.apt import Need
from integration.kit.command import succeeds
from integration.kit.locking import locked
from integration.kit.part import Kit, Status
from integration.kit.progress import say

BUSYBOX = "busybox:1.35"
DEBIAN = "debian:bookworm-slim"
PYTHON = "python:3.11-slim-bookworm"

HUB = "https://registry-1.docker.io/v2/"
SOURCE = "bases"
"""Under this key the state knows where the images are from: "hub" or "made"."""

MAKERS: Mapping[str, Callable[[Kit, Path], None]] = {
    BUSYBOX: busybox.make,
    DEBIAN: debian.make,
    PYTHON: debian.make_python,
}


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return what the images are made of; bash is for images that have none."""
    packages = {"busybox": "busybox-static", "bash-static": "bash-static"}
    made = (DEBIAN, PYTHON)
    if source_of(kit) == "made" and not all(_is_cached(kit, name) for name in made):
        packages |= {"debootstrap": "debootstrap"}
    return tuple(Need(program, package) for program, package in packages.items())


def prepare(kit: Kit) -> None:
    """Make the images, into the cache, where Docker Hub does not answer."""
    if source_of(kit) == "hub":
        return
    with locked(kit.folders.cache / "bases.lock", "bases"):
        for name, make in MAKERS.items():
            if not _is_cached(kit, name):
                say("bases", f"making {name}")
                make(kit, _cached(kit, name))


def up(kit: Kit) -> None:
    """Push the images which were made into the plain registry, that it mirrors Docker Hub."""
    source = source_of(kit)
    state.remember(kit.folders, SOURCE, source)
    if source == "hub":
        say("bases", "Docker Hub answers: nothing to make")
        return
    missing = [name for name in MAKERS if not push.is_pushed(reference(kit, name))]
    if not missing:
        say("bases", f"already up at {registry.PLAIN.address(kit)}/library")
        return
    registry.PLAIN.up(kit)
    for name in missing:
        push.push(_cached(kit, name), reference(kit, name))
        say("bases", f"pushed {reference(kit, name)}")


def down(kit: Kit) -> None:
    """Forget the images; the registry takes them along, the cache keeps them."""
    state.forget(kit.folders, SOURCE)


def status(kit: Kit) -> Status:
    """Return whether the images can be pulled, and from where."""
    source = state.recall(kit.folders, SOURCE)
    names = " ".join(MAKERS)
    if source is None:
        return Status(None)
    if source == "hub":
        return Status(True, names, "Docker Hub")
    running = all(push.is_pushed(reference(kit, name)) for name in MAKERS)
    return Status(running, names, f"{registry.PLAIN.address(kit)}/library")


def variables(kit: Kit) -> dict[str, str]:
    """Return the mirror that holds the images, when they were made on the spot."""
    if state.recall(kit.folders, SOURCE) != "made":
        return {}
    return {"WERF_CONTAINER_REGISTRY_MIRROR": registry.PLAIN.address(kit)}


def leftovers(kit: Kit) -> list[str]:
    """Return nothing: images lie in the registry and the cache."""
    return []


def reference(kit: Kit, name: str) -> str:
    """Return where the plain registry holds the image that Docker Hub calls *name*."""
    return f"{registry.PLAIN.address(kit)}/library/{name}"


def source_of(kit: Kit) -> str:
    """Return "hub" when Docker Hub answers, else "made"; asked once for each ``up``."""
    return state.recall(kit.folders, SOURCE) or ("hub" if _hub_serves(kit) else "made")


def _hub_serves(kit: Kit) -> bool:
    """Tell whether Docker Hub can be pulled from, asking the daemon too where one answers."""
    if not _hub_answers():
        return False
    host = docker.foreign_host(kit)
    return host is None or succeeds(["docker", "--host", host, "pull", "-q", BUSYBOX], timeout=60)


@cache
def _hub_answers() -> bool:
    try:
        urllib.request.urlopen(HUB, timeout=3).close()
    except urllib.error.HTTPError as error:
        return error.code == 401  # it asks anybody to log in first
    except OSError:
        return False
    return True


def _cached(kit: Kit, name: str) -> Path:
    return kit.folders.cache / "images" / f"{name.replace(':', '-')}-{platform.machine()}"


def _is_cached(kit: Kit, name: str) -> bool:
    return image.is_complete(_cached(kit, name))
