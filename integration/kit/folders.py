"""Where the kit keeps things: a short state folder, gone after ``down``, and a cache that stays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from integration.kit.errors import KitError

LONGEST_STATE = 50
"""Unix sockets, which lie below the state folder, end at 107 characters."""


@dataclass(frozen=True, slots=True)
class Folders:
    """*state* holds sockets, logs and data of what runs, *cache* what is dear to make."""

    state: Path
    cache: Path

    @property
    def log(self) -> Path:
        """Where the daemons and builds of this state write."""
        return self.state / "log"

    @property
    def run(self) -> Path:
        """Where pid files and sockets lie."""
        return self.state / "run"

    @property
    def bin(self) -> Path:
        """Links to the programs which a test wants on its PATH."""
        return self.state / "bin"


def folders_of(environment: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders that *environment* asks for, or the default ones of this user."""
    state = Path(environment.get("WERFISH_KIT_STATE") or f"/tmp/werfish-kit-{os.getuid()}")
    if not state.is_absolute() or len(str(state)) > LONGEST_STATE:
        raise KitError(
            "find the state folder",
            f'"{state}" is not an absolute path of at most {LONGEST_STATE} characters',
            hint="set WERFISH_KIT_STATE to a short path such as /tmp/kit",
        )
    home = environment.get("HOME") or str(Path.home())
    caches = environment.get("XDG_CACHE_HOME") or f"{home}/.cache"
    cache = environment.get("WERFISH_KIT_CACHE") or f"{caches}/werfish-kit"
    return Folders(state=state, cache=Path(cache).absolute())
