"""The pipeline of docs/ci for GitLab: its lines publish to a real registry."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from integration.kit.api import Endpoints
from integration.project import GitProject
from integration.published import remove_built, remove_published

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[GitProject]:
    """Have a project of one image; what is built of it is removed."""
    name = f"ci-test-{uuid.uuid4().hex[:12]}"
    project = GitProject(tmp_path / name)
    image = "image: web\nfrom: busybox:1.35\ngit: [{add: /, to: /app}]\n"
    project.folder.mkdir()
    project.commit({"werf.yaml": f"project: {name}\nconfigVersion: 1\n---\n{image}"})
    yield project
    remove_built(os.environ, name)


def test_gitlabs_job_publishes(kit: Endpoints, project: GitProject, tmp_path: Path) -> None:
    """The second run of the job finds everything up to date."""
    assert kit.registry is not None
    document = yaml.safe_load((ROOT / "docs" / "ci" / "gitlab-ci.yml").read_text())
    lines = [*document["default"]["before_script"], *document["build-and-publish"]["script"]]
    job = {
        "GITLAB_CI": "true",
        "CI_COMMIT_SHA": project.git("rev-parse", "HEAD"),
        "CI_JOB_TOKEN": "unused",
        "CI_REGISTRY": kit.registry,
        "CI_REGISTRY_IMAGE": f"{kit.registry}/{project.folder.name}",
        "WERF_TAG_CUSTOM_1": "one",
        "WERF_TAG_BY_STAGES_SIGNATURE": "no",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        **document["variables"],
    }
    program = f'werfish() {{ "{sys.executable}" -m werfish "$@"; }}\n' + "\n".join(lines)
    told = [
        subprocess.run(
            ["bash", "-e"], input=program, env={**os.environ, **job}, cwd=project.folder,
            capture_output=True, text=True, check=True,
        ).stderr
        for _ in range(2)
    ]  # fmt: skip
    remove_published(kit.registry, f"{project.folder.name}/web", "one")
    assert "web:one published" in told[0]
    assert "web:one is up to date" in told[1]
