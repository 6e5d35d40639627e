"""Names that Docker, Helm and Kubernetes accept, made from any text as werf makes them.

Pure. A valid name stays as it is. Any other becomes what is left of its letters, cut to size,
and a hash of the original that keeps two different texts apart: ``da/ta`` is ``da-ta-afa96f8``.
"""

import re

from werfish.config.transliteration import table

DOCKER_TAG_SIZE = 128
RELEASE_SIZE = 53
NAMESPACE_SIZE = 63
PROJECT_SIZE = 50
LIMITED_SIZE = 42

_DOCKER_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")


def docker_tag(text: str) -> str:
    """Return *text* as a tag of an image."""
    return text if not text or is_docker_tag(text) else slug(text, DOCKER_TAG_SIZE)


def helm_release(text: str) -> str:
    """Return *text* as the name of a release."""
    return text if not text or is_helm_release(text) else slug(text, RELEASE_SIZE)


def kubernetes_namespace(text: str) -> str:
    """Return *text* as the name of a namespace."""
    return text if not text or is_kubernetes_namespace(text) else slug(text, NAMESPACE_SIZE)


def project(text: str) -> str:
    """Return *text* as the name of a project: cut to size, without a hash."""
    return text if is_project(text) else slugify(text)[:PROJECT_SIZE]


def limited(text: str, size: int = LIMITED_SIZE) -> str:
    """Return *text* where it is a slug shorter than *size*, else its slug."""
    return text if slugify(text) == text and len(text) < size else slug(text, size)


def is_docker_tag(text: str) -> bool:
    """Tell whether *text* is a valid tag."""
    return _fits(_DOCKER_TAG, text, DOCKER_TAG_SIZE)


def is_helm_release(text: str) -> bool:
    """Tell whether *text* is a valid release name: a DNS-1123 subdomain, 53 at most."""
    return _fits(_SUBDOMAIN, text, RELEASE_SIZE)


def is_kubernetes_namespace(text: str) -> bool:
    """Tell whether *text* is a valid namespace: a DNS-1123 label."""
    return _fits(_LABEL, text, NAMESPACE_SIZE)


def is_project(text: str) -> bool:
    """Tell whether *text* is a valid project name."""
    return _fits(_LABEL, text, PROJECT_SIZE)


def slug(text: str, size: int) -> str:
    """Return the slug of *text* in at most *size* characters, its hash at the end.

    A body that is cut at a dash keeps it, so that two dashes come together: names that werf gave
    have them. (werf shortens a body that begins with a dash, but none does.)
    """
    # An argument of the command line, or a branch, may have bytes that are no UTF-8.
    digest = murmur3(text.encode("utf-8", "surrogateescape"))
    body = slugify(text)[: size - len(digest) - 1]
    return f"{body}-{digest}" if body else digest


def slugify(text: str) -> str:
    """Return what of *text* may stand in a name: lower case, single dashes, none at the ends."""
    return re.sub("-+", "-", _known(text).translate(table())).strip("-")


def murmur3(data: bytes) -> str:
    """Return the 32-bit MurmurHash3 (x86, seed 0) of *data* in hexadecimal, without padding."""
    value, whole = 0, len(data) - len(data) % 4
    for start in range(0, whole, 4):
        value ^= _scrambled(int.from_bytes(data[start : start + 4], "little"))
        value = (_rotated(value, 13) * 5 + 0xE6546B64) & 0xFFFFFFFF
    value ^= _scrambled(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        value = ((value ^ (value >> shift)) * factor) & 0xFFFFFFFF
    return f"{value ^ (value >> 16):x}"


def _known(text: str) -> str:
    return "".join(char for char in text if ord(char) in table())


def _fits(pattern: re.Pattern[str], text: str, size: int) -> bool:
    return len(text) <= size and pattern.fullmatch(text) is not None


def _scrambled(block: int) -> int:
    return (_rotated((block * 0xCC9E2D51) & 0xFFFFFFFF, 15) * 0x1B873593) & 0xFFFFFFFF


def _rotated(value: int, count: int) -> int:
    return ((value << count) | (value >> (32 - count))) & 0xFFFFFFFF
