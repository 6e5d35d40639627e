"""The only hashing and the only encoding of stage digests.

A digest is SHA-256 over a canonical encoding: its version, the kind, then every part in order,
each field length-prefixed, so that no two lists of parts encode alike.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from stages.light_dataclass import dataclass

ENCODING_VERSION = 1
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """64 lower-case hexadecimal digits; anything else is a ValueError."""

    value: str

    def __post_init__(self) -> None:
        """Refuse what is not a SHA-256 in lower-case hexadecimal."""
        if not _HEX.fullmatch(self.value):
            raise ValueError(f'not a digest: "{self.value}"')

    def __str__(self) -> str:
        """Write the digits."""
        return self.value

    @property
    def short(self) -> str:
        """The first 12 digits, for people."""
        return self.value[:12]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a stage depends on.

    *kind* says what it is (``command``, ``file``, ``previous``), *name* which one (a path, a
    position), *value* what it is now. `stages.explain` puts them into the user's words.
    """

    kind: str
    name: str
    value: str


def digest_of(kind: str, parts: Iterable[Part]) -> Digest:
    """Return the digest of *parts*, in their order, under the name *kind*.

    *kind* separates domains: the same parts under two kinds never collide. Text that came from
    bytes which are not UTF-8 (odd file names) is encoded back to those bytes.
    """
    hasher = sha256()
    for field in (str(ENCODING_VERSION), kind, *_fields(parts)):
        encoded = field.encode("utf-8", "surrogateescape")
        hasher.update(len(encoded).to_bytes(8, "big"))
        hasher.update(encoded)
    return Digest(hasher.hexdigest())


def _fields(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield part.kind
        yield part.name
        yield part.value
