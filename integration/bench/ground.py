"""What all benchmarks stand on: the parts that run, a folder, how often, and who is told."""

import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.bench.contenders import yardstick
from integration.bench.spent import Spent, spend
from integration.kit.api import Endpoints
from integration.machine import delete_repository
from tests.registry.clients import client_of
from werfish.oci.reference import parse_repository


@dataclass(frozen=True, slots=True)
class Ground:
    """*rounds* are how often something is measured, *files* how many a project has.

    *only* are the parts of a benchmark that are wanted, where it has parts; empty for all.
    """

    endpoints: Endpoints
    scratch: Path
    rounds: int
    files: int
    say: Callable[[str], None]
    only: Sequence[str] = ()

    def wants(self, part: str) -> bool:
        """Tell whether *part* of a benchmark is to be measured."""
        return not self.only or part in self.only

    @property
    def registry(self) -> str:
        """The registry, as it begins a reference."""
        return self.endpoints.registry or ""

    def name(self, purpose: str) -> str:
        """Return a name that nobody else uses."""
        return f"bench-{purpose}-{uuid.uuid4().hex[:8]}"

    def yardsticks(self) -> list[float]:
        """Return how long the yardstick takes, a few times."""
        return [spend_by_clock(yardstick) for _ in range(3)]

    def werfish(self, folder: Path, home: str, *arguments: str, **variables: str) -> Spent:
        """Run werfish in *folder*, its home called *home*; compiled modules are kept."""
        own = {**self.own(home), **variables}
        return spend([sys.executable, "-m", "werfish", *arguments], folder, own)

    def own(self, home: str) -> Mapping[str, str]:
        """Return the variables of a run of werfish whose home is called *home*."""
        return {
            "WERF_HOME": str(self.scratch / "homes" / home),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.scratch / "compiled"),
        }

    def remove(self, repositories: Sequence[str]) -> None:
        """Delete *repositories* of the registry, as far as tags name what is in them."""
        client = client_of()
        for repository in repositories:
            delete_repository(client, parse_repository(repository))
        client.close()


def spend_by_clock(action: Callable[[], None]) -> float:
    """Return how many seconds *action* takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
