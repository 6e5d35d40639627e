"""Images for another machine on the real Docker: what needs no emulation, and what says it does."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import uuid
from collections.abc import Iterator

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.project import GitProject
from integration.published import remove_published
from integration.test_build import docker

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"aslayers-{uuid.uuid4().hex[:8]}"
CONFIG = """
configVersion: 1
project: {name}
---
image: app
from: {base}
{platform}
git: [{{add: /src, to: /app}}]
docker: {{CMD: [/app/a]}}
{more}
"""
ARM = "platform: linux/arm64"
STAGES = ("--stages-storage", ":local")


def archive(files: dict[str, bytes]) -> bytes:
    """Return a tar archive of programs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def base(kit: Endpoints) -> Iterator[str]:
    """Put a base for arm64 into the registry; no machine understands the program in it."""
    name = f"{kit.registry}/{NAME}:arm"
    layer = archive({"bin/sh": b"not for any machine\n", "etc/passwd": b"root:x:0:0::/:\n"})
    diff_id = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    config = {
        "architecture": "arm64",
        "variant": "v8",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    image = archive(
        {
            "manifest.json": json.dumps(manifest).encode(),
            "config.json": json.dumps(config).encode(),
            "layer.tar": layer,
        }
    )
    subprocess.run(["docker", "load", "-q"], input=image, env=os.environ, check=True)
    docker("push", "-q", name)
    docker("rmi", name)
    yield name
    images = docker("images", "-q", f"werfish-stages/{NAME}").split()
    docker("rmi", "-f", name, *sorted(set(images)))
    remove_published(str(kit.registry), NAME, "arm")
    remove_published(str(kit.registry), f"{NAME}/app", "t")


def commit(program: Program, base: str, platform: str = ARM, more: str = "") -> GitProject:
    """Commit a project with one image."""
    text = CONFIG.format(name=NAME, base=base, platform=platform, more=more)
    project = GitProject(program.folder)
    project.commit({"werf.yaml": text, "src/a": "one\n"})
    return project


def test_git_and_settings_for_another_machine_run_nothing(program: Program, base: str) -> None:
    commit(program, base)
    report = program.folder.parent / "report.json"
    program("build", *STAGES, "--report", str(report))
    app = json.loads(report.read_text())["images"]["app"]
    form = "{{.Os}}/{{.Architecture}}/{{.Variant}} {{.Config.Cmd}}"
    said = docker("image", "inspect", "-f", form, app["reference"]).strip()
    assert said == "linux/arm64/v8 [/app/a]"
    assert app["platform"] == "linux/arm64"
    assert not program("build", "--dry-run", *STAGES).stdout
    publish = ("publish", *STAGES, "--images-repo", base.removesuffix(":arm"), "--tag-custom", "t")
    program(*publish)
    docker("rmi", base)
    docker("pull", "-q", "--platform", "linux/arm64", f"{base.removesuffix(':arm')}/app:t")
    docker("rmi", f"{base.removesuffix(':arm')}/app:t")


def test_instructions_that_cannot_run_say_how_to_make_them(program: Program, base: str) -> None:
    commit(program, base, more="shell: {setup: [echo 1]}")
    failed = program("build", *STAGES, code=5)
    assert "linux/amd64 and cannot run programs for linux/arm64" in failed.stderr
    assert "tonistiigi/binfmt --install arm64" in failed.stderr


def test_the_option_wins_and_must_fit_the_base(program: Program, base: str) -> None:
    commit(program, base, platform="platform: [linux/amd64, linux/arm64]")
    refused = program("build", *STAGES, code=5)
    assert 'image "app": several platforms (linux/amd64, linux/arm64)' in refused.stderr
    program("build", *STAGES, "--platform", "linux/arm64/v8")
    wrong = program("build", *STAGES, "--platform", "linux/amd64", code=5)
    assert "not for linux/amd64" in wrong.stderr
    assert "write os/arch" in program("build", *STAGES, "--platform", "arm64", code=64).stderr


def test_a_dockerfile_for_another_machine(program: Program, base: str) -> None:
    """Its files and settings are made; what it runs is said to need emulation."""
    text = f"configVersion: 1\nproject: {NAME}\n---\nimage: app\n{ARM}\ndockerfile: Dockerfile\n"
    dockerfile = f"FROM {base}\nARG TARGETARCH\nLABEL for=$TARGETARCH\nCOPY src /app\n"
    GitProject(program.folder).commit({"werf.yaml": text, "src/a": "1", "Dockerfile": dockerfile})
    report = program.folder.parent / "report.json"
    program("build", *STAGES, "--report", str(report))
    reference = json.loads(report.read_text())["images"]["app"]["reference"]
    form = '{{.Architecture}} {{index .Config.Labels "for"}}'
    assert docker("image", "inspect", "-f", form, reference).strip() == "arm64 arm64"
    GitProject(program.folder).commit({"Dockerfile": f"{dockerfile}RUN true\n"})
    failed = program("build", *STAGES, code=5)
    assert "tonistiigi/binfmt --install arm64" in failed.stderr
