"""What each operator of a constraint asks of a version."""

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.semver.version import Version, compare, compare_prereleases


@dataclass(frozen=True, slots=True)
class Constraint:
    """One comparison; *any_minor* and *any_patch*: the part is ``x``, ``*`` or missing."""

    operator: str
    version: Version
    any_major: bool = False
    any_minor: bool = False
    any_patch: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a part is left open."""
        return self.any_major or self.any_minor or self.any_patch


def holds(version: Version, constraint: Constraint) -> bool:
    """Say whether *version* meets *constraint*.

    A pre-release meets only constraints that name one, or an exact ``!=``.
    """
    exact_other = constraint.operator == "!=" and not constraint.is_open
    if version.prerelease and not constraint.version.prerelease and not exact_other:
        return False
    return _CHECKS[constraint.operator](version, constraint)


def _is_other(version: Version, constraint: Constraint) -> bool:
    wanted = constraint.version
    if not constraint.is_open:
        return compare(version, wanted) != 0
    if version.major != wanted.major:
        return True
    if constraint.any_minor:
        return False
    if version.minor != wanted.minor:
        return True
    if not constraint.any_patch:
        return compare(version, wanted) != 0
    return compare_prereleases(version.prerelease, wanted.prerelease) != 0


def _is_greater(version: Version, constraint: Constraint) -> bool:
    wanted = constraint.version
    if not constraint.is_open or version.major != wanted.major:
        return compare(version, wanted) > 0
    if constraint.any_minor:
        return False
    return version.minor > wanted.minor if constraint.any_patch else compare(version, wanted) > 0


def _is_at_most(version: Version, constraint: Constraint) -> bool:
    wanted = constraint.version
    if not constraint.is_open:
        return compare(version, wanted) <= 0
    if version.major != wanted.major:
        return version.major < wanted.major
    return version.minor <= wanted.minor or constraint.any_minor


def _is_equal_or_close(version: Version, constraint: Constraint) -> bool:
    if constraint.is_open:
        return _is_close(version, constraint)
    return compare(version, constraint.version) == 0


def _is_close(version: Version, constraint: Constraint) -> bool:
    """``~1.2.3``: the last part may grow; ``~0.0.0`` and ``~*`` accept everything."""
    wanted = constraint.version
    if compare(version, wanted) < 0:
        return False
    narrowed = constraint.any_minor or constraint.any_patch
    if not narrowed and (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0):
        return True
    same_minor = version.minor == wanted.minor or constraint.any_minor
    return version.major == wanted.major and same_minor


def _is_compatible(version: Version, constraint: Constraint) -> bool:
    """``^1.2.3``: everything behind the first part that is not zero may grow."""
    wanted = constraint.version
    if compare(version, wanted) < 0:
        return False
    if wanted.major > 0 or constraint.any_minor:
        return version.major == wanted.major
    if version.major > 0:
        return False
    if wanted.minor > 0 or constraint.any_patch:
        return version.minor == wanted.minor
    return version.minor == 0 and version.patch == wanted.patch


_CHECKS = {
    "": _is_equal_or_close,
    "!=": _is_other,
    ">": _is_greater,
    "<": lambda version, constraint: compare(version, constraint.version) < 0,
    ">=": lambda version, constraint: compare(version, constraint.version) >= 0,
    "<=": _is_at_most,
    "~": _is_close,
    "^": _is_compatible,
}
