"""What a registry's address says about itself. Pure."""

import ipaddress


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
