"""How each host is spoken to; one that may speak either is asked once which it is."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from werfish.registry.errors import InvalidAnswerError, UnreachableError, UntrustedError
from werfish.registry.hosts import RegistrySettings, schemes_for
from werfish.registry.messages import Answer, Request


class Schemes:
    """The schemes of the hosts as far as they are known; thread-safe."""

    def __init__(
        self,
        open_request: Callable[[Request], AbstractContextManager[Answer]],
        settings: RegistrySettings,
    ) -> None:
        """Ask by *open_request*, and only what *settings* allow."""
        self._open = open_request
        self._settings = settings
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def of(self, host: str, doing: str) -> str:
        """Return ``https`` or ``http``; `UnreachableError` where neither answers."""
        schemes = schemes_for(host, self._settings)
        if len(schemes) == 1:
            return schemes[0]
        with self._lock:
            if host not in self._known:
                self._known[host] = self._answering(host, schemes, doing)
            return self._known[host]

    def _answering(self, host: str, schemes: tuple[str, ...], doing: str) -> str:
        errors: list[UnreachableError] = []
        for scheme in schemes:
            request = Request("GET", f"{scheme}://{host}/v2/", doing, registry=host)
            try:
                with self._open(request) as answer:
                    answer.read()
                    if answer.status != 400:  # a server of TLS answers plain HTTP so
                        return scheme
            except UnreachableError as error:
                errors.append(error)
        if not errors:
            raise InvalidAnswerError(f'{doing}: "{host}" is no registry')
        raise next((error for error in errors if isinstance(error, UntrustedError)), errors[0])
