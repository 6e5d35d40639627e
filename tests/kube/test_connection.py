"""Requests: repeated where that is safe, told apart where it is not."""

import itertools
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes.authority import Authority
from tests.fakes.http_server import Answer, Answering, HttpServer
from werfish.kube.client import KubeCluster
from werfish.kube.connection import Connection
from werfish.kube.errors import (
    AlreadyExistsError,
    ApiError,
    BusyError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    UnreachableError,
    WebhookAwayError,
    error_of,
)
from werfish.kube.kubeconfig import Access
from werfish.kube.resource import Gvk, Manifest

GOOD = Answer(body=b'{"ok": true}')
CORE = b'{"kind": "APIVersions", "versions": ["v1"]}'
LIST = b'{"groupVersion": "v1", "resources": [{"name": "pods", "kind": "Pod", "namespaced": true}]}'


def connection(url: str, pauses: list[float]) -> Connection:
    access = Access(url, 'kubeconfig "test"', authorization=lambda: "Bearer token")
    return Connection(access, sleep=pauses.append)


def in_turn(*answers: Answer) -> Answering:
    """Return each of *answers* once, then the last one for ever."""
    rest: Iterator[Answer] = iter(answers)
    return lambda method, path: next(rest, answers[-1])


def ask(server: HttpServer, method: str = "GET", pauses: list[float] | None = None) -> object:
    one = connection(server.url, [] if pauses is None else pauses)
    one.json("GET", "/version", doing="ask")  # from now on the server has answered before
    return one.json(method, "/x", doing="do it", body={})


def test_credentials_are_sent_with_each_request() -> None:
    with HttpServer(in_turn(GOOD)) as server:
        ask(server)
    assert [sent["Authorization"] for sent in server.headers] == ["Bearer token"] * 2


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_busy_server_is_asked_again_when_it_says(method: str) -> None:
    busy = Answer(429, headers={"Retry-After": "7"})
    pauses: list[float] = []
    with HttpServer(in_turn(GOOD, busy, busy, GOOD)) as server:
        assert ask(server, method, pauses) == {"ok": True}
    assert pauses == [7, 7]


def test_a_kind_that_is_not_served_just_now_is_watched_again() -> None:
    away = Answer(404, b"404 page not found", {"Content-Type": "text/plain; charset=utf-8"})
    pauses: list[float] = []
    with HttpServer(in_turn(GOOD, away, GOOD)) as server:
        one = connection(server.url, pauses)
        one.json("GET", "/version", doing="ask")
        response = one.send("GET", "/apis/x/v1/foos", doing="watch", stream=True)
        assert response.status == 200
        response.drain_conn()
    assert pauses == [0.1]


def test_a_server_that_stays_busy_is_given_up() -> None:
    with HttpServer(in_turn(GOOD, Answer(429))) as server, pytest.raises(BusyError):
        ask(server)


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_a_dropped_request_is_sent_again_where_twice_is_as_once(method: str) -> None:
    with HttpServer(in_turn(GOOD, Answer(0), GOOD)) as server:
        assert ask(server, method) == {"ok": True}


def test_a_dropped_creation_is_not_sent_again() -> None:
    """It may have been carried out: the second one would meet the first one's object."""
    with HttpServer(in_turn(GOOD, Answer(0), GOOD)) as server, pytest.raises(UnreachableError):
        ask(server, "POST")
    assert len(server.requests) == 2


MAP: Manifest = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a"},
    "data": {"k": "v"},
}
KINDS = b'{"groupVersion": "v1", "resources": [{"name": "configmaps", "kind": "ConfigMap"}]}'
EXISTS = Answer(409, b'{"reason": "AlreadyExists", "message": "it exists"}')


def creating(live: Manifest, *answers: Answer) -> Answering:
    """Answer creations by *answers*, and the question for the object with *live*."""
    rest = iter(answers)
    bodies = {"/api": CORE, "/api/v1": KINDS, "/apis": b'{"groups": []}'}

    def answer(method: str, path: str) -> Answer:
        if method == "POST":
            return next(rest)
        return Answer(body=bodies.get(path, json.dumps(live).encode()))

    return answer


