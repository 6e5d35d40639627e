"""Constraints: ``>=1.2, <2 || ~3.1``, and whether a version meets them."""

import re

from werfish.gotemplate.sprig.semver.checks import Constraint, holds
from werfish.gotemplate.sprig.semver.errors import SemverError
from werfish.gotemplate.sprig.semver.version import Version, parse_version

_VERSION = (
    r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?"
    r"(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?"
    r"(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?"
)
_OPERATOR = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
_SPACE = r"[\t\n\f\r ]"
_SPACES = re.compile(rf"{_SPACE}+")
_ONE = re.compile(rf"{_SPACE}*({_OPERATOR}){_SPACE}*({_VERSION}){_SPACE}*")
_EACH = re.compile(rf"(?:{_OPERATOR}){_SPACE}*(?:{_VERSION})")
_ALL = re.compile(
    rf"({_SPACE}*({_OPERATOR}){_SPACE}*({_VERSION}){_SPACE}*)"
    rf"((?:{_SPACE}+|,{_SPACE}*)({_OPERATOR}){_SPACE}*({_VERSION}){_SPACE}*)*"
)
_RANGE = re.compile(rf"{_SPACE}*({_VERSION}){_SPACE}+-{_SPACE}+({_VERSION}){_SPACE}*")
_SAME = {"=>": ">=", "=<": "<=", "~>": "~", "=": ""}


Constraints = tuple[tuple[Constraint, ...], ...]
"""Alternatives, of each of which every constraint must hold."""


def parse_constraints(text: str) -> Constraints:
    """Read constraints; SemverError where *text* is none."""
    rewritten = _RANGE.sub(lambda found: f">= {found[1]}, <= {found[11]} ", text)
    return tuple(_parse_all(part) for part in rewritten.split("||"))


def _parse_all(text: str) -> tuple[Constraint, ...]:
    if not _ALL.fullmatch(_SPACES.sub(" ", text)):  # so that there is one way to read a gap
        raise SemverError(f"improper constraint: {text}")
    return tuple(_parse_one(found[0]) for found in _EACH.finditer(text))


def _parse_one(text: str) -> Constraint:
    found = _ONE.fullmatch(text)
    if found is None:
        raise SemverError(f"improper constraint: {text}")
    operator = _SAME.get(found[1], found[1])
    parts = [found[3], (found[4] or "")[1:], (found[5] or "")[1:]]
    opened = next((at for at, part in enumerate(parts) if part in ("", "x", "X", "*")), None)
    if opened is None:
        return Constraint(operator, _constraint_version(found[2]))
    numbers = ".".join([*parts[:opened], *["0"] * (3 - opened)])
    version = _constraint_version(numbers + (found[6] or ""))
    return Constraint(operator, version, opened == 0, opened == 1, opened == 2)


def _constraint_version(text: str) -> Version:
    try:
        return parse_version(text)
    except SemverError as error:
        raise SemverError("constraint Parser Error") from error


def meets(version: Version, constraints: Constraints) -> bool:
    """Say whether *version* meets every constraint of at least one alternative."""
    return any(all(holds(version, one) for one in every) for every in constraints)
