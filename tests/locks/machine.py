"""A machine that takes locks in a cluster: its own clocks, its own log."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from tests.fakes.locks import MemoryLocks
from werfish.deploy.await_change import wait_change
from werfish.kube.cluster import Cluster
from werfish.locks.lease import DURATION, Locking
from werfish.locks.lease_locks import Access, LeaseLocks
from werfish.locks.lock import Locks
from werfish.log import Log

NAMESPACE = "sync"
_NUMBERS = count(1)


@dataclass
class Machine:
    """Locks of *cluster*, as one machine has them; ``reached`` says how often it connected."""

    cluster: Cluster
    host: Locks = field(default_factory=MemoryLocks)
    now: Callable[[], float] = time.time
    is_dead: Callable[[str], bool] = lambda mark: False
    duration: int = DURATION
    patience: float = 60.0
    process: str = ""
    namespace: str = NAMESPACE

    def __post_init__(self) -> None:
        self.output = io.StringIO()
        self.log = Log(self.output, clock=time.monotonic)
        self.reached = 0
        self.holder = f"machine-{next(_NUMBERS)}"
        self.locks = LeaseLocks(self._connect, self.namespace, self.host, self.log)

    def _connect(self) -> Access:
        self.reached += 1
        by = Locking(
            self.holder,
            time.monotonic,
            self.now,
            partial(wait_change, self.cluster, clock=time.monotonic),
            self.log,
            patience=self.patience,
            duration=self.duration,
            process=self.process,
            is_dead=self.is_dead,
        )
        return Access(self.cluster, by)
