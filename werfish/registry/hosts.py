"""How a registry's host is spoken to: plain HTTP or TLS. Pure.

Plain HTTP is spoken to this machine itself, and elsewhere only where the user asked for it; a
host that may speak either is asked once which one it is.
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """What the user allows: *insecure* plain HTTP, TLS with an unknown certificate.

    *ca_file* holds certificates to trust beside the system's. Times are in seconds: *connect*
    until a connection stands, *silence* until the next byte arrives.
    """

    insecure: bool = False
    verify_tls: bool = True
    ca_file: Path | None = None
    user_agent: str = "werfish"
    connect: float = 10.0
    silence: float = 120.0


def schemes_for(host: str, settings: RegistrySettings) -> tuple[str, ...]:
    """Return the schemes that *host* (with its port) may be spoken to by, the likeliest first."""
    if is_loopback(host):
        return ("http", "https")
    return ("https", "http") if settings.insecure else ("https",)


def is_loopback(host: str) -> bool:
    """Whether *host*, with or without a port, is this machine itself."""
    name = hostname_of(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def hostname_of(host: str) -> str:
    """Return *host* without its port and without the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
