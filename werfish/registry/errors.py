"""What can go wrong with a registry, in words that say what to do.

Each message names what was being done and to what, then what the registry answered, with its own
code and text. Addresses of uploads and downloads are never shown: they may carry signatures.
"""

from http import HTTPStatus

from werfish.errors import RegistryError
from werfish.registry.complaints import Complaint, complaints_of

_FULL = ("no space left", '"err": 28', "disk quota exceeded")
"""What registries say whose disk is full; distribution passes the number of Linux's error on."""

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_LACKS = ("MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN")
_OF_A_KIND = ("MANIFEST_INVALID", "TAG_INVALID", "UNSUPPORTED")
"""What registries say of a manifest of a kind that they do not know: distribution before 2.7 and
Quay the first, distribution before 2.3 the second, ECR and Harbor the third."""
_IN_THE_WRITING = ("DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN")
"""What distribution says of a manifest, both at once, where it reads the link of a blob that
somebody else puts there once more at this very moment: the file of the link is empty then."""


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
        who: str = "",
    ) -> None:
        """Say that *doing* something with *repository* was answered by *status*.

        *who* answered is a host that the registry led to; else it was the registry itself.
        """
        said = "; ".join(str(complaint) for complaint in complaints) or _phrase_of(status)
        answering = f'"{who}"' if who else "the registry"
        super().__init__(f"{doing}: {answering} answered {status}: {said}", hint=hint)
        self.repository = repository
        self.status = status
        self.complaints = complaints
        self.retry_after: float | None = None

    @property
    def is_transient(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return self.status in _TRANSIENT or all(map(self.has_code, _IN_THE_WRITING))

    @property
    def is_of_lack(self) -> bool:
        """Whether the registry lacks something of what a manifest or index names."""
        return any(map(self.has_code, _LACKS))

    @property
    def is_of_kind(self) -> bool:
        """Whether the registry may know manifests of another kind, and not of this one."""
        is_named = self.status in (400, 404, 405, 422) and any(map(self.has_code, _OF_A_KIND))
        return self.status == 415 or (is_named and not self.is_of_lack)

    def has_code(self, code: str) -> bool:
        """Whether the registry named *code*, such as ``UNSUPPORTED``."""
        return any(complaint.code == code for complaint in self.complaints)


class AccessDeniedError(RefusedError):
    """The credentials are missing, wrong, or not allowed to do this."""


class ReadOnlyError(RefusedError):
    """The registry takes nothing new. It reads the same whatever was to be uploaded."""

    def __init__(self, refused: RefusedError) -> None:
        """Leave out what was to be uploaded: every image of a build meets it at once."""
        super().__init__(
            f'upload to "{refused.repository}"',
            refused.repository,
            refused.status,
            refused.complaints,
            refused.hint
            or "the registry may be read-only just now, for maintenance or as a mirror",
        )


class NotFoundError(RefusedError):
    """The repository, manifest or blob is not there."""


class DamagedManifestError(RefusedError):
    """The registry works, but fails whenever it is asked for this manifest."""

    def __init__(self, refused: RefusedError) -> None:
        """Say what *refused* says."""
        doing = str(refused).partition(": the registry answered")[0]
        super().__init__(
            doing,
            refused.repository,
            refused.status,
            refused.complaints,
            "what the registry holds of it may be damaged: delete the tag there, or push it again",
        )


class DeletionDisabledError(RefusedError):
    """The registry does not delete."""


class UnreachableError(RegistryError):
    """No answer: the host is unknown, refuses connections, breaks them off or stays silent."""

    def __init__(
        self, doing: str, reason: str, *, is_transient: bool, hint: str = "", silent: str = ""
    ) -> None:
        """Say that *doing* something ended with *reason*, of the network or of TLS.

        *silent* is the host, where the reason is that it did not answer in time.
        """
        super().__init__(f"{doing}: {reason}", hint=hint)
        self.is_transient = is_transient
        self.silent = silent


class UntrustedError(UnreachableError):
    """What answered speaks TLS and cannot prove who it is."""


class InvalidAnswerError(RegistryError):
    """What answered does not speak the registries' language, or sent what was not asked for."""


class MismatchError(InvalidAnswerError):
    """The bytes are not those of their digest."""

    def __init__(self, doing: str, expected: str, found: str) -> None:
        """Say that *doing* something should have given *expected* and gave *found*."""
        super().__init__(f"{doing}: expected {expected}, got {found}")
        self.expected = expected
        self.found = found


class DamagedBlobError(RegistryError):
    """The registry holds a blob that is not whole, and takes no other in its place."""

    def __init__(self, digest: str, repository: str, size: int) -> None:
        """Name the blob, and how many bytes it should have."""
        super().__init__(
            f'upload blob {digest} to "{repository}": the registry holds it damaged, not all of'
            f" its {size} bytes, and keeps what it has",
            hint="have the blob removed from the registry's storage, or use another repository",
        )


BROKEN_MANIFEST = (DamagedManifestError, MismatchError)
"""What reading a manifest ends in that is there and cannot be used."""


class CredentialsError(RegistryError):
    """Docker's configuration or one of its credential helpers cannot be used."""


def refusal_of(
    doing: str,
    repository: str,
    host: str,
    status: int,
    body: bytes,
    *,
    deleting: bool = False,
    who: str = "",
) -> RefusedError:
    """Return the error for an answer of *status* with *body*, with a hint where one is known."""
    complaints = complaints_of(body)
    if status in (401, 403):
        hint = f'log in with "docker login {host}", or ask for the right to do this'
        return AccessDeniedError(doing, repository, status, complaints, hint, who)
    if deleting and status in (400, 405, 501):
        hint = "allow deletion in the registry's configuration"
        return DeletionDisabledError(doing, repository, status, complaints, hint, who)
    if status == 404:
        hint = f'check the name "{repository}"; some registries want a repository made first'
        return NotFoundError(doing, repository, status, complaints, hint, who)
    said = " ".join(map(str, complaints)).lower()
    if any(sign in said for sign in _FULL):
        hint = f"the disk of {host} is full: make room there"
        return RefusedError(doing, repository, status, complaints, hint, who)
    return RefusedError(doing, repository, status, complaints, _hint_for(status, host), who)


def _hint_for(status: int, host: str) -> str:
    if status == 429:
        return f'{host} limits its requests: log in with "docker login {host}", or try later'
    if status == 407:
        return "the proxy wants a user and a password, in HTTP_PROXY or HTTPS_PROXY"
    if status == 413:
        return "a proxy before the registry limits the size of requests"
    if status in (500, 503):
        return f"{host} failed by itself, its log says why"
    if status == 501:
        return f'check that "{host}" is a registry, and not another web server'
    return ""


def _phrase_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an unknown status"
