"""What can go wrong with a registry, in words that say what to do.

Each message names what was being done and to what, then what the registry answered, with its own
code and text. Addresses of uploads and downloads are never shown: they may carry signatures.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from werfish.errors import RegistryError

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIALS = frozenset({"UNAUTHORIZED", "DENIED"})
_MAX_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error as a registry words it: its code (``DENIED``), text, and detail if it is short.

    The detail of a denial repeats what was asked for; it is kept, and not shown.
    """

    code: str
    message: str
    detail: str = ""

    def __str__(self) -> str:
        """Write what people need of it."""
        is_shown = self.detail and self.code not in _DENIALS
        detail = f" ({self.detail})" if is_shown else ""
        return ": ".join(part for part in (self.code, self.message) if part) + detail


class RefusedError(RegistryError):
    """The registry answered, and not with what was asked for.

    ``status`` is that of HTTP, ``complaints`` what the registry said, ``repository`` its full name.
    """

    def __init__(
        self,
        doing: str,
        repository: str,
        status: int,
        complaints: tuple[Complaint, ...] = (),
        hint: str = "",
    ) -> None:
        """Say that *doing* something with *repository* was answered by *status*."""
        said = "; ".join(str(complaint) for complaint in complaints) or _phrase_of(status)
        super().__init__(f"{doing}: the registry answered {status}: {said}", hint=hint)
        self.repository = repository
        self.status = status
        self.complaints = complaints
        self.retry_after: float | None = None

    @property
    def is_transient(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return self.status in _TRANSIENT

    def has_code(self, code: str) -> bool:
        """Whether the registry named *code*, such as ``UNSUPPORTED``."""
        return any(complaint.code == code for complaint in self.complaints)


class AccessDeniedError(RefusedError):
    """The credentials are missing, wrong, or not allowed to do this."""


class NotFoundError(RefusedError):
    """The repository, manifest or blob is not there."""


class DeletionDisabledError(RefusedError):
    """The registry does not delete."""


class UnreachableError(RegistryError):
    """No answer: the host is unknown, refuses connections, breaks them off or stays silent."""

    def __init__(self, doing: str, reason: str, *, is_transient: bool, hint: str = "") -> None:
        """Say that *doing* something ended with *reason*, of the network or of TLS."""
        super().__init__(f"{doing}: {reason}", hint=hint)
        self.is_transient = is_transient


class InvalidAnswerError(RegistryError):
    """What answered does not speak the registries' language, or sent what was not asked for."""


class MismatchError(InvalidAnswerError):
    """The bytes are not those of their digest."""

    def __init__(self, doing: str, expected: str, found: str) -> None:
        """Say that *doing* something should have given *expected* and gave *found*."""
        super().__init__(f"{doing}: expected {expected}, got {found}")
        self.expected = expected
        self.found = found


class CredentialsError(RegistryError):
    """Docker's configuration or one of its credential helpers cannot be used."""


def refusal_of(
    doing: str, repository: str, host: str, status: int, body: bytes, *, deleting: bool = False
) -> RefusedError:
    """Return the error for an answer of *status* with *body*, with a hint where one is known."""
    complaints = complaints_of(body)
    if status in (401, 403):
        hint = f'log in with "docker login {host}", or ask for the right to do this'
        return AccessDeniedError(doing, repository, status, complaints, hint)
    if deleting and status in (400, 405, 501):
        hint = "allow deletion in the registry's configuration"
        return DeletionDisabledError(doing, repository, status, complaints, hint)
    if status == 404:
        hint = f'check the name "{repository}"; some registries want a repository made first'
        return NotFoundError(doing, repository, status, complaints, hint)
    return RefusedError(doing, repository, status, complaints, _hint_for(status, host))


def complaints_of(body: bytes) -> tuple[Complaint, ...]:
    """Read the registry's errors from *body*, in the format of the distribution specification."""
    try:
        entries = json.loads(body)["errors"]
        return tuple(_complaint(entry) for entry in entries if isinstance(entry, dict))
    except (ValueError, KeyError, TypeError):
        return ()


def _complaint(entry: Mapping[str, Any]) -> Complaint:
    detail = entry.get("detail") or ""
    text = detail if isinstance(detail, str) else json.dumps(detail, sort_keys=True)
    shown = text if len(text) <= _MAX_DETAIL else ""
    return Complaint(str(entry.get("code") or ""), str(entry.get("message") or ""), shown)


def _hint_for(status: int, host: str) -> str:
    if status == 429:
        return f'{host} limits its requests: log in with "docker login {host}", or try later'
    if status == 413:
        return "a proxy before the registry limits the size of requests"
    return ""


def _phrase_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an unknown status"
