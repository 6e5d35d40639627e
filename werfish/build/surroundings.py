"""What of this host the user's instructions may see, where the configuration asks for it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from stages.light_dataclass import dataclass
from werfish.build.introspection import Introspection

if TYPE_CHECKING:
    from werfish.containers.terminal import Terminal

Held = tuple[Mapping[str, str] | None, ...]
"""Commits, by repository, of which a folder may hold something; ``None`` is an unknown one."""


class MountRuns(Protocol):
    """From which commits the folders that outlive a build were filled."""

    def run(
        self, folder: Path, who: str, commits: Mapping[str, str]
    ) -> AbstractContextManager[Held]:
        """Give what *folder* holds of *who*'s runs; after the block, if it ends well, *commits*."""
        ...


@dataclass(frozen=True, slots=True)
class SshAgent:
    """The *socket* of an ssh agent; one that *is_asked* for must reach the instructions."""

    socket: Path
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The *project*'s folder, the folder of its *mounts* that are kept, variables, and the rest.

    The *terminal* is there where *introspection* wants one.
    """

    project: Path = Path()
    mounts: Path = Path("mounts")
    environment: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    runs: MountRuns | None = None
    ssh_agent: SshAgent | None = None
    introspection: Introspection = field(default_factory=Introspection)
    terminal: "Terminal | None" = None

    def path(self, written: str) -> Path:
        """Return a path of the configuration: ``~`` is the home, others begin at the project."""
        return self.project.absolute() / Path(written).expanduser()
