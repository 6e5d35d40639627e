"""The network's own errors, in words that people know. Pure.

What urllib3 says shows whole addresses; so only what the operating system or TLS said is kept.
"""

import socket
import ssl

from urllib3.exceptions import ConnectTimeoutError, HTTPError, ProxyError

from werfish.registry.errors import UnreachableError, UntrustedError

_KNOWN: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "shows a certificate that is not trusted",
        'trust its authority by SSL_CERT_FILE or certs.d, or pass "--skip-tls-verify-registry"',
    ),
    (
        ssl.SSLError,
        "does not speak TLS as expected",
        'if it speaks plain HTTP, pass "--insecure-registry"',
    ),
    (socket.gaierror, "is not a known host", "check the name of the registry"),
    (
        ConnectionRefusedError,
        "refuses connections",
        "check that the registry runs, and its port",
    ),
    (TimeoutError, "does not answer in time", ""),
)
_NOBODY = (socket.gaierror, ConnectionRefusedError, ConnectTimeoutError)


def unreachable(
    doing: str, host: str, error: HTTPError, *, answered: bool, proxy: str = ""
) -> UnreachableError:
    """Return *error* as ours; *proxy* is where the request to *host* went first.

    A host that never *answered* and cannot be connected to is wrong rather than busy: the error
    says so at once.
    """
    root = _root_of(error)
    found = (known[1:] for known in _KNOWN if isinstance(root, known[0]))
    words, hint = next(found, ("broke the connection off", ""))
    if said := _said_by(root):
        words = f"{words} ({said})"
    is_nobody = isinstance(root, _NOBODY) or isinstance(error, _NOBODY)
    is_of_tls = isinstance(root, ssl.SSLError)
    if is_of_tls and answered and not isinstance(root, ssl.SSLCertVerificationError):
        words, hint, is_of_tls = f"broke the connection off ({_said_by(root)})", "", False
    is_transient = (answered or not is_nobody) and not is_of_tls
    who = f'the proxy "{proxy}" for "{host}"' if isinstance(error, ProxyError) else f'"{host}"'
    if isinstance(error, ProxyError):
        is_transient, hint = answered, "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
    kind = UntrustedError if isinstance(root, ssl.SSLCertVerificationError) else UnreachableError
    silent = host if isinstance(root, TimeoutError) else ""
    return kind(doing, f"{who} {words}", is_transient=is_transient, hint=hint, silent=silent)


def _said_by(root: BaseException) -> str:
    if isinstance(root, ssl.SSLCertVerificationError):
        return root.verify_message
    if isinstance(root, ssl.SSLError):
        return root.reason or ""
    if isinstance(root, ConnectionRefusedError | TimeoutError):
        return ""
    return (root.strerror or str(root)).lower() if isinstance(root, OSError) else ""


def _root_of(error: BaseException) -> BaseException:
    """Return the error of the operating system below urllib3's; a timeout may have none."""
    from_timeout = "timed out" in str(error).lower()
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return TimeoutError() if from_timeout else error
