"""Requests to registries: the right scheme, logged in, tried again, refusals turned into errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import field, replace
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from stages.light_dataclass import dataclass
from werfish.backoff import Timing
from werfish.oci.reference import Repository
from werfish.registry.addresses import is_same
from werfish.registry.auth import Authorizer
from werfish.registry.challenge import merged_scopes, parse_challenge
from werfish.registry.credentials import CredentialSource
from werfish.registry.errors import InvalidAnswerError, RefusedError, refusal_of
from werfish.registry.hosts import RegistrySettings
from werfish.registry.kinds import kind_of
from werfish.registry.messages import Answer, Body, Request
from werfish.registry.retry import Attempts, RetryPolicy, Silence, retry_after_of, with_retries
from werfish.registry.schemes import Schemes
from werfish.registry.vendors.table import vendor_of
from werfish.registry.vendors.vendor import RepositoryMaker, Vendor, make_none

T = TypeVar("T")
Open = Callable[[Request], AbstractContextManager[Answer]]


_ANSWERS, _NEAR = 5, 0.005
"""A registry whose last answers took fewer seconds, half of them, is asked by the caller itself.

A request takes 2 ms of Python; a thread of its own with a connection of its own as much again.
"""


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
        maker: RepositoryMaker = make_none,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Send by *open_request*; *report* hears why something is tried again.

        *tell* hears of what lets people wait; *maker* makes a repository that a write does not
        find.
        """
        self._open = open_request
        self._settings = settings
        self._authorizer = Authorizer(open_request, credentials, settings, timing.clock)
        self._schemes = Schemes(open_request, settings)
        self._timing = timing
        self._report = report
        self._silence = Silence(tell)
        self._maker = maker
        self._seconds: dict[str, tuple[float, ...]] = {}

    def is_near(self, repository: Repository) -> bool:
        """Whether the registry of *repository* has answered so soon that threads cost more."""
        seconds = sorted(self._seconds.get(repository.host, ()))
        return bool(seconds) and seconds[len(seconds) // 2] < _NEAR

    def attempts(self) -> Attempts:
        """Begin to count attempts, for `retry` or for a loop of the caller's own."""
        return Attempts(self._timing, RetryPolicy(), self._report, self._silence)

    def retry(self, operation: Callable[[], T], attempts: Attempts | None = None) -> T:
        """Run *operation*, which may send several calls by `open`, until it succeeds or cannot."""
        return with_retries(operation, attempts or self.attempts())

    def vendor_of(self, repository: Repository) -> Vendor:
        """Return what is peculiar to the registry of *repository*."""
        registry = repository.registry
        return vendor_of(self._settings.kinds.get(registry) or kind_of(registry))

    def part_of(self, repository: Repository) -> int:
        """Return how many bytes of a blob go in one request; 0: all of them."""
        return self._settings.part if self.vendor_of(repository).takes_parts else 0

    def send(self, call: Call) -> tuple[Answer, bytes]:
        """Send *call*, again if it makes sense, and return its answer with the whole body."""

        def once() -> tuple[Answer, bytes]:
            with self.open(call) as answer:
                return answer, answer.read()

        return self.retry(once)

    @contextmanager
    def open(self, call: Call) -> Iterator[Answer]:
        """Send *call* and hold its answer open; `RefusedError` for what is not expected.

        It is sent again where a login was renewed or a missing repository was made.
        """
        request = self._request(call)
        if not is_same(urlsplit(request.url), call.repository.host):
            with self._open(request) as answer:  # elsewhere, our credentials are nobody's business
                yield self._checked(call, answer)
            return
        scopes = _scopes_of(call)
        header = self._authorizer.header(call.repository.host, scopes)
        for is_last in (False, False, True):
            began = self._timing.clock()
            with self._open(_authorized(request, header)) as answer:
                seconds = self._timing.clock() - began
                again = None if is_last else self._again(call, answer, scopes, header)
                if again is None:
                    self._note(call.repository.host, seconds)
                    yield self._checked(call, answer)
                    return
                header = again

    def _note(self, host: str, seconds: float) -> None:
        self._silence.broken(host)
        self._seconds[host] = (*self._seconds.get(host, ()), seconds)[-_ANSWERS:]

    def make_repository(self, repository: Repository) -> bool:
        """Make *repository* where its registry wants that and it is missing; whether it was."""
        if not self.vendor_of(repository).makes:
            return False
        doing = f'look for the repository "{repository}"'
        answer, _ = self.send(Call("GET", repository, "tags/list?n=1", doing, (200, 404)))
        return answer.status == 404 and self._maker(repository)

    def _again(
        self, call: Call, answer: Answer, scopes: tuple[str, ...], header: str
    ) -> str | None:
        """Return the header to send *call* again with; ``None``: *answer* is the one.

        Where a redirect led elsewhere, that host's challenge is not for our credentials.
        """
        if not is_same(urlsplit(answer.url), call.repository.host):
            return None
        if answer.status == 401:
            return self._renewed(call, answer, scopes, header)
        if answer.status == 404 and call.writes and self.vendor_of(call.repository).makes:
            refusal = self._refusal(call, answer)
            if refusal.has_code("NAME_UNKNOWN") and self._maker(call.repository):
                return header
            raise refusal
        return None

    def _renewed(self, call: Call, answer: Answer, scopes: tuple[str, ...], refused: str) -> str:
        refusal = self._refusal(call, answer)
        challenge = parse_challenge(answer.headers.get("WWW-Authenticate", ""))
        if challenge is None:
            raise refusal
        header = self._authorizer.renew(call.repository.host, challenge, scopes, refused)
        if not header:
            if refused:
                refusal.hint = self._authorizer.refused_login(call.repository.host, refusal.hint)
            raise refusal
        return header

    def _request(self, call: Call) -> Request:
        host = call.repository.host
        scheme = self._schemes.of(host, call.doing)
        url = urlsplit(urljoin(f"{scheme}://{host}/v2/{call.repository.path}/", call.path))
        if is_same(url, host):  # behind a proxy, a registry may believe that it speaks plain HTTP
            url = url._replace(scheme=scheme, netloc=host)
        return Request(
            call.method,
            url.geturl(),
            call.doing,
            call.headers,
            call.body,
            call.length,
            host,
            follows=True,
        )

    def _checked(self, call: Call, answer: Answer) -> Answer:
        if answer.status in call.expected:
            return answer
        if answer.status < 400:
            raise InvalidAnswerError(
                f"{call.doing}: an answer {answer.status} was not expected here",
                hint=f'check that "{call.repository.host}" is a registry',
            )
        raise self._refusal(call, answer)

    def _refusal(self, call: Call, answer: Answer) -> RefusedError:
        url = urlsplit(answer.url)
        error = refusal_of(
            call.doing,
            str(call.repository),
            call.repository.registry,
            answer.status,
            answer.read(),
            deleting=call.method == "DELETE",
            who="" if is_same(url, call.repository.host) else url.netloc,
        )
        error.retry_after = retry_after_of(answer.headers)
        error.hint = self.vendor_of(call.repository).hint_for(error, call.repository) or error.hint
        return error


def _scopes_of(call: Call) -> tuple[str, ...]:
    actions = "pull,push" if call.writes else "pull"
    if call.method == "DELETE":
        actions = "delete,pull"
    return merged_scopes((f"repository:{call.repository.path}:{actions}", *call.scopes))


def _authorized(request: Request, header: str) -> Request:
    if not header:
        return request
    return replace(request, headers={**request.headers, "Authorization": header})


def absolute(call: Call, answer: Answer) -> str:
    """Return where ``Location`` of *answer* leads; `InvalidAnswerError` where there is none."""
    location = answer.headers.get("Location", "")
    if not location:
        raise InvalidAnswerError(f"{call.doing}: the registry did not say where to")
    return urljoin(answer.url, location)
