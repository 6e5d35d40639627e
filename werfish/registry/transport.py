"""HTTP itself: pools of connections, kept open, safe for many threads.

Bodies are streamed both ways. Nothing is tried again here, and nothing is known of registries.
"""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from werfish.registry.errors import InvalidAnswerError
from werfish.registry.hosts import RegistrySettings
from werfish.registry.messages import CHUNK, Answer, Request
from werfish.registry.network import unreachable

_MAX_REDIRECTS = 5
_CONNECTIONS = 32
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Transport:
    """Connections to every host; `close` gives them back."""

    def __init__(self, settings: RegistrySettings) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._answered: set[str] = set()

    def close(self) -> None:
        """Close every idle connection; a later request opens new ones."""
        for pool in self._pools.values():
            pool.clear()

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """Send *request* and hold its answer open; `UnreachableError` where none comes.

        Reads follow redirects: registries keep their blobs elsewhere.
        """
        url, headers = request.url, request.headers
        for _ in range(_MAX_REDIRECTS):
            response = self._send(request, url, headers)
            try:
                if request.method not in ("GET", "HEAD") or response.status not in _REDIRECTS:
                    yield self._answer(request, response, url)
                    return
                target = response.headers.get("Location", "")
            finally:
                _give_back(response)
            url, headers = _redirected(url, target, headers)
        raise InvalidAnswerError(f"{request.doing}: redirected more than {_MAX_REDIRECTS} times")

    def _send(
        self, request: Request, url: str, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        sent = {"User-Agent": self._settings.user_agent, **headers}
        if request.method not in ("GET", "HEAD"):
            sent["Content-Length"] = str(request.length)
        try:
            response = self._pool(urlsplit(url).scheme).request(
                request.method,
                url,
                body=request.body() if request.body else None,
                headers=sent,
                preload_content=False,
                decode_content=False,
                redirect=False,
                retries=False,
            )
        except HTTPError as error:
            host = urlsplit(url).netloc
            answered = host in self._answered
            raise unreachable(request.doing, host, error, answered=answered) from error
        self._answered.add(urlsplit(url).netloc)
        return response

    def _answer(self, request: Request, response: urllib3.BaseHTTPResponse, url: str) -> Answer:
        def chunks() -> Iterator[bytes]:
            try:
                yield from response.stream(CHUNK, decode_content=False)
            except HTTPError as error:
                host = urlsplit(url).netloc
                raise unreachable(request.doing, host, error, answered=True) from error

        return Answer(response.status, response.headers, url, request.doing, chunks)

    def _pool(self, scheme: str) -> urllib3.PoolManager:
        with self._lock:
            if scheme not in self._pools:
                context = _context_of(self._settings) if scheme == "https" else None
                self._pools[scheme] = urllib3.PoolManager(
                    num_pools=_CONNECTIONS,
                    maxsize=_CONNECTIONS,
                    timeout=urllib3.Timeout(self._settings.connect, self._settings.silence),
                    ssl_context=context,
                )
            return self._pools[scheme]


def _give_back(response: urllib3.BaseHTTPResponse) -> None:
    """Return the connection to its pool; one with bytes still to come is closed."""
    if getattr(response, "length_remaining", None) == 0:
        response.drain_conn()
    else:
        response.close()
    response.release_conn()


def _redirected(url: str, target: str, headers: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Return where to go on; credentials are for the host that they were meant for only."""
    joined = urljoin(url, target)
    if urlsplit(joined)[:2] != urlsplit(url)[:2]:
        headers = {name: text for name, text in headers.items() if name != "Authorization"}
    return joined, headers


def _context_of(settings: RegistrySettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        context.load_verify_locations(settings.ca_file)
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        # The user asked for it; urllib3 would say it once a request, past our own log.
        urllib3.disable_warnings(InsecureRequestWarning)
    return context
