"""What needs no docker-py, whose import takes 0.1 s: looking at images, and adding small ones.

A daemon on this host is asked over its own socket, one connection a question. All else is
docker-py's: daemons behind TLS, ssh or a network, everything that runs, and every answer that is no
plain one: it then asks again, so that errors read the same. Whatever is asked here may be asked
twice.
"""

import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from docker import APIClient

Address = str | tuple[str, int]
"""The path of a socket, or a host and a port."""

_USUAL = "/var/run/docker.sock"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OK, _CREATED, _NOT_FOUND = 200, 201, 404
_MOST_LOADED = 16 << 20
_VERSION = b"api-version:"


class NotThereError(Exception):
    """The daemon has not what it was asked for; *problem* is its word."""

    def __init__(self, problem: str) -> None:
        """Keep what the daemon said."""
        super().__init__(problem)
        self.problem = problem


def plain_address(environment: Mapping[str, str]) -> Address | None:
    """Return where the daemon of this host listens, or ``None`` where it takes more to reach it."""
    if environment.get("DOCKER_TLS_VERIFY") or environment.get("DOCKER_CERT_PATH"):
        return None
    named = environment.get("DOCKER_HOST")
    if not named:
        return None if _has_context(environment) else _USUAL
    try:
        url = urlsplit(named)
        host, port = url.hostname, url.port
    except ValueError:
        return None
    if url.scheme == "unix" and not host and url.path:
        return url.path
    is_here = url.scheme == "tcp" and host in _LOOPBACK and port and not url.path
    return (host or "", port or 0) if is_here else None


def _has_context(environment: Mapping[str, str]) -> bool:
    """Whether Docker's own settings may name another daemon."""
    if environment.get("DOCKER_CONTEXT"):
        return True
    folder = environment.get("DOCKER_CONFIG")
    path = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
    try:
        return "currentContext" in json.loads(path.read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError):
        return True


class LookingClient:
    """A client of docker-py that is made when the first thing needs it; looking does not.

    What is asked here takes docker-py's arguments and returns what docker-py does.
    """

    def __init__(self, address: Address, make: Callable[[str], "APIClient"]) -> None:
        """Reach the daemon at *address*; *make* docker-py's client, for its version of the API.

        Where it cannot be reached, what docker-py says of it counts.
        """
        self._address, self._make = address, make
        self._guard = Lock()
        self._client: APIClient | None = None
        self._version = ""
        with suppress(OSError):
            self._version = self._asked_version()
        if not self._version:
            self._whole()

    def inspect_image(self, reference: str) -> Any:
        """Return the daemon's description of an image."""
        found = self._found(f"/images/{_quoted(reference)}/json")
        return self._whole().inspect_image(reference) if found is None else found  # type: ignore[no-untyped-call]

    def history(self, reference: str) -> Any:
        """Return the lines of an image's history."""
        found = self._found(f"/images/{_quoted(reference)}/history")
        return self._whole().history(reference) if found is None else found  # type: ignore[no-untyped-call]

    def images(
        self,
        name: str | None = None,
        *,
        all: bool = False,
        filters: dict[str, list[str]] | None = None,
    ) -> Any:
        """List images: of a repository, or with labels."""
        wanted = {**(filters or {}), **({"reference": [name]} if name else {})}
        found = self._found("/images/json", all=int(all), filters=json.dumps(wanted))
        return self._whole().images(name, all=all, filters=filters) if found is None else found

    def containers(self, *, all: bool = False, filters: dict[str, list[str]]) -> Any:
        """List containers with labels."""
        found = self._found("/containers/json", all=int(all), filters=json.dumps(filters))
        return self._whole().containers(all=all, filters=filters) if found is None else found

    def volumes(self, *, filters: dict[str, list[str]]) -> Any:
        """List volumes with labels."""
        found = self._found("/volumes", filters=json.dumps(filters))
        return self._whole().volumes(filters=filters) if found is None else found

    def tag(self, image: str, repository: str, tag: str) -> Any:
        """Give an image a tag."""
        asked = f"/images/{_quoted(image)}/tag?{urlencode({'repo': repository, 'tag': tag})}"
        is_done = self._done("POST", asked) == _CREATED
        return is_done or self._whole().tag(image, repository, tag)

    def remove_image(self, image: str, *, force: bool = False, noprune: bool = False) -> Any:
        """Remove a tag or an image."""
        options = urlencode({"force": force, "noprune": noprune})
        if self._done("DELETE", f"/images/{_quoted(image)}?{options}") == _OK:
            return
        self._whole().remove_image(image, force=force, noprune=noprune)

    def has_loaded(self, archive: Callable[[], Iterable[bytes]], size: int) -> bool:
        """Load the images of *archive*, of about *size* bytes; else it is left to docker-py."""
        if size > _MOST_LOADED or not self._version:
            return False
        try:
            path = f"/v{self._version}/images/load?quiet=1"
            status, _, body = self._asked(path, "POST", b"".join(archive()))
            messages = [json.loads(line) for line in body.splitlines() if line.strip()]
        except (OSError, ValueError):
            return False
        return status == _OK and not any("error" in message for message in messages)

    def close(self) -> None:
        """Close the connections of docker-py, if there are any."""
        if self._client is not None:
            self._client.close()

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to docker-py."""
        return getattr(self._whole(), name)

    def _whole(self) -> "APIClient":
        with self._guard:
            if self._client is None:
                self._client = self._make(self._version or "auto")
            return self._client

    def _asked_version(self) -> str:
        """Return the version of the API that the daemon offers; empty where it does not say."""
        status, head, _ = self._asked("/_ping")
        lines = (line for line in head.splitlines() if line.lower().startswith(_VERSION))
        version = next(lines, b"").partition(b":")[2].strip().decode("ascii", "replace")
        return version if status == _OK else ""

    def _found(self, path: str, **query: object) -> Any:
        """Return the answer to a GET; ``None`` where docker-py has to ask."""
        if not self._version:
            return None
        try:
            asked = f"/v{self._version}{path}" + (f"?{urlencode(query)}" if query else "")
            status, _, body = self._asked(asked)
            answer = json.loads(body)
            if status == _NOT_FOUND:
                raise NotThereError(str(answer["message"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return answer if status == _OK else None

    def _done(self, method: str, path: str) -> int:
        """Ask for a change and return the status; 0 where docker-py has to ask."""
        if not self._version:
            return 0
        try:
            status, _, body = self._asked(f"/v{self._version}{path}", method)
            if status == _NOT_FOUND:
                raise NotThereError(str(json.loads(body)["message"]))
        except (OSError, ValueError, LookupError, TypeError):
            return 0
        return status

    def _asked(
        self, path: str, method: str = "GET", content: bytes = b""
    ) -> tuple[int, bytes, bytes]:
        head = f"{method} {path} HTTP/1.0\r\nHost: docker\r\n"
        if method != "GET":
            head += f"Content-Type: application/x-tar\r\nContent-Length: {len(content)}\r\n"
        with self._connected() as connection:
            connection.sendall(f"{head}\r\n".encode() + content)
            with connection.makefile("rb") as answer:
                told, _, body = answer.read().partition(b"\r\n\r\n")
        return int(told.split(None, 2)[1] if told else 0), told, body

    def _connected(self) -> socket.socket:
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(os.fspath(self._address))
        except BaseException:
            connection.close()
            raise
        return connection


def _quoted(reference: str) -> str:
    return quote(reference, safe="/:")
