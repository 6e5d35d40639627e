"""Docker's config.json, its stores and helpers are understood as Docker understands them."""

import base64
import json
import stat
from pathlib import Path

import pytest

from werfish.registry.credentials import Credentials, docker_credentials
from werfish.registry.errors import CredentialsError


def write(folder: Path, document: object) -> None:
    (folder / "config.json").write_text(json.dumps(document))


def entry(user: str, word: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{word}".encode()).decode()}


def helper(folder: Path, name: str, script: str) -> None:
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("key", "host"),
    [
        pytest.param("r.example:5000", "r.example:5000", id="host-and-port"),
        pytest.param("https://r.example/v1/", "r.example", id="old-address"),
        pytest.param("https://index.docker.io/v1/", "registry-1.docker.io", id="docker-hub"),
    ],
)
def test_password_of_a_host_is_found(tmp_path: Path, key: str, host: str) -> None:
    write(tmp_path, {"auths": {key: entry("alice", "wonder:land")}})
    assert docker_credentials(tmp_path)(host) == Credentials("alice", "wonder:land")


def test_identity_token_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"auths": {"r.example": {"identitytoken": "secret"}}})
    assert docker_credentials(tmp_path)("r.example") == Credentials(identity_token="secret")


@pytest.mark.parametrize("host", ["other.example", "evildocker.io"])
def test_other_hosts_get_nothing(tmp_path: Path, host: str) -> None:
    auths = {"r.example": entry("a", "b"), "https://index.docker.io/v1/": entry("c", "d")}
    write(tmp_path, {"auths": auths})
    assert docker_credentials(tmp_path)(host) is None


def test_nothing_is_known_without_a_file(tmp_path: Path) -> None:
    assert docker_credentials(tmp_path)("r.example") is None


def test_settings_without_credentials_are_fine(tmp_path: Path) -> None:
    write(tmp_path, {"HttpHeaders": {"X": "y"}})
    assert docker_credentials(tmp_path)("r.example") is None


@pytest.mark.parametrize("key", ["credsStore", "credHelpers"])
def test_helper_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    helper(tmp_path, "fake", """echo '{"Username":"bob","Secret":"builder"}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {key: "fake" if key == "credsStore" else {"r.example": "fake"}})
    assert docker_credentials(tmp_path)("r.example") == Credentials("bob", "builder")


def test_missing_helper_is_one_clear_error(tmp_path: Path) -> None:
    write(tmp_path, {"credsStore": "does-not-exist"})
    with pytest.raises(CredentialsError, match="docker-credential-does-not-exist"):
        docker_credentials(tmp_path)("r.example")


def test_broken_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(CredentialsError, match=r"config\.json"):
        docker_credentials(tmp_path)("r.example")


def test_password_is_not_shown() -> None:
    assert "wonderland" not in repr(Credentials("alice", "wonderland", "wonderland"))


def inline(host: str, user: str, word: str) -> str:
    return json.dumps({"auths": {host: entry(user, word)}})


def test_document_in_the_environment_comes_first(tmp_path: Path) -> None:
    write(tmp_path, {"auths": {"r.example": entry("alice", "file")}})
    source = docker_credentials(tmp_path, inline("r.example", "alice", "variable"))
    assert source("r.example") == Credentials("alice", "variable")


def test_file_counts_where_the_environment_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"auths": {"r.example": entry("alice", "file")}})
    source = docker_credentials(tmp_path, inline("other.example", "bob", "variable"))
    assert source("r.example") == Credentials("alice", "file")


def test_broken_document_in_the_environment_is_named_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="DOCKER_AUTH_CONFIG") as caught:
        docker_credentials(tmp_path, '{"auths": hunter2')("r.example")
    assert "hunter2" not in str(caught.value)


def test_helper_may_give_an_identity_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, "fake", """echo '{"Username":"<token>","Secret":"identity"}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {"credsStore": "fake"})
    assert docker_credentials(tmp_path)("r.example") == Credentials(identity_token="identity")


def test_helper_without_an_answer_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker asks ``auths`` where the helper knows nothing."""
    helper(tmp_path, "fake", "echo 'credentials not found in native keychain'; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {"credsStore": "fake", "auths": {"r.example": entry("alice", "file")}})
    assert docker_credentials(tmp_path)("r.example") == Credentials("alice", "file")
