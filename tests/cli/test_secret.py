"""``helm secret``: what it prints and writes, and what it says of mistakes."""

import io
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from git import Repo

from werfish.cli.main import main
from werfish.errors import USAGE_EXIT_CODE, HelmError, SecretError

KEY = "11ac8312520b5ff037bae386ea2e8a07"
FLANT = "10000f13a718d019612ab8ad30d9bec8e2c09df0f2d168c179bef954e78371bf6a5a"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which has a key and a home of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WERF_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WERF_SECRET_KEY", raising=False)
    (tmp_path / ".werf_secret_key").write_text(KEY)
    return tmp_path


def type_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let *data* come by a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_what_comes_by_a_pipe(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, FLANT.encode())
    assert main(["helm", "secret", "decrypt"]) == 0
    assert capsys.readouterr().out == "flant\n"


def test_files_and_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plain").write_bytes(b"\0binary")
    assert main(["helm", "secret", "file", "encrypt", "plain", "-o", "sealed"]) == 0
    assert main(["helm", "secret", "file", "decrypt", "sealed", "-o", "opened"]) == 0
    assert (folder / "opened").read_bytes() == b"\0binary"
    (folder / "values.yaml").write_text("a: x # note\n")
    assert main(["helm", "secret", "values", "encrypt", "values.yaml", "-o", "sv.yaml"]) == 0
    assert main(["helm", "secret", "values", "decrypt", "sv.yaml"]) == 0
    assert capsys.readouterr().out == "a: x # note\n"


def editor(folder: Path, text: str) -> str:
    """Return a program that writes *text* into the file that it is to edit."""
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{text}END\n")
    path.chmod(0o755)
    return str(path)


def test_an_edit_keeps_what_is_unchanged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = ["helm", "secret", "values", "edit", "sv.yaml"]
    monkeypatch.setenv("EDITOR", editor(folder, "a: x\nb: why\n"))
    assert main(edit) == 0
    first = (folder / "sv.yaml").read_text().splitlines()
    assert main(edit) == 0
    assert "sv.yaml is unchanged" in capsys.readouterr().err
    monkeypatch.setenv("EDITOR", editor(folder, "a: x\nb: zed\n"))
    assert main(edit) == 0
    second = (folder / "sv.yaml").read_text().splitlines()
    assert (first[0] == second[0], first[1] == second[1]) == (True, False)


def test_an_edit_that_fails_or_is_no_yaml_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sv.yaml").write_text(f"a: {FLANT}\n")
    monkeypatch.setenv("EDITOR", "false")
    assert main(["helm", "secret", "values", "edit", "sv.yaml"]) == SecretError.exit_code
    monkeypatch.setenv("EDITOR", editor(folder, "a: [\n"))
    type_in(monkeypatch, b"")
    assert main(["helm", "secret", "values", "edit", "sv.yaml"]) == SecretError.exit_code
    assert (folder / "sv.yaml").read_text() == f"a: {FLANT}\n"
    assert "is not YAML" in capsys.readouterr().err


def test_a_new_key_for_all_secrets_of_the_chart(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "werf.yaml").write_text("configVersion: 1\nproject: shop\n")
    (folder / ".helm/secret").mkdir(parents=True)
    (folder / ".helm/secret/token").write_text(FLANT)
    monkeypatch.setenv("WERF_OLD_SECRET_KEY", KEY)
    monkeypatch.setenv("WERF_SECRET_KEY", "22" * 16)
    assert main(["helm", "secret", "rotate-secret-key"]) == 0
    assert main(["helm", "secret", "file", "decrypt", ".helm/secret/token"]) == 0
    assert capsys.readouterr().out == "flant\n"


def test_no_key_no_file_and_no_pipe(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["helm", "secret", "file", "decrypt", "nope"]) == SecretError.exit_code
    assert 'read "nope": no such file' in capsys.readouterr().err
    (folder / ".werf_secret_key").unlink()
    type_in(monkeypatch, b"x")
    assert main(["helm", "secret", "encrypt"]) == SecretError.exit_code
    assert f"'{folder / 'home/global_secret_key'}'" in capsys.readouterr().err


def test_a_terminal_is_no_pipe(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert main(["helm", "secret", "values", "decrypt"]) == USAGE_EXIT_CODE
    assert "expected FILE_PATH or pipe" in capsys.readouterr().err


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    """Make a project whose chart helm refuses, with *mistake* as its reason."""
    helm = folder / "helm"
    says = f"[ $1 = version ] && exec echo v3.14.0\necho Error: {mistake} >&2; exit 1"
    helm.write_text(f"#!/bin/sh\n{says}")
    helm.chmod(0o755)
    monkeypatch.setenv("WERF_HELM", str(helm))
    (folder / ".helm" / "templates").mkdir(parents=True)
    (folder / "werf.yaml").write_text("configVersion: 1\nproject: shop\n")
    Repo.init(folder).index.commit("begin")


def test_an_error_shows_no_secret(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Helm shows what a mistake is about, and the end of a log has what a container printed."""
    project(folder, monkeypatch, "flant")
    (folder / ".helm" / "secret-values.yaml").write_text(f"password: {FLANT}\n")
    assert main(["render"]) == HelmError.exit_code
    shown = capsys.readouterr().err
    assert "***" in shown
    assert "flant" not in shown


def test_an_error_shows_no_login(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = '{"auths": {"registry": {"auth": "bWU6aHVudGVyMjI="}}}'
    (folder / "config.json").write_text(config)
    project(folder, monkeypatch, f"bWU6aHVudGVyMjI= or {b64encode(config.encode()).decode()}")
    login = ["--set-docker-config-json-value", "--docker-config", str(folder)]
    assert main(["render", *login]) == HelmError.exit_code
    assert "*** or ***" in capsys.readouterr().err
