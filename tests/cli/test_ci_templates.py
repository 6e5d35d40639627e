"""The pipelines of docs/ci: their lines run in bash, with the environment of each CI system.

``ci-env`` runs as it is. Every other line is parsed by its command, in the environment that was
set up.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
import yaml

from tests.ci_env.jobs import GITHUB, GITLAB
from werfish.cli.main import root

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "docs" / "ci"


def gitlab_jobs() -> Iterator[tuple[str, str]]:
    document = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text())
    before = document["default"]["before_script"]
    for name, job in document.items():
        if isinstance(job, dict) and "script" in job:
            yield name, "\n".join((*before, *job["script"]))


def github_jobs() -> Iterator[tuple[str, str]]:
    document = yaml.safe_load((FOLDER / "github-workflow.yml").read_text())
    for job in document["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                yield step["name"], step["run"]


def environment_after(script: str, job: Mapping[str, str], home: Path) -> Mapping[str, str]:
    """Run the lines of *script* that set up the job, and return the environment then."""
    setup = "\n".join(line for line in script.splitlines() if "ci-env" in line)
    function = f'werfish() {{ "{sys.executable}" -m werfish "$@"; }}\n'
    own = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        ["bash", "-e"], input=f"{function}{setup}\nenv -0", capture_output=True, text=True,
        check=True, cwd=home, env={**own, **job, "WERF_STAGES_STORAGE": ":local"},
    )  # fmt: skip
    lines = done.stdout.partition("\n")[2] if "type werfish" in setup else done.stdout
    return dict(line.split("=", 1) for line in lines.split("\0") if "=" in line)


@pytest.mark.parametrize(
    ("script", "job"),
    [
        *(pytest.param(text, GITLAB, id=f"gitlab-{name}") for name, text in gitlab_jobs()),
        *(pytest.param(text, GITHUB, id=f"github-{name}") for name, text in github_jobs()),
    ],
)
def test_lines_of_pipelines(
    script: str, job: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = environment_after(script, job, tmp_path)
    assert found["WERF_STAGES_STORAGE"] == ":local"
    assert Path(found["DOCKER_CONFIG"], "config.json").is_file()
    for name, value in found.items():
        if name.startswith(("WERF_", "DOCKER_")):
            monkeypatch.setenv(name, value)
    [line] = [line for line in script.splitlines() if line and "ci-env" not in line]
    program, name, *arguments = shlex.split(line)
    context = click.Context(root, info_name=program)
    command = root.get_command(context, name)
    assert command is not None, name
    parsed = command.make_context(name, arguments, parent=context).params
    assert parsed["env"] == found.get("WERF_ENV", "")
    if name != "dismiss":
        assert parsed["images_repo"] == found["WERF_IMAGES_REPO"]
        assert parsed["tag_by_stages_signature"]
