"""Requests to an API server over one pool of connections, and what its silence means.

Laws: a request that may have been carried out is not sent twice, unless twice is as good as once;
a server that never answered fails at once, one that answered before is given time to come back.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werfish.kube.errors import UnreachableError, error_of
from werfish.kube.kubeconfig import Access

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

POOL_SIZE = 64
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 60.0
ATTEMPTS = 6
LONGEST_PAUSE = 10.0
JSON = "application/json"
_WARNING = re.compile(r'^299 \S+ "((?:\\.|[^"\\])*)"')
"""RFC 7234, 5.5, as Kubernetes writes it."""


class Connection:
    """The way to one API server; all methods may be called from several threads."""

    def __init__(
        self,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        warn: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Prepare to talk to the server of *access*; nothing is sent yet.

        *warn* is called with what the server warns of, each text once: unknown fields, APIs
        that will go.
        """
        self.access = access
        self._pool = _pool_of(access)
        self._sleep = sleep
        self._has_answered = False
        self._warn = warn
        self._warned: set[str] = set()

    def json(
        self,
        method: str,
        path: str,
        *,
        doing: str,
        query: Mapping[str, str] | None = None,
        body: object = None,
        content_type: str = JSON,
        accept: str = JSON,
        is_repeatable: bool | None = None,
    ) -> Any:
        """Send a request and return the JSON of the answer; *doing* begins its errors.

        *is_repeatable*: twice is as good as once, which the method alone does not tell.
        """
        response = self.send(
            method,
            path,
            doing=doing,
            query=query,
            body=body,
            headers={"Accept": accept, "Content-Type": content_type, "Accept-Encoding": "gzip"},
            is_repeatable=is_repeatable,
        )
        try:
            return response.json()
        except ValueError as error:
            raise self._unreachable(f"{doing}: the answer is not JSON") from error

    def send(
        self,
        method: str,
        path: str,
        *,
        doing: str,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
        read_timeout: float | None = READ_TIMEOUT,
        is_repeatable: bool | None = None,
    ) -> "BaseHTTPResponse":
        """Send a request, again where that is safe and helps, and return its good answer.

        With *stream* the answer's body is still to be read, and the answer to be closed.
        """
        url = self.access.server + path + (f"?{urlencode(query)}" if query else "")
        content = None if body is None else json.dumps(body).encode()
        if is_repeatable is None:
            is_repeatable = _is_repeatable(method, (headers or {}).get("Content-Type", ""))
        for attempt in range(ATTEMPTS):
            is_last = attempt == ATTEMPTS - 1
            pause = min(0.1 * 3**attempt, LONGEST_PAUSE)
            try:
                response = self._once(method, url, content, headers or {}, stream, read_timeout)
            except _Dropped as dropped:
                if is_last or not self._may_repeat(dropped, is_repeatable):
                    raise self._unreachable(dropped.problem, dropped.hint) from dropped.__cause__
                self._sleep(pause)
                continue
            if response.status < 300:
                if method != "GET":  # what is read here is read in every version there is
                    self._pass_on(response.headers.getlist("Warning"), doing)
                return response
            wait = _retry_after(response, pause)
            repeats = _asks_to_repeat(response, is_repeatable) or (stream and _is_away(response))
            if is_last or not repeats:
                error = error_of(response.status, _status_of(response), doing)
                error.attempts = attempt + 1
                raise error
            response.drain_conn()
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.clear()

    def _once(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        stream: bool,
        read_timeout: float | None,
    ) -> "BaseHTTPResponse":
        import urllib3

        authorization = self.access.authorization()
        sent = {**headers, "User-Agent": "werfish"}
        if authorization:
            sent["Authorization"] = authorization
        try:
            response = self._pool.request(
                method,
                url,
                body=content,
                headers=sent,
                preload_content=not stream,
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=read_timeout),
            )
        except urllib3.exceptions.HTTPError as error:
            raise _dropped(error) from error
        self._has_answered = True
        return response

    def _pass_on(self, warnings: Sequence[str], doing: str) -> None:
        for found in map(_WARNING.search, warnings):
            text = f"{doing}: {_unquoted(found[1])}" if found else ""
            if text and text not in self._warned:
                self._warned.add(text)
                self._warn(text)

    def _may_repeat(self, dropped: "_Dropped", is_repeatable: bool) -> bool:
        if dropped.is_hopeless or not self._has_answered:
            return False
        return is_repeatable or not dropped.was_sent

    def _unreachable(self, problem: str, hint: str = "") -> UnreachableError:
        return UnreachableError(self.access.server, self.access.origin, problem, hint=hint)


