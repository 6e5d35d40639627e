"""Logging in: passwords, and tokens by Docker's protocol.

A host's challenge is remembered, so only the first request to it is sent in vain. Tokens are
kept by what they allow until they expire; a refused one is renewed once.
See https://distribution.github.io/distribution/spec/auth/token/.
"""

import base64
import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import field, replace
from urllib.parse import urlencode, urlsplit

from stages.light_dataclass import dataclass
from werfish.registry.challenge import Challenge, merged_scopes
from werfish.registry.credentials import Credentials, CredentialSource
from werfish.registry.errors import CredentialsError, InvalidAnswerError, refusal_of
from werfish.registry.hosts import RegistrySettings, schemes_for
from werfish.registry.messages import Answer, Request
from werfish.registry.retry import retry_after_of

Open = Callable[[Request], AbstractContextManager[Answer]]
Scopes = tuple[str, ...]

_MARGIN = 10.0
_SHORTEST = 60.0
_NO_GRANTS = frozenset({401, 404, 405})
"""How token services answer that know no grants (OAuth 2): those take the token as a password."""


@dataclass(frozen=True, slots=True)
class _Token:
    header: str = field(repr=False)
    expires: float


class Authorizer:
    """The ``Authorization`` header for each host and what is to be done there; thread-safe."""

    def __init__(
        self,
        open_request: Open,
        credentials: CredentialSource,
        settings: RegistrySettings,
        clock: Callable[[], float],
    ) -> None:
        """Ask *credentials* for passwords, and token services by *open_request*."""
        self._open = open_request
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._challenges: dict[str, Challenge] = {}
        self._tokens: dict[tuple[str, Scopes], _Token] = {}
        self._fetching: dict[tuple[str, Scopes], threading.Lock] = {}

    def header(self, host: str, scopes: Scopes) -> str:
        """Return the header as far as the host's way to log in is known, else nothing."""
        with self._lock:
            challenge = self._challenges.get(host)
        return self._authorize(host, challenge, scopes) if challenge else ""

    def renew(self, host: str, challenge: Challenge, scopes: Scopes, refused: str) -> str:
        """Return the header that answers *challenge* after *refused*; nothing where there is none.

        If another thread renewed it meanwhile, that one is used.
        """
        with self._lock:
            self._challenges[host] = Challenge(challenge.scheme, challenge.realm, challenge.service)
            known = self._tokens.get((host, scopes))
            if known and known.header == refused:
                del self._tokens[host, scopes]
        header = self._authorize(host, challenge, scopes)
        return header if header != refused else ""

    def refused_login(self, host: str, hint: str) -> str:
        """Return *hint* for a refusal of *host*, with whose login it was that was sent."""
        credentials = self._credentials(host)
        if credentials is None:
            return hint
        token = "a registry token" if credentials.bearer else "an identity token"
        whose = f'as "{credentials.user}"' if credentials.user else f"by {token}"
        return f"the login {whose} was refused: {hint}"

    def _authorize(self, host: str, challenge: Challenge, scopes: Scopes) -> str:
        credentials = self._credentials(host)
        if credentials and credentials.bearer:
            return f"Bearer {credentials.bearer}"
        if challenge.scheme == "basic":
            return _basic(credentials) if credentials else ""
        with self._lock:
            fetching = self._fetching.setdefault((host, scopes), threading.Lock())
        with fetching:  # one token at a time for each need, and different ones at once
            known = self._tokens.get((host, scopes))
            if known is None or known.expires <= self._clock():
                known = self._fetch(host, challenge, merged_scopes((*scopes, *challenge.scopes)))
                self._tokens[host, scopes] = known
            return known.header

    def _fetch(self, host: str, challenge: Challenge, scopes: Scopes) -> _Token:
        credentials = self._credentials(host)
        realm = urlsplit(challenge.realm).netloc
        doing = f'log in to "{host}"' + ("" if realm == host else f' at "{realm}"')
        if credentials:
            self._check_realm(doing, challenge.realm)
        asked = self._clock()
        answer, body = self._ask(_token_request(doing, challenge, scopes, credentials), host)
        if credentials and credentials.identity_token and answer.status in _NO_GRANTS:
            plain = replace(
                credentials,
                user=credentials.user or "<token>",
                password=credentials.identity_token,
                identity_token="",
            )
            second = self._ask(_token_request(doing, challenge, scopes, plain), host)
            answer, body = second if second[0].status == 200 else (answer, body)
        if answer.status != 200:
            error = refusal_of(doing, host, host, answer.status, body, who=realm)
            error.retry_after = retry_after_of(answer.headers)
            if answer.status in (401, 403):
                error.hint = self.refused_login(host, error.hint)
            raise error
        return _token(doing, body, asked)

    def _ask(self, request: Request, host: str) -> tuple[Answer, bytes]:
        with self._open(replace(request, registry=host)) as answer:
            return answer, answer.read()

    def _check_realm(self, doing: str, realm: str) -> None:
        """Refuse to send a password in the clear to wherever the registry points."""
        parts = urlsplit(realm)
        if parts.scheme not in schemes_for(parts.netloc, self._settings):
            raise CredentialsError(
                f'{doing}: the password would go to "{parts.netloc}" unencrypted',
                hint='if that is meant, pass "--insecure-registry"',
            )


def _token_request(
    doing: str, challenge: Challenge, scopes: Scopes, credentials: Credentials | None
) -> Request:
    service = [("service", challenge.service)] if challenge.service else []
    if credentials and credentials.identity_token:
        grant = [
            ("grant_type", "refresh_token"),
            ("client_id", "werfish"),
            ("refresh_token", credentials.identity_token),
        ]
        form = urlencode([*grant, *service, ("scope", " ".join(scopes))]).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", challenge.realm, doing, headers, lambda: [form], len(form))
    query = urlencode([*service, *(("scope", scope) for scope in scopes)])
    separator = "&" if "?" in challenge.realm else "?"
    headers = {"Authorization": _basic(credentials)} if credentials else {}
    return Request("GET", f"{challenge.realm}{separator}{query}", doing, headers)


def _token(doing: str, body: bytes, asked: float) -> _Token:
    try:
        document = json.loads(body)
        token = document.get("token") or document["access_token"]
        lifetime = float(document.get("expires_in") or _SHORTEST)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidAnswerError(f"{doing}: the token service sent no token") from error
    return _Token(f"Bearer {token}", asked + max(lifetime - _MARGIN, lifetime / 2))


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.user}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"
