"""What the daemon could not pull at once is pulled again, if that may help."""

import io
import json
from collections.abc import Callable, Iterator

import docker
import pytest

from tests.fakes.http_server import Answer, HttpServer
from tests.registry.clients import Waits
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_pull import Puller, UnknownBaseError, pull_image
from werfish.containers.docker_pull_again import is_passing
from werfish.log import Log

BUSY = "received unexpected HTTP status: 503 Service Unavailable"
CUT = "read tcp 127.0.0.1:4->127.0.0.1:5: read: connection reset by peer"
UNKNOWN = "manifest for r.example/base:1 not found: manifest unknown"


class Daemon:
    """A daemon whose pulls end with one of *problems* after the other, then well."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.has_image = False

    def answer(self, method: str, path: str) -> Answer:
        if method == "POST":
            problem = self.problems.pop(0) if self.problems else ""
            self.has_image = not problem
            return Answer(body=json.dumps({"error": problem} if problem else {}).encode())
        if self.has_image:
            found = {"Id": "sha256:i", "Os": "linux", "Architecture": "amd64"}
            return Answer(body=json.dumps(found).encode())
        return Answer(404, b'{"message": "No such image"}')


@pytest.fixture
def log() -> Log:
    return Log(io.StringIO(), clock=lambda: 0.0)


@pytest.fixture
def daemon_with() -> Iterator[Callable[..., "docker.APIClient"]]:
    """Give what opens a daemon whose pulls fail so."""
    opened: list[tuple[HttpServer, docker.APIClient]] = []

    def open_it(*problems: str) -> docker.APIClient:
        server = HttpServer(Daemon(list(problems)).answer)
        server.__enter__()
        api = docker.APIClient(base_url=server.url, version="1.41")
        opened.append((server, api))
        return api

    yield open_it
    for server, api in opened:
        api.close()
        server.__exit__(None, None, None)


@pytest.mark.parametrize("problem", [BUSY, CUT, "toomanyrequests: slow down"])
def test_what_may_pass_is_tried_again(
    daemon_with: Callable[..., "docker.APIClient"], log: Log, problem: str
) -> None:
    waits = Waits()
    puller = Puller(daemon_with(problem, problem), (), "linux/amd64", log, waits.timing())
    assert puller.resolve("r.example/base:1")["Id"] == "sha256:i"
    assert waits.seconds == [0.2, 0.4]


@pytest.mark.parametrize(
    ("problems", "waits"),
    [
        pytest.param([UNKNOWN], [], id="unknown"),
        pytest.param(["dial tcp 10.0.0.1:443: connect: connection refused"], [], id="refused"),
        pytest.param([BUSY] * 5, [0.2, 0.4, 0.8, 1.6], id="busy-for-good"),
        pytest.param([BUSY, UNKNOWN], [0.2], id="busy-then-unknown"),
        pytest.param(["toomanyrequests: You have reached your pull rate limit."], [], id="limit"),
    ],
)
def test_what_lasts_is_one_error(
    daemon_with: Callable[..., "docker.APIClient"],
    log: Log,
    problems: list[str],
    waits: list[float],
) -> None:
    waited = Waits()
    puller = Puller(daemon_with(*problems), (), "linux/amd64", log, waited.timing())
    with pytest.raises(UnknownBaseError) as caught:
        puller.resolve("r.example/base:1")
    assert caught.value.problems == (f"r.example says: {problems[-1]}",)
    assert waited.seconds == waits


def test_stages_are_pulled_again_too(
    daemon_with: Callable[..., "docker.APIClient"], log: Log
) -> None:
    waits = Waits()
    pull_image(daemon_with(BUSY), "r.example/stages:a", waits.timing(), log)
    assert waits.seconds == [0.2]
    with pytest.raises(DaemonError, match="manifest unknown"):
        pull_image(daemon_with(UNKNOWN), "r.example/stages:a", waits.timing(), log)


def test_a_status_is_read_in_all_its_forms() -> None:
    said = (
        "error parsing HTTP 502 response body: no error details",
        "x: 500 Internal Server Error",
    )
    assert all(map(is_passing, said))
    assert is_passing('Get "https://r.example/v2/": EOF')
    assert not is_passing("error parsing HTTP 404 response body: invalid character")


@pytest.mark.parametrize(
    ("problem", "hint"),
    [
        (UNKNOWN, "docker login"),
        ('Get "http://r.example/v2/": dial tcp: connect: connection refused', "registry runs"),
        ('Get "https://r.example/v2/": dial tcp: lookup r.example: no such host', "registry runs"),
    ],
)
def test_a_registry_that_is_away_asks_for_no_login(problem: str, hint: str) -> None:
    assert hint in UnknownBaseError("r.example/base:1", [f"r.example says: {problem}"]).hint


def test_a_base_for_another_platform_asks_for_no_login() -> None:
    problem = "r.example has it for linux/amd64, not for linux/foo"
    assert "--platform" in UnknownBaseError("r.example/base:1", [problem]).hint


def test_layers_that_an_old_daemon_cannot_read_ask_for_no_login() -> None:
    problem = "failed to register layer: Error processing tar file(exit status 1): "
    problem += "archive/tar: invalid tar header"
    assert "zstd" in UnknownBaseError("r.example/base:1", [f"r.example says: {problem}"]).hint
