"""Looking at a daemon over its own socket, and when docker-py is asked instead."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fakes.http_server import Answer, HttpServer
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_images import find_image
from werfish.containers.docker_look import Address, LookingClient, plain_address


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "/var/run/docker.sock"),
        ({"DOCKER_HOST": ""}, "/var/run/docker.sock"),
        ({"DOCKER_HOST": "unix:///run/user/1/docker.sock"}, "/run/user/1/docker.sock"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:2375"}, ("127.0.0.1", 2375)),
        ({"DOCKER_HOST": "tcp://localhost:2375"}, ("localhost", 2375)),
        ({"DOCKER_HOST": "tcp://[::1]:2375"}, ("::1", 2375)),
        ({"DOCKER_HOST": "tcp://127.0.0.1:2375", "DOCKER_TLS_VERIFY": ""}, ("127.0.0.1", 2375)),
    ],
)
def test_daemons_of_this_host(
    environment: dict[str, str], address: Address, tmp_path: Path
) -> None:
    assert plain_address({"DOCKER_CONFIG": str(tmp_path), **environment}) == address


@pytest.mark.parametrize(
    "environment",
    [
        {"DOCKER_HOST": "tcp://10.0.0.1:2375"},
        {"DOCKER_HOST": "tcp://127.0.0.1:2375", "DOCKER_TLS_VERIFY": "1"},
        {"DOCKER_HOST": "tcp://127.0.0.1:2376", "DOCKER_CERT_PATH": "/certificates"},
        {"DOCKER_HOST": "ssh://somebody@host"},
        {"DOCKER_HOST": "tcp://127.0.0.1"},
        {"DOCKER_HOST": "tcp://127.0.0.1:no"},
        {"DOCKER_HOST": "nonsense"},
        {"DOCKER_CONTEXT": "other"},
    ],
)
def test_all_others_are_left_to_docker_py(environment: dict[str, str], tmp_path: Path) -> None:
    assert plain_address({"DOCKER_CONFIG": str(tmp_path), **environment}) is None


@pytest.mark.parametrize("settings", ['{"currentContext": "other"}', "{", "[]", "1"])
def test_a_context_is_left_to_docker_py(settings: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(settings)
    expected = "/var/run/docker.sock" if settings == "[]" else None
    assert plain_address({"DOCKER_CONFIG": str(tmp_path)}) == expected


def looking(answers: dict[str, Answer]) -> tuple[HttpServer, list[str]]:
    """Return a daemon that has *answers* by path, and a list for versions docker-py is made for."""
    ping = {"/_ping": Answer(headers={"Api-Version": "1.41"})}
    known = {**ping, **answers}
    return HttpServer(lambda _, path: known.get(path.partition("?")[0], Answer(500))), []


def client_of(server: HttpServer, made: list[str]) -> Any:
    def make(version: str) -> Any:
        made.append(version)
        return SimpleNamespace(inspect_image=lambda name: f"docker-py's {name}", timeout=60)

    host, _, port = server.url.removeprefix("http://").partition(":")
    return LookingClient((host, int(port)), make)


def test_looking_does_not_need_docker_py() -> None:
    server, made = looking({"/v1.41/images/a/b:1/json": Answer(body=b'{"Id": "sha256:1"}')})
    with server:
        assert find_image(client_of(server, made), "a/b:1") == {"Id": "sha256:1"}
    assert made == []


def test_what_is_not_there_is_said_in_the_daemons_words() -> None:
    gone = Answer(404, b'{"message": "No such image: x"}')
    server, made = looking({"/v1.41/images/x/json": gone})
    with server:
        client = client_of(server, made)
        assert find_image(client, "x") is None
        with pytest.raises(DaemonError, match="look: No such image: x"), daemon_errors("look"):
            client.inspect_image("x")
    assert made == []


@pytest.mark.parametrize("answer", [Answer(500), Answer(0), Answer(body=b'{"cut'), Answer(404)])
def test_any_other_answer_is_asked_for_again_by_docker_py(answer: Answer) -> None:
    server, made = looking({"/v1.41/images/x/json": answer})
    with server:
        assert client_of(server, made).inspect_image("x") == "docker-py's x"
    assert made == ["1.41"]


def test_everything_else_is_docker_pys() -> None:
    server, made = looking({})
    with server:
        client = client_of(server, made)
        assert made == []
        assert client.timeout == 60
    assert made == ["1.41"]


@pytest.mark.parametrize("answer", [Answer(), Answer(500), Answer(0)])
def test_a_daemon_without_a_version_is_docker_pys(answer: Answer) -> None:
    server, made = looking({"/_ping": answer})
    with server:
        assert client_of(server, made).inspect_image("x") == "docker-py's x"
    assert made == ["auto"]


def test_a_small_image_is_loaded_and_tagged_without_docker_py() -> None:
    answers = {
        "/v1.41/images/load": Answer(body=b'{"stream": "Loaded"}\n'),
        "/v1.41/images/sha256:1/tag": Answer(201, b""),
        "/v1.41/images/a:1": Answer(body=b"[]"),
    }
    server, made = looking(answers)
    with server:
        client = client_of(server, made)
        assert client.has_loaded(lambda: (b"tar", b"ball"), 7)
        client.tag("sha256:1", "a", "1")
        client.remove_image("a:1", force=True, noprune=True)
    assert [method for method, _ in server.requests] == ["GET", "POST", "POST", "DELETE"]
    assert made == []


@pytest.mark.parametrize("answer", [Answer(500), Answer(0), Answer(body=b'{"error": "no space"}')])
def test_a_load_that_fails_is_left_to_docker_py(answer: Answer) -> None:
    server, made = looking({"/v1.41/images/load": answer})
    with server:
        client = client_of(server, made)
        assert not client.has_loaded(lambda: (b"tar",), 3)
        assert not client.has_loaded(lambda: (b"tar",), 1 << 30)
