"""Percent-encoding in the parts of a URL, each with letters of its own that stay as they are."""

import re

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.values import from_bytes, to_bytes

PATH, PASSWORD, HOST, ZONE, FRAGMENT = "path", "password", "host", "zone", "fragment"
"""The parts."""

_ALWAYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
_HOST = frozenset(_ALWAYS + "!$&'()*+,;=:[]<>\"")
_KEPT = {
    PATH: frozenset(_ALWAYS + "$&+,/:;=@"),
    PASSWORD: frozenset(_ALWAYS + "$&+,;="),
    HOST: _HOST,
    ZONE: _HOST,
    FRAGMENT: frozenset(_ALWAYS + "$&+,/:;=?@!()*"),
}


def escape(text: str, part: str) -> str:
    """Encode what *part* cannot have as it is."""
    kept = _KEPT[part]
    return "".join(chr(byte) if chr(byte) in kept else f"%{byte:02X}" for byte in to_bytes(text))


def unescape(text: str, part: str) -> str:
    """Decode; GoError where an escape is broken, or a host has what no host can have."""
    for found in re.finditer(r"%(.{0,2})", text, re.DOTALL):
        _check(found, part)
    if part in (HOST, ZONE):
        _check_host(re.sub("%..", "", text), part)
    data = re.sub(rb"%(..)", lambda found: bytes([int(found[1], 16)]), to_bytes(text))
    return from_bytes(data)


def _check(found: re.Match[str], part: str) -> None:
    if not re.fullmatch(r"[0-9A-Fa-f]{2}", found[1]):
        raise GoError(f'invalid URL escape "{found[0]}"')
    byte = int(found[1], 16)
    if found[1] == "25" or part not in (HOST, ZONE):
        return
    is_odd = byte < 128 if part == HOST else byte != ord(" ") and chr(byte) not in _KEPT[HOST]
    if is_odd:
        raise GoError(f'invalid URL escape "{found[0]}"')


def _check_host(text: str, part: str) -> None:
    for letter in text:
        if letter.isascii() and letter not in _KEPT[part]:
            raise GoError(f'invalid character "{letter}" in host name')
