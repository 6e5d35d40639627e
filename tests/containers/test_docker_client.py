"""The daemon gets the credentials that Docker's own client would send."""

import base64
import json
from pathlib import Path

import pytest

from werfish.containers.docker_client import credentials_in


def entry(user: str, word: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{word}".encode()).decode()}


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
