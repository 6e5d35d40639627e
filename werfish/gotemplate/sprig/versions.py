"""The functions of sprig about versions, and the version as a value of a template."""

from collections.abc import Callable
from typing import Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.semver import constraints, version
from werfish.gotemplate.sprig.semver.errors import SemverError
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING, Uint64


@dataclass(frozen=True, slots=True)
class VersionValue:
    """A ``*semver.Version``, or the plain ``semver.Version`` that its methods return."""

    version: version.Version
    pointer: bool = True

    @property
    def go_type(self) -> GoType:
        """The pointer's type, or the struct's."""
        return _POINTER if self.pointer else _STRUCT

    def go_string(self) -> str:
        """Write the version in full."""
        return str(self.version)

    def member(self, name: str) -> Any:
        """Return a method; what only a pointer has, such as ``Original``, only of a pointer."""
        if name in _PARTS:
            return function(lambda: _PARTS[name](self.version))
        if name in _CHANGES:
            change = _CHANGES[name]
            return function(lambda text: _guarded(lambda: change(self.version, text)), "string")
        return _of_pointer(self.version, name) if self.pointer else MISSING


_POINTER, _STRUCT = type_named("*semver.Version"), type_named("semver.Version")


def _guarded(call: Callable[[], version.Version]) -> VersionValue:
    try:
        return VersionValue(call(), pointer=False)
    except SemverError as error:
        raise GoError(str(error)) from error


def _raised(part: str) -> Callable[[version.Version], VersionValue]:
    return lambda value: VersionValue(version.raised(value, part), pointer=False)


_PARTS: dict[str, Callable[[version.Version], Any]] = {
    "Major": lambda value: Uint64(value.major),
    "Minor": lambda value: Uint64(value.minor),
    "Patch": lambda value: Uint64(value.patch),
    "Prerelease": lambda value: value.prerelease,
    "Metadata": lambda value: value.metadata,
    "String": str,
    "IncMajor": _raised("major"),
    "IncMinor": _raised("minor"),
    "IncPatch": _raised("patch"),
}
_CHANGES = {"SetPrerelease": version.with_prerelease, "SetMetadata": version.with_metadata}
_COMPARISONS: dict[str, Callable[[int], Any]] = {
    "Compare": lambda order: order,
    "Equal": lambda order: order == 0,
    "LessThan": lambda order: order < 0,
    "LessThanEqual": lambda order: order <= 0,
    "GreaterThan": lambda order: order > 0,
    "GreaterThanEqual": lambda order: order >= 0,
}


def _of_pointer(left: version.Version, name: str) -> Any:
    if name == "Original":
        return function(lambda: left.original)
    answer = _COMPARISONS.get(name)
    if answer is None:
        return MISSING
    return function(lambda right: answer(version.compare(left, right.version)), "*semver.Version")


def semver(text: str) -> VersionValue:
    """Read a version."""
    try:
        return VersionValue(version.parse_version(text))
    except SemverError as error:
        raise GoError(str(error)) from error


def semver_compare(constraint: str, text: str) -> bool:
    """Say whether the version *text* meets *constraint*."""
    try:
        wanted = constraints.parse_constraints(constraint)
        return constraints.meets(version.parse_version(text), wanted)
    except SemverError as error:
        raise GoError(str(error)) from error


FUNCTIONS: dict[str, Function] = {
    "semver": function(semver, "string"),
    "semverCompare": function(semver_compare, "string", "string"),
}