def create(answering: Answering) -> object:
    with HttpServer(answering) as server:
        return KubeCluster(connection(server.url, [])).create(MAP)


@pytest.mark.parametrize("unsure", [Answer(0), Answer(503), Answer(504)])
def test_a_creation_without_an_answer_is_sent_again(unsure: Answer) -> None:
    assert create(creating({}, unsure, Answer(body=json.dumps(MAP).encode()))) == MAP


def test_a_creation_that_was_carried_out_without_an_answer_finds_its_own_object() -> None:
    live = {**MAP, "metadata": {"name": "a", "uid": "1"}}
    assert create(creating(live, Answer(0), EXISTS)) == live


def test_a_creation_that_is_sent_again_does_not_take_the_object_of_another() -> None:
    live = {**MAP, "data": {"k": "of another"}}
    with pytest.raises(AlreadyExistsError):
        create(creating(live, Answer(0), EXISTS))


def test_an_object_that_is_there_at_the_first_try_is_another_ones() -> None:
    with pytest.raises(AlreadyExistsError):
        create(creating(MAP, EXISTS))


def test_a_webhook_that_is_away_is_told_from_one_that_refuses() -> None:
    away = 'Internal error occurred: failed calling webhook "w.example.com": connection refused'
    error = error_of(500, {"reason": "InternalError", "message": away}, "create it")
    assert isinstance(error, WebhookAwayError)
    assert error.webhook == "w.example.com"
    denied = 'admission webhook "w.example.com" denied the request: no'
    assert not isinstance(error_of(400, {"message": denied}, "create it"), WebhookAwayError)


def test_a_server_that_never_answered_fails_at_once() -> None:
    pauses: list[float] = []
    with (
        HttpServer(in_turn(Answer(0))) as server,
        pytest.raises(UnreachableError, match="connect to Kubernetes"),
    ):
        connection(server.url, pauses).json("GET", "/version", doing="ask")
    assert pauses == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, InvalidError),
        (401, ForbiddenError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (410, GoneError),
        (418, ApiError),
        (422, InvalidError),
    ],
)
def test_refusals_have_types_and_keep_the_servers_words(
    status: int, expected: type[ApiError]
) -> None:
    body = b'{"kind": "Status", "reason": "Because", "message": "it is so"}'
    with (
        HttpServer(in_turn(GOOD, Answer(status, body))) as server,
        pytest.raises(expected, match="do it: it is so") as caught,
    ):
        ask(server)
    assert (caught.value.status, caught.value.reason) == (status, "Because")


def test_a_proxys_page_is_told_by_its_first_line() -> None:
    page = Answer(502, b"Bad Gateway: upstream is away\n<more>")
    with (
        HttpServer(in_turn(GOOD, page)) as server,
        pytest.raises(ApiError, match=r"Bad Gateway: upstream is away$"),
    ):
        ask(server)


def test_what_is_not_json_is_no_api_server() -> None:
    with (
        HttpServer(in_turn(Answer(body=b"<html>"))) as server,
        pytest.raises(UnreachableError, match="not JSON"),
    ):
        connection(server.url, []).json("GET", "/version", doing="ask")


def test_an_error_event_ends_a_watch_as_the_error_it_carries() -> None:
    event = b'{"type": "ERROR", "object": {"code": 410, "reason": "Expired", "message": "old"}}\n'

    def answer(method: str, path: str) -> Answer:
        bodies = {"/api": CORE, "/api/v1": LIST, "/apis": b'{"groups": []}'}
        return Answer(body=bodies.get(path, event))

    with HttpServer(answer) as server:
        cluster = KubeCluster(connection(server.url, []))
        watch = cluster.watch(Gvk("", "v1", "Pod"), "default", resource_version="1")
        with pytest.raises(GoneError, match="old"):
            list(watch)


