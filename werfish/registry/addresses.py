"""What a registry's address says about itself. Pure."""

import ipaddress
import re
from urllib.parse import SplitResult

_USUAL_PORT = re.compile(r":(80|443)$")


def is_same(url: SplitResult, host: str) -> bool:
    """Whether *url* leads to *host*, whichever of them names the port that is usual."""

    def named(netloc: str) -> str:
        return _USUAL_PORT.sub("", netloc.lower())

    return url.netloc.lower() == host.lower() or named(url.netloc) == named(host)


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
