"""URLs as Go's ``net/url`` takes them apart and puts them together."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.sprig.url_escapes import (
    FRAGMENT,
    HOST,
    PASSWORD,
    PATH,
    ZONE,
    escape,
    unescape,
)

T = TypeVar("T")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_USER = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL, without escapes; *user* alone keeps them."""

    scheme: str = ""
    opaque: str = ""
    user: str = ""
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""


def parse_url(text: str) -> Url:
    """Take *text* apart; GoError where Go would not."""
    before, _, fragment = text.partition("#")
    parts = _named(before, lambda: _parsed(before))
    return replace(parts, fragment=_named(text, lambda: unescape(fragment, FRAGMENT)))


def _named(text: str, parse: Callable[[], T]) -> T:
    """Name the URL in what goes wrong."""
    try:
        return parse()
    except GoError as error:
        raise GoError(f"parse {quote(text)}: {error}") from error


def _parsed(text: str) -> Url:
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise GoError("net/url: invalid control character in URL")
    if text == "*":
        return Url(path="*")
    scheme, rest = _split_scheme(text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme, rest, query=query)
        if ":" in rest.partition("/")[0]:
            raise GoError("first path segment in URL cannot contain colon")
    user = host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        user, host = _split_authority(scheme, authority)
        rest = slash + path
    return Url(scheme, "", user, host, unescape(rest, PATH), query)


def _split_scheme(text: str) -> tuple[str, str]:
    if text.startswith(":"):
        raise GoError("missing protocol scheme")
    found = _SCHEME.match(text)
    return (found[1].lower(), text[found.end() :]) if found else ("", text)


def _split_authority(scheme: str, authority: str) -> tuple[str, str]:
    user, at, host = authority.rpartition("@")
    if not at:
        return "", _host(scheme, host)
    checked = _host(scheme, host)
    if not _USER.fullmatch(user):
        raise GoError("net/url: invalid userinfo")
    name, colon, password = user.partition(":")
    return _user_text(unescape(name, PASSWORD), colon, unescape(password, PASSWORD)), checked


def _user_text(name: str, colon: str, password: str) -> str:
    return escape(name, PASSWORD) + colon + escape(password, PASSWORD)


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise GoError("invalid IP-literal")
    if bracket == 0:
        return _address(host)
    first = host.find(":")
    strict = scheme in ("http", "https")
    _check_port(host[first if strict else host.rfind(":") :] if first >= 0 else "")
    return unescape(host, HOST)


def _address(host: str) -> str:
    """Read an address of version 6 in brackets, with a zone or without."""
    from ipaddress import ip_address

    inside, closed, port = host[1:].rpartition("]")
    if not closed:
        raise GoError("missing ']' in host")
    _check_port(port)
    address, percent, zone = inside.partition("%25")
    plain = unescape(address, HOST) + unescape(percent + zone, ZONE)
    try:
        version = ip_address(plain).version
    except ValueError as error:
        raise GoError(f"invalid host: ParseAddr({quote(plain)}): unable to parse IP") from error
    if version == 4:
        raise GoError("invalid IP-literal")
    return f"[{plain}]{port}"


def _check_port(port: str) -> None:
    if port and not re.fullmatch(r":[0-9]*", port):
        raise GoError(f'invalid port "{port}" after host')


def hostname(host: str) -> str:
    """Return *host* without its port and without brackets."""
    name, colon, port = host.rpartition(":")
    plain = name if colon and re.fullmatch(r"[0-9]*", port) else host
    return plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain


def url_text(url: Url) -> str:
    """Write *url*; its user is written as it is."""
    start = f"{url.scheme}:" if url.scheme else ""
    query = f"?{url.query}" if url.query else ""
    fragment = f"#{escape(url.fragment, FRAGMENT)}" if url.fragment else ""
    return start + (url.opaque or _hierarchy(url)) + query + fragment


def _hierarchy(url: Url) -> str:
    slashes = "//" if (url.host or url.user) or (url.scheme and url.path) else ""
    authority = slashes + (f"{url.user}@" if url.user else "") + escape(url.host, HOST)
    path = "*" if url.path == "*" else escape(url.path, PATH)
    if path and path[0] != "/" and url.host:
        path = f"/{path}"
    if not url.scheme and not authority and ":" in path.partition("/")[0]:
        path = f"./{path}"
    return authority + path
