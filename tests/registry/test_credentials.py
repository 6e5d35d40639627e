"""Docker's config.json, its stores and helpers are understood as Docker understands them."""

import base64
import json
import stat
from pathlib import Path

import pytest

from werfish.registry import credential_helper
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
        pytest.param("http://r.example:5000", "r.example:5000", id="with-a-scheme"),
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


@pytest.mark.parametrize("key", ["r.example", "https://r.example/v1/"])
def test_registry_token_is_found(tmp_path: Path, key: str) -> None:
    write(tmp_path, {"auths": {"other": {"auth": ""}, key: {"registrytoken": "secret"}}})
    assert docker_credentials(tmp_path)("r.example") == Credentials(bearer="secret")
    assert docker_credentials(tmp_path)("other") is None


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


def test_helper_of_docker_hub_is_named_as_docker_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper(tmp_path, "fake", """echo '{"Username":"bob","Secret":"builder"}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {"credHelpers": {"https://index.docker.io/v1/": "fake"}})
    assert docker_credentials(tmp_path)("registry-1.docker.io") == Credentials("bob", "builder")


def test_an_empty_helper_means_that_no_store_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So `ci-env` passes the runner's store over, which may hold another login or be missing."""
    helper(tmp_path, "fake", """echo '{"Username":"runner","Secret":"old"}'""")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    auths = {"r.example": entry("job", "token")}
    for store in ("fake", "does-not-exist"):
        write(tmp_path, {"credsStore": store, "credHelpers": {"r.example": ""}, "auths": auths})
        assert docker_credentials(tmp_path)("r.example") == Credentials("job", "token")


@pytest.mark.parametrize("answer", ["{}", "null", "[]", '{"Username":"x"}', "no json", ""])
def test_helper_that_answers_nonsense_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    helper(tmp_path, "fake", f"echo '{answer}'")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {"credsStore": "fake"})
    with pytest.raises(CredentialsError, match=r"r\.example"):
        docker_credentials(tmp_path)("r.example")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("echo garbage", "printed no JSON", id="garbage"),
        pytest.param("echo {}", "gave no Username and Secret", id="empty"),
        pytest.param("echo one; echo two; exit 3", "ended with exit code 3: two", id="code"),
        pytest.param("echo boom >&2; exit 3", "ended with exit code 3: boom", id="stderr"),
        pytest.param("exec sleep 60", "was not finished after 0.2 s", id="hanging"),
    ],
)
def test_a_helper_in_trouble_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    monkeypatch.setattr(credential_helper, "LONGEST", 0.2)
    helper(tmp_path, "fake", f"echo called >> {tmp_path}/calls\n{script}")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write(tmp_path, {"credsStore": "fake"})
    ask = docker_credentials(tmp_path)
    for _ in range(3):
        with pytest.raises(CredentialsError, match=f'its helper "docker-credential-fake" {said}'):
            ask("r.example")
    assert (tmp_path / "calls").read_text() == "called\n"


def test_what_is_no_base64_is_told_in_words(tmp_path: Path) -> None:
    for wrong in ("!!!", base64.b64encode(b"no colon").decode()):
        write(tmp_path, {"auths": {"r.example": {"auth": wrong}}})
        with pytest.raises(CredentialsError, match='"auth" is not the base64 of USER:PASSWORD'):
            docker_credentials(tmp_path)("r.example")


@pytest.mark.parametrize(
    "document",
    [
        {"auths": ["x"]},
        {"auths": {"r.example": 5}},
        {"auths": {"r.example": {"auth": 5}}},
        {"auths": {"r.example": {"auth": "no colon"}}},
        {"credHelpers": ["x"]},
        {"credHelpers": {"r.example": 5}},
        {"credsStore": 5},
    ],
)
def test_settings_of_a_wrong_shape_are_one_clear_error(tmp_path: Path, document: object) -> None:
    write(tmp_path, document)
    with pytest.raises(CredentialsError, match=r"r\.example"):
        docker_credentials(tmp_path)("r.example")


@pytest.mark.parametrize(
    "more", [{"auth": ""}, {}, {"identitytoken": ""}], ids=["empty", "missing", "no-token"]
)
def test_user_and_password_need_not_be_packed(tmp_path: Path, more: dict[str, str]) -> None:
    """`kubectl create secret docker-registry` and others write them so; Docker reads both."""
    plain = {"username": "alice", "password": "wonder:land", **more}
    write(tmp_path, {"auths": {"r.example": plain}})
    assert docker_credentials(tmp_path)("r.example") == Credentials("alice", "wonder:land")


@pytest.mark.parametrize("nothing", [{"auth": ""}, {}, None], ids=["empty", "missing", "null"])
def test_an_entry_that_says_nothing_leaves_the_others(tmp_path: Path, nothing: object) -> None:
    write(tmp_path, {"auths": {"r.example": nothing, "s.example": entry("a", "b")}})
    source = docker_credentials(tmp_path)
    assert (source("r.example"), source("s.example")) == (None, Credentials("a", "b"))
