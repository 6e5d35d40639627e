"""HTTP itself: pools of connections, kept open, safe for many threads.

Bodies are streamed both ways. Nothing is tried again here, and nothing is known of registries.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from werfish.errors import RegistryError
from werfish.registry.certificates import context_for
from werfish.registry.errors import InvalidAnswerError, UnreachableError
from werfish.registry.hosts import RegistrySettings
from werfish.registry.messages import CHUNK, Answer, Request
from werfish.registry.network import unreachable
from werfish.registry.proxies import proxy_for

_MAX_REDIRECTS = 5
_CONNECTIONS = 32
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})
"""Redirects by which a request that writes is sent again as it is (RFC 9110, 15.4.8)."""


class Transport:
    """Connections to every host; `close` gives them back."""

    def __init__(self, settings: RegistrySettings) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._lock = threading.Lock()
        self._pools: dict[tuple[str, str], urllib3.PoolManager] = {}
        self._answered: set[str] = set()

    def close(self) -> None:
        """Close every idle connection; a later request opens new ones."""
        for pool in self._pools.values():
            pool.clear()

    @contextmanager
    def open(self, request: Request) -> Iterator[Answer]:
        """Send *request* and hold its answer open; `UnreachableError` where none comes.

        Reads follow redirects: registries keep their blobs elsewhere. Writes that may follow
        those that mean the same request at another place.
        """
        url, headers = request.url, request.headers
        for _ in range(_MAX_REDIRECTS):
            response = self._send(request, url, headers)
            try:
                target = response.headers.get("Location", "")
                if not target or response.status not in _followed(request):
                    yield self._answer(request, response, url)
                    return
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
            response = self._pool(url, request.registry).request(
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
            raise self._unreachable(request, url, error) from error
        self._answered.add(urlsplit(url).netloc)
        return response

    def _answer(self, request: Request, response: urllib3.BaseHTTPResponse, url: str) -> Answer:
        def chunks() -> Iterator[bytes]:
            try:
                yield from response.stream(CHUNK, decode_content=False)
            except HTTPError as error:
                raise self._unreachable(request, url, error) from error

        return Answer(response.status, response.headers, url, request.doing, chunks)

    def _unreachable(self, request: Request, url: str, error: HTTPError) -> UnreachableError:
        host = urlsplit(url).netloc
        proxy = urlsplit(proxy_for(url, self._settings.proxies)).netloc.rpartition("@")[2]
        answered = host in self._answered
        return unreachable(request.doing, host, error, answered=answered, proxy=proxy)

    def _pool(self, url: str, registry: str) -> urllib3.PoolManager:
        """Return the connections for *url*: those over TLS are for one registry alone."""
        is_tls = urlsplit(url).scheme == "https"
        proxy = proxy_for(url, self._settings.proxies)
        key = (proxy, (registry or urlsplit(url).netloc) if is_tls else "")
        with self._lock:
            if key not in self._pools:
                self._pools[key] = _pool_of(self._settings, proxy, key[1])
            return self._pools[key]


def _pool_of(settings: RegistrySettings, proxy: str, registry: str) -> urllib3.PoolManager:
    context = context_for(registry, settings) if registry else None
    if not settings.verify_tls:
        # The user asked for it; urllib3 would say it once a request, past our own log.
        urllib3.disable_warnings(InsecureRequestWarning)
    timeout = urllib3.Timeout(settings.connect, settings.silence)
    if not proxy:
        return urllib3.PoolManager(
            _CONNECTIONS, maxsize=_CONNECTIONS, timeout=timeout, ssl_context=context
        )
    parts = urlsplit(proxy)
    if parts.scheme not in ("http", "https"):
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise RegistryError(
            f'use the proxy "{address}": only proxies of http and https are known',
            hint="name another one in HTTP_PROXY and HTTPS_PROXY",
        )
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return urllib3.ProxyManager(
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
        _CONNECTIONS,
        proxy_headers=urllib3.make_headers(proxy_basic_auth=login) if login else None,
        maxsize=_CONNECTIONS,
        timeout=timeout,
        ssl_context=context,
    )


def _followed(request: Request) -> frozenset[int]:
    if request.method in ("GET", "HEAD"):
        return _REDIRECTS
    return _SAME_METHOD if request.follows else frozenset()


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
