"""How a registry's host is spoken to: plain HTTP or TLS. Pure.

Plain HTTP is spoken to this machine itself, and elsewhere only where the user asked for it; a
host that may speak either is asked once which one it is.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.registry.addresses import is_loopback
from werfish.registry.kinds import RegistryKind
from werfish.registry.proxies import Proxies


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """What the user allows: *insecure* plain HTTP, TLS with an unknown certificate.

    *ca_file* holds certificates to trust beside the system's, *certificates* are folders like
    Docker's ``certs.d``. *kinds* are the products that the user named, by host. Blobs of more than
    *part* bytes are sent in parts of that size. *plain* are hosts that plain HTTP may be spoken to
    as to this machine itself. Times are in seconds: *connect* until a connection
    stands, *silence* until the next byte arrives.
    """

    insecure: bool = False
    verify_tls: bool = True
    ca_file: Path | None = None
    certificates: tuple[Path, ...] = ()
    proxies: Proxies = field(default_factory=Proxies)
    kinds: Mapping[str, RegistryKind] = field(default_factory=dict, hash=False)
    part: int = 32 << 20
    plain: frozenset[str] = frozenset()
    user_agent: str = "werfish"
    connect: float = 10.0
    silence: float = 120.0


def schemes_for(host: str, settings: RegistrySettings) -> tuple[str, ...]:
    """Return the schemes that *host* (with its port) may be spoken to by, the likeliest first."""
    if is_loopback(host) or host in settings.plain:
        return ("http", "https")
    return ("https", "http") if settings.insecure else ("https",)
