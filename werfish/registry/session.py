"""Requests to registries: the right scheme, logged in, tried again, refusals turned into errors."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from werfish.oci.reference import Repository
from werfish.registry.auth import Authorizer
from werfish.registry.challenge import merged_scopes, parse_challenge
from werfish.registry.credentials import CredentialSource
from werfish.registry.errors import InvalidAnswerError, RefusedError, UnreachableError, refusal_of
from werfish.registry.hosts import RegistrySettings, schemes_for
from werfish.registry.messages import Answer, Body, Request
from werfish.registry.retry import RetryPolicy, Timing, retry_after_of, with_retries

T = TypeVar("T")
Open = Callable[[Request], AbstractContextManager[Answer]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API of *repository*.

    *path* follows ``/v2/NAME/`` or is an address that the registry gave. *scopes* are asked for
    beside the right to pull (and, if it *writes*, to push). *expected* are the answers that are
    no error.
    """

    method: str
    repository: Repository
    path: str
    doing: str
    expected: tuple[int, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    length: int = 0
    writes: bool = False
    scopes: tuple[str, ...] = ()


class Session:
    """Sends calls; thread-safe."""

    def __init__(
        self,
        open_request: Open,
        credentials: CredentialSource,
        settings: RegistrySettings,
        timing: Timing,
        report: Callable[[str], object],
    ) -> None:
        """Send by *open_request*; *report* hears why something is tried again."""
        self._open = open_request
        self._settings = settings
        self._authorizer = Authorizer(open_request, credentials, settings, timing.clock)
        self._timing = timing
        self._report = report
        self._lock = threading.Lock()
        self._schemes: dict[str, str] = {}

    def retry(self, operation: Callable[[], T]) -> T:
        """Run *operation*, which may send several calls by `open`, until it succeeds or cannot."""
        policy = RetryPolicy()
        return with_retries(operation, timing=self._timing, policy=policy, report=self._report)

    def send(self, call: Call) -> tuple[Answer, bytes]:
        """Send *call*, again if it makes sense, and return its answer with the whole body."""

        def once() -> tuple[Answer, bytes]:
            with self.open(call) as answer:
                return answer, answer.read()

        return self.retry(once)

    @contextmanager
    def open(self, call: Call) -> Iterator[Answer]:
        """Send *call* once and hold its answer open; `RefusedError` for what is not expected."""
        request = self._request(call)
        if urlsplit(request.url).netloc != call.repository.host:
            with self._open(request) as answer:  # elsewhere, our credentials are nobody's business
                yield _checked(call, answer)
            return
        scopes = _scopes_of(call)
        header = self._authorizer.header(call.repository.host, scopes)
        with self._open(_authorized(request, header)) as answer:
            if answer.status != 401:
                yield _checked(call, answer)
                return
            header = self._renewed(call, answer, scopes, header)
        with self._open(_authorized(request, header)) as answer:
            yield _checked(call, answer)

    def _renewed(self, call: Call, answer: Answer, scopes: tuple[str, ...], refused: str) -> str:
        refusal = _refusal(call, answer)
        challenge = parse_challenge(answer.headers.get("WWW-Authenticate", ""))
        if challenge is None:
            raise refusal
        header = self._authorizer.renew(call.repository.host, challenge, scopes, refused)
        if not header:
            raise refusal
        return header

    def _request(self, call: Call) -> Request:
        host = call.repository.host
        scheme = self._scheme(host, call.doing)
        url = urlsplit(urljoin(f"{scheme}://{host}/v2/{call.repository.path}/", call.path))
        if url.netloc == host:  # behind a proxy, a registry may believe that it speaks plain HTTP
            url = url._replace(scheme=scheme)
        return Request(call.method, url.geturl(), call.doing, call.headers, call.body, call.length)

    def _scheme(self, host: str, doing: str) -> str:
        """Return how *host* is spoken to; where it may be either way, it is asked once."""
        schemes = schemes_for(host, self._settings)
        if len(schemes) == 1:
            return schemes[0]
        with self._lock:
            if host not in self._schemes:
                self._schemes[host] = self._answering(host, schemes, doing)
            return self._schemes[host]

    def _answering(self, host: str, schemes: tuple[str, ...], doing: str) -> str:
        first_error: UnreachableError | None = None
        for scheme in schemes:
            try:
                with self._open(Request("GET", f"{scheme}://{host}/v2/", doing)) as answer:
                    answer.read()
                    if answer.status != 400:  # a server of TLS answers plain HTTP so
                        return scheme
            except UnreachableError as error:
                first_error = first_error or error
        raise first_error or InvalidAnswerError(f'{doing}: "{host}" is no registry')


def _scopes_of(call: Call) -> tuple[str, ...]:
    actions = "pull,push" if call.writes else "pull"
    if call.method == "DELETE":
        actions = "delete,pull"
    return merged_scopes((f"repository:{call.repository.path}:{actions}", *call.scopes))


def _authorized(request: Request, header: str) -> Request:
    if not header:
        return request
    return replace(request, headers={**request.headers, "Authorization": header})


def _checked(call: Call, answer: Answer) -> Answer:
    if answer.status in call.expected:
        return answer
    if answer.status < 400:
        raise InvalidAnswerError(
            f"{call.doing}: an answer {answer.status} was not expected here",
            hint=f'check that "{call.repository.host}" is a registry',
        )
    raise _refusal(call, answer)


def _refusal(call: Call, answer: Answer) -> RefusedError:
    error = refusal_of(
        call.doing,
        str(call.repository),
        call.repository.registry,
        answer.status,
        answer.read(),
        deleting=call.method == "DELETE",
    )
    error.retry_after = retry_after_of(answer.headers)
    return error


def absolute(call: Call, answer: Answer) -> str:
    """Return where ``Location`` of *answer* leads; `InvalidAnswerError` where there is none."""
    location = answer.headers.get("Location", "")
    if not location:
        raise InvalidAnswerError(f"{call.doing}: the registry did not say where to")
    return urljoin(answer.url, location)
