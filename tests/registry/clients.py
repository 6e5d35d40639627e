"""Clients for the tests: no waiting, no chance, everything else as in real life."""

import io
import itertools
from dataclasses import dataclass, field

from werfish.backoff import Timing
from werfish.log import Log
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import Credentials, CredentialSource, anonymous
from werfish.registry.hosts import RegistrySettings


@dataclass
class Waits:
    """Collects how long would have been waited."""

    seconds: list[float] = field(default_factory=list)

    def timing(self) -> Timing:
        """Return a timing whose clock moves a millisecond a look."""
        ticks = itertools.count()
        return Timing(lambda: next(ticks) / 1000, self.seconds.append, lambda: 1.0)


def client_of(
    credentials: CredentialSource = anonymous,
    waits: Waits | None = None,
    settings: RegistrySettings | None = None,
    output: io.StringIO | None = None,
) -> RegistryClient:
    """Return a client; what it reports as details goes to *output*."""
    log = Log(output or io.StringIO(), clock=lambda: 0.0, verbose=True)
    quick = settings or RegistrySettings(connect=2.0, silence=5.0, part=1 << 20)
    return RegistryClient(quick, credentials, (waits or Waits()).timing(), log)


def password(user: str, word: str) -> CredentialSource:
    """Return a source that knows one user for every host."""
    return lambda host: Credentials(user, word)
