"""A version: read, written, compared and raised."""

import re
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.semver.errors import SemverError

_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION = re.compile(
    rf"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-({_IDENTIFIERS}))?(?:\+({_IDENTIFIERS}))?"
)
_LARGEST = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Version:
    """A semantic version; *original* is the text that it was read from."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    metadata: str = ""
    original: str = ""

    def __str__(self) -> str:
        """Write the version in full, without a leading ``v``."""
        prerelease = f"-{self.prerelease}" if self.prerelease else ""
        metadata = f"+{self.metadata}" if self.metadata else ""
        return f"{self.major}.{self.minor}.{self.patch}{prerelease}{metadata}"


def parse_version(text: str) -> Version:
    """Read a version; missing parts are zero. SemverError where *text* is none."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise SemverError("Invalid Semantic Version")
    for part in (found[4] or "").split("."):
        if part.isdigit() and len(part) > 1 and part[0] == "0":
            raise SemverError("Version segment starts with 0")
    major, minor, patch = (_number(found[group] or "0") for group in (1, 2, 3))
    return Version(major, minor, patch, found[4] or "", found[5] or "", text)


def _number(digits: str) -> int:
    number = number_of(digits)
    if number > _LARGEST:
        raise SemverError(
            f'Error parsing version segment: strconv.ParseUint: parsing "{digits}": '
            "value out of range"
        )
    return number


def compare(left: Version, right: Version) -> int:
    """Return -1, 0 or 1; metadata does not count, a pre-release is less than its version."""
    numbers = [(each.major, each.minor, each.patch) for each in (left, right)]
    if numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    if not left.prerelease or not right.prerelease:
        return bool(right.prerelease) - bool(left.prerelease)
    return compare_prereleases(left.prerelease, right.prerelease)


def compare_prereleases(left: str, right: str) -> int:
    """Compare two pre-releases, part by part; the one with fewer parts is less."""
    ranks = [[_rank(part) for part in text.split(".")] for text in (left, right)]
    return (ranks[0] > ranks[1]) - (ranks[0] < ranks[1])


def _rank(part: str) -> tuple[int, int, str]:
    """Order numbers by value before words by letters; a number too large for Go is a word."""
    if part.isdigit() and number_of(part) <= _LARGEST:
        return (0, number_of(part), part)
    return (1, 0, part)


def raised(version: Version, part: str) -> Version:
    """Return the next version by *part*: ``major``, ``minor`` or ``patch``.

    The next patch of a pre-release is the version that it precedes.
    """
    match part:
        case "major":
            numbers = (_next(version.major), 0, 0)
        case "minor":
            numbers = (version.major, _next(version.minor), 0)
        case _:
            kept = version.patch if version.prerelease else _next(version.patch)
            numbers = (version.major, version.minor, kept)
    return _prefixed(Version(*numbers), version)


def _next(number: int) -> int:
    return 0 if number == _LARGEST else number + 1


def with_prerelease(version: Version, prerelease: str) -> Version:
    """Return *version* with another pre-release; SemverError where it is none."""
    if prerelease:
        parse_version(f"0.0.0-{prerelease}")
    return _prefixed(replace(version, prerelease=prerelease), version)


def with_metadata(version: Version, metadata: str) -> Version:
    """Return *version* with other metadata; SemverError where they are none."""
    if metadata:
        parse_version(f"0.0.0+{metadata}")
    return _prefixed(replace(version, metadata=metadata), version)


def _prefixed(version: Version, origin: Version) -> Version:
    return replace(version, original=("v" if origin.original[:1] == "v" else "") + str(version))
