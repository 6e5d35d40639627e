"""Which proxy leads to a registry: ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY``. Pure.

The rules are those of Go's programs, Docker among them: this machine itself is never asked for by a
proxy; an entry of ``NO_PROXY`` is ``*``, an address, a network (``10.0.0.0/8``), a domain with all
below it (``example.com``) or what is below it alone (``.example.com``); any may have a port.
See https://pkg.go.dev/golang.org/x/net/http/httpproxy.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import urlsplit

from stages.light_dataclass import dataclass
from werfish.registry.addresses import hostname_of, is_loopback

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxies:
    """The addresses of the proxies by scheme (they may hold passwords), and who goes without."""

    http: str = field(default="", repr=False)
    https: str = field(default="", repr=False)
    excluded: tuple[str, ...] = ()


def proxies_of(environment: Mapping[str, str]) -> Proxies:
    """Return what the variables of *environment* say, in upper case or lower case."""

    def value(name: str) -> str:
        return environment.get(name) or environment.get(name.lower()) or ""

    entries = (entry.strip().lower() for entry in value("NO_PROXY").split(","))
    return Proxies(value("HTTP_PROXY"), value("HTTPS_PROXY"), tuple(filter(None, entries)))


def proxy_for(url: str, proxies: Proxies) -> str:
    """Return the address of the proxy that *url* is asked for by, with its scheme; or nothing."""
    parts = urlsplit(url)
    found = proxies.https if parts.scheme == "https" else proxies.http
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if not found or is_loopback(parts.netloc):
        return ""
    if any(_is_met(entry, hostname_of(parts.netloc).lower(), port) for entry in proxies.excluded):
        return ""
    return found if "://" in found else f"http://{found}"


def _is_met(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    name, wanted = _split_port(entry)
    if wanted and wanted != str(port):
        return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        pass
    name = name.removeprefix("*")
    return host.endswith(name) if name.startswith(".") else f".{host}".endswith(f".{name}")


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""