def test_what_the_server_warns_of_is_passed_on_once() -> None:
    warned: list[str] = []
    header = {"Warning": '299 - "unknown field \\"spec.x\\""'}
    with HttpServer(in_turn(Answer(headers=header))) as server:
        one = Connection(Access(server.url, "test", authorization=str), warn=warned.append)
        for method in ("GET", "POST", "POST"):
            one.json(method, "/x", doing="create it", body={})
    assert warned == ['create it: unknown field "spec.x"']


def test_whole_objects_are_left_out_of_the_servers_words() -> None:
    spec = '{"containers": [' + '{"name": "app"}, ' * 100 + "]}"
    problem = f"Job is invalid: spec.template: Invalid value: {spec}: field is immutable"
    short = "Job is invalid: spec.template: Invalid value: {…}: field is immutable"
    assert error_of(422, {"message": problem}, "update").problem == short
    assert len(error_of(422, {"message": "x" * 9999}, "update").problem) < 1100


@pytest.mark.parametrize(("type", "words"), [("bool", "y, n, yes"), ("number", "in quotes")])
def test_a_value_that_yaml_takes_for_something_else_gets_a_hint(type: str, words: str) -> None:
    problem = f"json: cannot unmarshal {type} into Go struct field EnvVar.value of type string"
    assert words in error_of(400, {"message": problem}, "create").hint


def test_a_list_that_grew_too_old_between_two_pages_is_begun_anew() -> None:
    """The server forgets how things were after some minutes, or seconds where it is told to."""

    def page(name: str, following: str = "") -> Answer:
        items = [{"metadata": {"name": name}}]
        return Answer(
            body=json.dumps({"metadata": {"continue": following}, "items": items}).encode()
        )

    gone = Answer(410, b'{"reason": "Expired", "message": "too old"}')
    pages = in_turn(page("a", "x"), gone, page("b", "y"), page("c"))

    def answering(method: str, path: str) -> Answer:
        known = {"/api": Answer(body=CORE), "/api/v1": Answer(body=LIST)}
        known["/apis"] = Answer(body=b'{"kind": "APIGroupList", "groups": []}')
        return known.get(path) or pages(method, path)

    with HttpServer(answering) as server:
        cluster = KubeCluster(connection(server.url, []))
        found = cluster.list(Gvk("", "v1", "Pod"), "prod")
    assert [item["metadata"]["name"] for item in found.items] == ["b", "c"]


DECODE_ERROR = b"\x15\x03\x03\x00\x02\x02\x32"
"""A record of TLS: the alert that ends a connection, ``decode_error``."""


@dataclass
class BreakingTls:
    """A server with a certificate of *authority*, whose second connection ends with an alert."""

    authority: Authority

    def __enter__(self) -> Access:
        server = self.authority.server()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()
        url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        trusting = ssl.create_default_context(cafile=self.authority.certificate)
        return Access(url, 'kubeconfig "test"', authorization=lambda: "", tls=trusting)

    def __exit__(self, *raised: object) -> None:
        self._listener.close()

    def _serve(self, context: ssl.SSLContext) -> None:
        for number in itertools.count(1):
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with plain:
                plain.settimeout(5)
                if number == 2:
                    plain.recv(1 << 16)
                    plain.sendall(DECODE_ERROR)
                    continue
                with (
                    suppress(OSError),  # of who does not trust it
                    context.wrap_socket(plain, server_side=True) as connection,
                ):
                    connection.recv(1 << 16)
                    connection.sendall(OF_TLS)


OF_TLS = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def test_a_broken_tls_connection_is_one_that_broke(tmp_path: Path) -> None:
    with BreakingTls(Authority(tmp_path)) as access:
        one = Connection(access, sleep=lambda seconds: None)
        one.json("GET", "/version", doing="ask")
        assert one.json("GET", "/x", doing="do it") == {}


def test_a_certificate_that_is_not_trusted_stays_so(tmp_path: Path) -> None:
    with BreakingTls(Authority(tmp_path)) as access:
        stranger = replace(access, tls=ssl.create_default_context())
        with pytest.raises(UnreachableError, match=r"TLS failed: .*certificate"):
            Connection(stranger, sleep=lambda seconds: None).json("GET", "/x", doing="do it")
