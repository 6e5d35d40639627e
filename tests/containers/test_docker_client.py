"""The daemon gets the credentials that Docker's own client would send."""

import base64
import json
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from docker import APIClient
from docker.auth import get_config_header
from urllib3.exceptions import ProtocolError

from werfish.containers.docker_client import (
    LoginError,
    NoDaemonError,
    credentials_in,
    daemon_errors,
)
from werfish.errors import RegistryError


def entry(user: str, word: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{word}".encode()).decode()}


@pytest.mark.filterwarnings("ignore:docker-credential-nosuch")
def test_a_helper_that_is_missing_is_no_missing_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "nosuch"}))
    logins = credentials_in(tmp_path / "config.json")
    missing = pytest.raises(LoginError, match="docker-credential-nosuch")
    with missing as caught, daemon_errors("pull it"):
        logins.resolve_authconfig("r.example")
    assert str(caught.value).startswith("pull it: read the logins of config.json: ")
    assert "install the helper" in caught.value.hint


@pytest.mark.parametrize(
    ("helpers", "user"),
    [({}, "runner"), ({"r.example": ""}, "job"), ({"other.example": ""}, "runner")],
    ids=["store", "no-store-for-it", "no-store-for-another"],
)
def test_an_empty_helper_means_that_no_store_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, helpers: dict[str, str], user: str
) -> None:
    """`ci-env` writes one, so that the job's own login is used."""
    program = tmp_path / "docker-credential-fake"
    program.write_text("""#!/bin/sh\necho '{"Username":"runner","Secret":"old"}'\n""")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    document = {
        "credsStore": "fake",
        "credHelpers": helpers,
        "auths": {"r.example": entry("job", "token")},
    }
    (tmp_path / "config.json").write_text(json.dumps(document))
    found = credentials_in(tmp_path / "config.json").resolve_authconfig("r.example")
    assert (found.get("Username") or found.get("username")) == user


def test_a_document_in_a_variable_comes_first(tmp_path: Path) -> None:
    """As for what werfish itself asks registries: base images of a GitLab job are pulled so."""
    path = tmp_path / "config.json"
    logins = {"r.example": entry("file", "x"), "other.example": entry("other", "x")}
    path.write_text(json.dumps({"auths": logins}))
    inline = json.dumps({"auths": {"r.example": entry("job", "token")}})
    api = APIClient(base_url="http://127.0.0.1:1", version="1.41")
    for place, wanted in ((path, {"r.example": "job", "other.example": "other"}), (None, {})):
        api._auth_configs = credentials_in(place, inline)  # type: ignore[attr-defined]
        for registry, user in {"r.example": "job", **wanted}.items():
            header = base64.urlsafe_b64decode(get_config_header(api, registry) or "")
            assert json.loads(header)["username"] == user
    api.close()


@pytest.mark.parametrize(("text", "problem"), [("{a", "not JSON"), ("[1]", "not a JSON object")])
def test_a_variable_that_is_no_document(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RegistryError, match=rf"from \$DOCKER_AUTH_CONFIG: {problem}"):
        credentials_in(tmp_path / "config.json", text)


@pytest.mark.parametrize("is_inline", [False, True])
def test_a_password_beside_its_user_is_one_for_the_daemon_too(
    tmp_path: Path, is_inline: bool
) -> None:
    """Docker takes it, as our own requests do; its package does not."""
    path = tmp_path / "config.json"
    logins = {"r.example": {"username": "job", "password": "token"}, "store.example": {}}
    text = json.dumps({"auths": logins})
    path.write_text("{}" if is_inline else text)
    found = credentials_in(path, text if is_inline else "").resolve_authconfig("r.example")
    assert (found["username"], found["password"]) == ("job", "token")


def test_a_login_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"auths": {"r.example": "token"}}))
    with pytest.raises(RegistryError, match=r'config.json": the entry of "r.example" is no JSON'):
        credentials_in(path)


def test_a_daemon_that_goes_away_is_told_in_words() -> None:
    cut = ProtocolError("Connection aborted.", RemoteDisconnected("closed without response"))
    with pytest.raises(NoDaemonError) as caught, daemon_errors("run"):
        raise cut from cut.args[1]
    assert str(caught.value) == "reach the Docker daemon: it broke the connection off"
