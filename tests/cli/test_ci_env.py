"""``werfish ci-env`` as jobs use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci_env.jobs import GITLAB
from werfish.ci_env import files
from werfish.cli.main import main

FAILED = Path(files.__file__).with_name("failed") / "failed"


@pytest.fixture(autouse=True)
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a job of GitLab with an empty home."""
    for name in [*os.environ]:
        if name.startswith(("WERF_", "CI_", "GITLAB_", "GITHUB_", "DOCKER_")):
            monkeypatch.delenv(name)
    for name, value in GITLAB.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sourced(text: str) -> dict[str, str]:
    """Return the variables after *text* has run in bash; ``werfish`` is this one."""
    program = f'werfish() {{ "{sys.executable}" -m werfish "$@"; }}\n{text}\n'
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["bash", "-e"], input=program + "env -0", capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if "=" in line)


@pytest.mark.parametrize(
    "line",
    [
        "source $(werfish ci-env gitlab --as-file)",
        "type werfish >/dev/null && source <(werfish ci-env gitlab)",
        "werfish ci-env gitlab -o here && . ./here",
    ],
)
def test_jobs_source_it(line: str) -> None:
    found = sourced(line)
    assert found["WERF_IMAGES_REPO"] == "registry.example.com/group/shop"
    assert found["WERF_ENV"] == "review-one"
    config = json.loads((Path(found["DOCKER_CONFIG"]) / "config.json").read_text())
    assert list(config["auths"]) == ["registry.example.com"]


def test_two_kinds_of_file_at_once_are_refused(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ci-env", "gitlab", "--as-file", "--as-env-file"]) == 64
    assert "--as-file and --as-env-file: the one writes a script" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argument", "variable", "prefix"),
    [("--as-file", "WERF_AS_ENV_FILE", "source_"), ("--as-env-file", "WERF_AS_FILE", ".env_")],
)
def test_the_command_line_counts_before_variables(
    argument: str,
    variable: str,
    prefix: str,
    job: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, "1")
    assert main(["ci-env", "gitlab", argument]) == 0
    assert Path(capsys.readouterr().out.strip()).name.startswith(prefix)


