"""What a cluster can answer instead of what was asked for.

The API's own words are kept: ``problem`` is the message of its Status object, ``reason`` the
machine-readable word beside it. Foreign exceptions of the HTTP client never leave this package.
"""

import re
from collections.abc import Mapping
from typing import Any

from stages.light_dataclass import dataclass
from werfish.errors import DeployError
from werfish.kube.fields import tables, text

LONGEST = 1000
_MANAGER = re.compile(r'conflict with "([^"]+)"')
_WEBHOOK = re.compile(r'failed calling webhook "([^"]+)"')
_REPEATED = re.compile(r"\{.{200,}\}", re.DOTALL)


class KubeconfigError(DeployError):
    """There is no usable kubeconfig: none found, unreadable, or its credentials cannot be had."""


class UnreachableError(DeployError):
    """The API server does not answer, or not as an API server: refused, timed out, bad TLS."""

    def __init__(self, server: str, origin: str, problem: str, *, hint: str = "") -> None:
        """Name the *server*, the *origin* of its address (a kubeconfig file) and the *problem*."""
        super().__init__(
            f'connect to Kubernetes at "{server}" ({origin}): {problem}',
            hint=hint or "check that the cluster runs, and --kube-config and --kube-context",
        )
        self.server = server


class UnknownKindError(DeployError):
    """The cluster does not serve a kind; its CRD may be missing."""

    def __init__(self, api_version: str, kind: str, of: str = "") -> None:
        """Name the kind as a manifest writes it, and what it is the kind *of*, if known."""
        of_it = f" for {of}" if of else ""
        super().__init__(
            f'look up kind "{kind}" of "{api_version}"{of_it}: the cluster does not know it',
            hint="install the CRD that defines it, or correct apiVersion and kind",
        )
        self.api_version = api_version
        self.kind = kind

    def named(self, name: str, source: str) -> "UnknownKindError":
        """Return this as what is wrong with the object *name* of the template *source*."""
        place = f' in "{source}"' if source else ""
        return UnknownKindError(self.api_version, self.kind, f'"{name}"{place}')


class ApiError(DeployError):
    """The API server refused a request; *status* is the HTTP code.

    *attempts* is how often it was sent: an earlier one without an answer may have been carried out.
    """

    attempts = 1

    def __init__(
        self, doing: str, problem: str, *, status: int, reason: str = "", hint: str = ""
    ) -> None:
        """Say that *doing* something had the *problem* that the server states."""
        super().__init__(f"{doing}: {problem}", hint=hint)
        self.problem = problem
        self.status = status
        self.reason = reason


class NotFoundError(ApiError):
    """The object, its namespace or its kind is not there."""


class ConflictError(ApiError):
    """The object is not in the state that the request expected (its resourceVersion or uid)."""


class AlreadyExistsError(ConflictError):
    """An object of this name exists already."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that server-side apply may not set, since *manager* set it otherwise."""

    field: str
    manager: str


class FieldConflictError(ConflictError):
    """Server-side apply would change fields of other managers; it was not told to force that."""

    def __init__(self, doing: str, problem: str, conflicts: tuple[FieldConflict, ...]) -> None:
        """Say what was done, and which fields are whose."""
        super().__init__(doing, problem, status=409, reason="Conflict")
        self.conflicts = conflicts


class ForbiddenError(ApiError):
    """The credentials do not allow the request, or are not accepted at all."""


class InvalidError(ApiError):
    """The object or the patch is wrong: the server validates, and so do admission webhooks."""


class WebhookAwayError(ApiError):
    """The admission webhook that has to be asked does not answer; nothing was changed."""

    @property
    def webhook(self) -> str:
        """The name of the webhook."""
        found = _WEBHOOK.search(self.problem)
        return found[1] if found else ""


class GoneError(ApiError):
    """The resourceVersion is too old: list again."""


class BusyError(ApiError):
    """The server asked to come back later, more often than we were ready to."""


def error_of(status: int, body: Mapping[str, Any], doing: str) -> ApiError:
    """Return the error for an answer with *status* and the Status object *body*."""
    reason = str(body.get("reason") or "")
    problem = shortened(str(body.get("message") or "")) or f"the server answered {status}"
    if status == 409 and (conflicts := _field_conflicts(body)):
        return FieldConflictError(doing, problem, conflicts)
    return _class_of(status, reason, problem)(
        doing, problem, status=status, reason=reason, hint=_hint(status, problem)
    )


def _field_conflicts(body: Mapping[str, Any]) -> tuple[FieldConflict, ...]:
    """Return the conflicts that server-side apply states, as the server words them."""
    causes = [
        (text(cause, "field"), text(cause, "message"))
        for cause in tables(body, "details", "causes")
        if cause.get("reason") == "FieldManagerConflict"
    ]
    return tuple(
        FieldConflict(field, found[1] if (found := _MANAGER.search(message)) else message)
        for field, message in causes
    )


def _hint(status: int, problem: str) -> str:
    if "cannot unmarshal bool into" in problem and "of type string" in problem:
        return "in YAML y, n, yes, no, on and off are true or false: write the value in quotes"
    if "cannot unmarshal number into" in problem and "of type string" in problem:
        return "write the number in quotes"
    return _HINTS.get(status, "")


def shortened(problem: str) -> str:
    """Return the server's words without the objects that it repeats in them whole."""
    if len(problem) <= LONGEST:
        return problem
    problem = _REPEATED.sub("{…}", problem)
    half = LONGEST // 2
    return problem if len(problem) <= LONGEST else f"{problem[:half]} … {problem[-half:]}"


def _class_of(status: int, reason: str, problem: str) -> type[ApiError]:
    if reason == "AlreadyExists":
        return AlreadyExistsError
    if status == 500 and _WEBHOOK.search(problem):
        return WebhookAwayError
    return _CLASSES.get(status, ApiError)


_CLASSES: dict[int, type[ApiError]] = {
    400: InvalidError,
    401: ForbiddenError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    415: InvalidError,
    422: InvalidError,
    429: BusyError,
    503: BusyError,
    504: BusyError,
}
_HINTS = {
    401: "the credentials of the kubeconfig are not accepted: log in to the cluster again",
    403: "ask for a role that allows this, or use another context",
}
