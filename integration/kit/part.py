"""What every part of the kit is: one module, or one object, with the same few functions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from integration.kit.apt import Need
from integration.kit.folders import Folders, folders_of

Level = Literal["control-plane", "node"]


@dataclass(frozen=True, slots=True)
class Kit:
    """Where the kit works, and what it was asked for."""

    folders: Folders
    level: Level = "node"
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How one part is; *running* is None for a part that was not started."""

    running: bool | None
    version: str = "-"
    address: str = "-"


class Part(Protocol):
    """A part; each function may be called at any time, however often."""

    def needs(self, kit: Kit) -> tuple[Need, ...]:
        """Return the programs that must be installed before :meth:`prepare`."""

    def prepare(self, kit: Kit) -> None:
        """Make what is dear to make, into the cache; others may do the same meanwhile."""

    def up(self, kit: Kit) -> None:
        """Start what does not run."""

    def down(self, kit: Kit) -> None:
        """End and remove everything that :meth:`up` made."""

    def status(self, kit: Kit) -> Status:
        """Return how the part is."""

    def variables(self, kit: Kit) -> dict[str, str]:
        """Return the environment variables through which tests find the part."""

    def leftovers(self, kit: Kit) -> list[str]:
        """Return what is there although it should have gone with :meth:`down`."""


def kit_of(level: Level = "node", environment: Mapping[str, str] | None = None) -> Kit:
    """Return the kit of *environment*, by default that of this process."""
    chosen = dict(os.environ if environment is None else environment)
    return Kit(folders_of(chosen), level, chosen)
