"""What a registry asks for in ``WWW-Authenticate``, and the scopes of tokens. Pure.

The syntax is that of RFC 9110 (11.6.1); realm, service and scope are Docker's token protocol.
"""

import re
from collections.abc import Iterable

from stages.light_dataclass import dataclass

_PARAMETER = re.compile(r'([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SCHEME = re.compile(r"(?:^|,)\s*(bearer|basic)\b(?!\s*=)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in: *scheme* is ``bearer`` or ``basic``; the rest is the token service's."""

    scheme: str
    realm: str = ""
    service: str = ""
    scopes: tuple[str, ...] = ()


def parse_challenge(header: str) -> Challenge | None:
    """Read the header; a token is preferred to a password. ``None``: no way that we know."""
    found = list(_SCHEME.finditer(header))
    ends = [*(match.start() for match in found), len(header)][1:]
    challenges = [
        _challenge(match[1].lower(), header[match.end() : end])
        for match, end in zip(found, ends, strict=False)
    ]
    usable = [one for one in challenges if one.scheme == "basic" or one.realm]
    return max(usable, key=lambda one: one.scheme == "bearer", default=None)


def merged_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return one scope a resource, with the actions of all: ``repository:app:pull,push``."""
    actions: dict[str, dict[str, None]] = {}
    for scope in scopes:
        resource, _, wanted = scope.rpartition(":")
        actions.setdefault(resource, {}).update(dict.fromkeys(wanted.split(",")))
    return tuple(f"{resource}:{','.join(sorted(actions[resource]))}" for resource in actions)


def _challenge(scheme: str, text: str) -> Challenge:
    parameters = {
        match[1].lower(): re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(text)
    }
    return Challenge(
        scheme,
        parameters.get("realm", ""),
        parameters.get("service", ""),
        tuple(parameters.get("scope", "").split()),
    )