def test_files_are_private(job: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ci-env", "gitlab", "--as-file"]) == 0
    made = [Path(capsys.readouterr().out.strip()), *(job / ".werfish/ci-env").rglob("*")]
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_the_users_configuration_is_copied_and_left(job: Path) -> None:
    own = job / ".docker" / "config.json"
    own.parent.mkdir()
    own.write_text('{"auths": {"own.example.com": {"auth": "eA=="}}}')
    assert main(["ci-env", "gitlab", "-o", "script"]) == 0
    [copy] = (job / ".werfish/ci-env").glob("*/config.json")
    assert set(json.loads(copy.read_text())["auths"]) == {"own.example.com", "registry.example.com"}
    assert "registry" not in own.read_text()


def test_the_jobs_own_configuration_is_used(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", '{"auths": {"given.example.com": {}}}')
    assert main(["ci-env", "gitlab", "--no-login-to-registry", "-o", "script"]) == 0
    [copy] = (job / ".werfish/ci-env").glob("*/config.json")
    assert json.loads(copy.read_text()) == {"auths": {"given.example.com": {}}}


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [([], "exit 1\n"), (["--as-file"], f"{FAILED}.sh\n"), (["--as-env-file"], "")],
    ids=["script", "file", "variables"],
)
def test_elsewhere_it_fails_and_leaves_nothing(
    arguments: list[str], printed: str, job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ci-env", "github", *arguments]) == 3
    assert capsys.readouterr().out == printed
    assert [*(job / ".werfish/ci-env").iterdir()] == []


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("gitlab --nope", "exit 1\n"),
        ("nonsense", "exit 1\n"),
        ("gitlab --as-file=false --nope", "exit 1\n"),
        ("gitlab --tmp-dir -o --nope", "exit 1\n"),
        ("gitlab -o", "exit 1\n"),
        ("gitlab --nope --as-file", f"{FAILED}.sh\n"),
        ("gitlab --as-file --shell powershell --nope", f"{FAILED}.ps1\n"),
        ("gitlab --as-env-file=true --shell x", ""),
        ("gitlab -o script --nope", ""),
        ("gitlab --as-file --as-env-file", f"{FAILED}.sh\n"),
    ],
)
def test_wrong_use_ends_the_shell_that_reads_it(
    line: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or the name of such a script, where a name is read: a shell goes on without a file."""
    assert main(["ci-env", *line.split()]) == 64
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize(
    ("value", "printed"), [("0", "exit 1\n"), ("false", "exit 1\n"), ("1", f"{FAILED}.sh\n")]
)
def test_a_variable_that_says_no_asks_for_no_file(
    value: str,
    printed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WERF_AS_FILE", value)
    assert main(["ci-env", "gitlab", "--nope"]) == 64
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("text", ["{", "[]", '{"auths": ["x"]}', '{"credHelpers": "x"}'])
def test_a_broken_configuration_of_docker_is_told(
    text: str, job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (job / ".docker").mkdir()
    (job / ".docker" / "config.json").write_text(text)
    assert main(["ci-env", "gitlab", "--as-file"]) == 3
    assert ".docker/config.json" in capsys.readouterr().err


def logins(registry: str) -> str:
    return json.dumps({"auths": {registry: {"auth": "YTpi"}}})


REGISTRY_IS_OFF = "CI_REGISTRY_IMAGE is not set, so there is no repository for images"
NO_LOGIN = "the job is not logged in to ghcr.io: give the step"


@pytest.mark.parametrize(
    ("system", "variables", "said"),
    [
        pytest.param("gitlab", {"CI_REGISTRY_IMAGE": ""}, REGISTRY_IS_OFF, id="gitlab"),
        pytest.param("gitlab", {"CI_REGISTRY_IMAGE": "", "WERF_REPO": "r.io/a"}, "", id="named"),
        pytest.param("gitlab", {}, "", id="usual"),
        pytest.param(
            "gitlab",
            {"CI_REGISTRY_IMAGE": "", "WERF_STAGES_STORAGE": ":local"},
            REGISTRY_IS_OFF,
            id="stages-alone",
        ),
        pytest.param(
            "gitlab",
            {"CI_JOB_TOKEN": ""},
            "the job is not logged in to registry.example.com: CI_JOB_TOKEN is not set",
            id="gitlab-without-token",
        ),
        pytest.param(
            "github", {"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY is not set", id="no-repository"
        ),
        pytest.param("github", {}, NO_LOGIN, id="github"),
        pytest.param("github", {"GITHUB_TOKEN": "t"}, NO_LOGIN, id="nobody's-token"),
        pytest.param("github", {"GITHUB_TOKEN": "t", "GITHUB_ACTOR": "a"}, "", id="token"),
        pytest.param("github", {"WERF_LOGIN_TO_REGISTRY": "0"}, "", id="not-wanted"),
        pytest.param("github", {"WERF_REPO": "r.io/a"}, "", id="elsewhere"),
        pytest.param("github", {"DOCKER_AUTH_CONFIG": logins("ghcr.io")}, "", id="logged-in"),
        pytest.param(
            "github", {"DOCKER_AUTH_CONFIG": logins("x.io")}, NO_LOGIN, id="logged-in-elsewhere"
        ),
    ],
)
def test_a_job_that_lacks_a_repository_or_a_login_is_told(
    system: str,
    variables: dict[str, str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if system == "github":
        for name in GITLAB:
            monkeypatch.delenv(name)
        variables = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", **variables}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    Path("werf.yaml").write_text("project: shop\nconfigVersion: 1\n")
    assert main(["ci-env", system, "-o", "here"]) == 0
    told = capsys.readouterr().err
    assert said in told
    assert ("warning" in told) == bool(said)


def test_without_a_configuration_the_repository_may_be_another(
    job: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project with a nameless image has its own; a job may set up before it enters its folder."""
    for name, value in {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r"}.items():
        monkeypatch.setenv(name, value)
    assert main(["ci-env", "github", "-o", "here"]) == 0
    assert "there is no werf.yaml here" in capsys.readouterr().err


def test_a_job_can_begin_with_nothing(job: Path) -> None:
    own = job / ".docker" / "config.json"
    own.parent.mkdir()
    own.write_text('{"auths": {"own.example.com": {"auth": "eA=="}}}')
    assert main(["ci-env", "gitlab", "--init-tmp-docker-config", "-o", "script"]) == 0
    [copy] = (job / ".werfish/ci-env").glob("*/config.json")
    assert set(json.loads(copy.read_text())["auths"]) == {"registry.example.com"}


def test_files_go_where_temporary_files_are_wanted(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    temporary = job / "tmp"
    temporary.mkdir()
    assert main(["ci-env", "gitlab", "--as-file", "--tmp-dir", str(temporary)]) == 0
    script = Path(capsys.readouterr().out.strip())
    assert script.parent == temporary / f"werfish-ci-env-{os.geteuid()}"
    assert script.parent.stat().st_mode & 0o077 == 0
    assert len([*script.parent.glob("docker-config-*/config.json")]) == 1


def test_a_folder_where_others_write_is_not_used(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else could exchange the script that the job reads."""
    folder = job / "tmp" / f"werfish-ci-env-{os.geteuid()}"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert main(["ci-env", "gitlab", "--as-file", "--tmp-dir", str(job / "tmp")]) == 3
    assert "others may write there, too" in capsys.readouterr().err
    assert [*folder.iterdir()] == []