_UNTRUSTED = ("certificate", "unknown_ca", "unknown ca", "wrong_version_number", "http_request")
"""What TLS says where one side does not trust the other, or does not speak TLS; anything else may
be a connection that broke."""


class _Dropped(Exception):
    """No answer came; *was_sent*: the request may have been carried out all the same."""

    def __init__(
        self, problem: str, *, was_sent: bool, is_hopeless: bool = False, hint: str = ""
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.was_sent = was_sent
        self.is_hopeless = is_hopeless
        self.hint = hint


def problem_of(error: BaseException) -> str:
    """Return the few words at the end of an error of the HTTP client: ``Connection refused``."""
    words = error
    while words.__cause__ is not None or words.__context__ is not None:
        words = words.__cause__ or words.__context__ or words
    if isinstance(words, OSError) and words.strerror:
        return words.strerror.lower()
    return str(words)


def _dropped(error: Exception) -> _Dropped:
    from urllib3 import exceptions

    problem = problem_of(error)
    match error:
        case exceptions.SSLError():
            hint = "check the certificate authority and the certificates of the kubeconfig"
            is_hopeless = any(word in str(error).lower() for word in _UNTRUSTED)
            return _Dropped(
                f"TLS failed: {problem}",
                was_sent=not is_hopeless,
                is_hopeless=is_hopeless,
                hint=hint if is_hopeless else "",
            )
        case exceptions.NameResolutionError():
            return _Dropped(f"no such host: {problem}", was_sent=False)
        case exceptions.NewConnectionError():
            return _Dropped(problem, was_sent=False)
        case exceptions.ConnectTimeoutError():
            return _Dropped(f"no answer within {CONNECT_TIMEOUT:g} s", was_sent=False)
        case exceptions.ReadTimeoutError():
            return _Dropped("the answer did not come in time", was_sent=True)
        case _:
            return _Dropped(problem, was_sent=True)


def _pool_of(access: Access) -> "PoolManager":
    import urllib3

    logging.getLogger("urllib3").addHandler(logging.NullHandler())
    options: dict[str, Any] = {"maxsize": POOL_SIZE, "socket_options": _socket_options()}
    if access.tls is not None:
        options["ssl_context"] = access.tls
        if not access.tls.check_hostname:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    if access.tls_server_name:
        options["server_hostname"] = access.tls_server_name
    if access.proxy.startswith("socks"):
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(access.proxy, **options)
    if access.proxy:
        return urllib3.ProxyManager(access.proxy, **options)
    return urllib3.PoolManager(**options)


def _socket_options() -> list[tuple[int, int, int]]:
    """Return options by which a dead peer is noticed in half a minute.

    A system may lack some of them, or have another name for one.
    """
    import socket

    idle = "TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE"
    wanted = ((idle, 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
    return [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        *(
            (socket.IPPROTO_TCP, getattr(socket, name), value)
            for name, value in wanted
            if hasattr(socket, name)
        ),
    ]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _is_repeatable(method: str, content_type: str) -> bool:
    return method != "POST" and content_type != "application/json-patch+json"


def _asks_to_repeat(response: "BaseHTTPResponse", is_repeatable: bool) -> bool:
    if response.status == 429:
        return True
    return (
        is_repeatable
        and response.status in (500, 502, 503, 504)
        and ("Retry-After" in response.headers or response.status != 500)
    )


def _is_away(response: "BaseHTTPResponse") -> bool:
    """Whether a kind that was listed is not served just now.

    A server sets up a kind anew when its definition's status changes, and meanwhile knows no such
    path; that answer is no ``Status``.
    """
    return response.status == 404 and response.headers.get("Content-Type", "").startswith("text/")


def _retry_after(response: "BaseHTTPResponse", otherwise: float) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE) if asked.isdigit() else otherwise


def _status_of(response: "BaseHTTPResponse") -> dict[str, Any]:
    """Return the Status object of a refusal; a proxy's page becomes its first line."""
    text = response.data.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        return {"message": text.strip().splitlines()[0][:200]} if text.strip() else {}
    return body if isinstance(body, dict) else {}
