"""The program with its stages in a registry, and neither a daemon nor the docker program."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.base_image import put_base_image
from tests.fakes.registry import FakeRegistry, Fault, running
from tests.registry.clients import client_of
from werfish.cli.main import main
from werfish.oci.config import decode_config
from werfish.oci.manifest import Manifest
from werfish.oci.reference import parse_reference, parse_repository

CONFIG = """project: shop
configVersion: 1
---
image: app
from: {host}/library/base:1
git:
- {{add: /src, to: /app, owner: app}}
docker: {{CMD: [run]}}
"""

SECOND = """image: other
from: %s/library/base:1
git:
- {add: /src, to: /other}
"""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRegistry]:
    """Serve a base image; the current folder is a project on it."""
    with running(FakeRegistry()) as registry:
        put_base_image(registry, "library/base", "1")
        folder = tmp_path / "project"
        (folder / "src").mkdir(parents=True)
        (folder / "werf.yaml").write_text(CONFIG.format(host=registry.host))
        monkeypatch.chdir(folder)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nowhere.sock")
        monkeypatch.setenv("WERF_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
        subprocess.run(["git", "init", "-q"], check=True)
        commit("one")
        yield registry


def commit(text: str) -> None:
    Path("src/text").write_text(text)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", *who, "commit", "-q", "-m", text], check=True)


def run(*arguments: str) -> int:
    return main(list(arguments))


def test_one_repository_for_stages_and_images(
    registry: FakeRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = f"{registry.host}/shop"
    assert run("build-and-publish", "--repo", repo) == 0
    tags = registry.repository("shop").tags
    assert [tag for tag in tags if tag.startswith("app-")]
    assert list(registry.repositories) == ["library/base", "shop"]
    assert "published" in capsys.readouterr().err


def test_another_machine_pushes_nothing_and_says_so(
    registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = f"{registry.host}/shop"
    assert run("build-and-publish", "--repo", repo, "--tag-custom", "v1") == 0
    capsys.readouterr()
    registry.seen.clear()
    monkeypatch.setenv("WERF_HOME", str(Path.cwd().parent / "second"))
    assert run("build-and-publish", "--repo", repo, "--tag-custom", "v1") == 0
    assert [one for one in registry.seen if one[0] not in ("GET", "HEAD")] == []
    said = capsys.readouterr().err
    assert "app: up to date (3 stages)" in said
    assert f"{repo}:app-v1 is up to date" in said


def test_images_go_where_they_are_told(registry: FakeRegistry) -> None:
    stages, images = f"{registry.host}/stages", f"{registry.host}/images"
    where = ("--stages-storage", stages, "--images-repo", images, "--repo", f"{registry.host}/no")
    assert run("build", *where[:2]) == 0
    assert run("publish", *where, "--tag-custom", "v1") == 0
    assert set(registry.repositories) == {"library/base", "stages", "images/app"}
    assert set(registry.repository("images/app").tags) == {"v1"}


def test_a_small_change_costs_at_most_twenty_requests(registry: FakeRegistry) -> None:
    repo = f"{registry.host}/shop"
    assert run("build-and-publish", "--repo", repo, "--tag-custom", "v1") == 0
    commit("two")
    registry.seen.clear()
    assert run("build-and-publish", "--repo", repo, "--tag-custom", "v1") == 0
    assert len(registry.seen) <= 20


def test_stages_are_listed(registry: FakeRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    repo = f"{registry.host}/shop"
    assert run("build", "--repo", repo) == 0
    capsys.readouterr()
    assert run("stages", "image", "--repo", repo) == 0
    shown = capsys.readouterr().out.strip()
    assert shown.startswith(f"{repo}:")
    assert run("stages", "list", "--repo", repo) == 0
    assert shown in capsys.readouterr().out
    assert run("run", "--repo", repo, "--dry-run") == 0
    assert capsys.readouterr().out.strip() == f"docker run {shown}"


def test_a_report_needs_no_daemon(registry: FakeRegistry, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert run("build", "--repo", f"{registry.host}/shop", "--report", str(report)) == 0
    assert '"rebuilt": true' in report.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "--repo REPO", id="nowhere"),
        pytest.param(("--stages-storage", ":none"), ":none", id="unknown-word"),
        pytest.param(("--repo", "http://host/x"), "http://", id="scheme"),
        pytest.param(("--repo", "host/x:tag"), "tag", id="tagged"),
        pytest.param(("--repo", "HOST/Upper"), "lower-case", id="upper-case"),
    ],
)
def test_wrong_places_are_wrong_usage(
    registry: FakeRegistry,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert run("build", *arguments) == 64
    assert said in capsys.readouterr().err


def test_stages_are_copied_between_registries(
    registry: FakeRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = f"{registry.host}/here", f"{registry.host}/there"
    assert run("build", "--repo", here) == 0
    assert run("stages", "sync", "--from", here, "--to", there) == 0
    assert "3 of 3 stages copied, 0 were there" in capsys.readouterr().err
    assert run("stages", "sync", "--from", here, "--to", there) == 0
    assert "0 of 3 stages copied, 3 were there" in capsys.readouterr().err
    assert run("publish", "--repo", there) == 0


def test_a_registry_that_takes_nothing_is_one_error(
    registry: FakeRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its images fail in the same words, whichever blob each wanted to send."""
    config = Path("werf.yaml").read_text()
    Path("werf.yaml").write_text(config + config.partition("---\n")[1] + SECOND % registry.host)
    commit("two")
    registry.faults.append(Fault("POST", "blobs/uploads/", status=405, times=99))
    assert run("build", "--repo", f"{registry.host}/shop") == 6
    said = capsys.readouterr().err
    assert said.count("answered 405") == 1
    assert "read-only" in said


def test_switching_from_local_to_local_is_wrong_use(
    registry: FakeRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("stages", "switch-from-local", "--to", ":local") == 64
    said = capsys.readouterr()
    assert "name a repository" in said.err
    assert said.out == ""


def test_a_storage_is_not_copied_into_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stages", "sync", "--from", "r.example/a", "--to", "r.example/a/") == 64
    assert '--from and --to are both "r.example/a"' in capsys.readouterr().err


@pytest.mark.parametrize("command", ["publish", "build-and-publish", "export"])
def test_what_is_never_published_is_not_published(
    registry: FakeRegistry, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Path("werf.yaml").read_text()
    Path("werf.yaml").write_text(f"{config}\n---\nartifact: assets\nfrom: base\n")
    commit("an artifact")
    place = f"{registry.host}/shop"
    where = ("--tag", f"{place}/x:1") if command == "export" else ("--tag-custom", "a")
    assert run(command, "assets", "--repo", place, *where) == 3
    said = capsys.readouterr().err
    assert 'publish image "assets": it is not final: an artifact' in said
    assert registry.seen == []


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (("build",), "--stages-storage"),
        (("publish", "--stages-storage", "R", "--tag-custom", "v1"), "--images-repo"),
        (("publish", "--stages-storage", "R", "--images-repo", "R"), "--tag-custom"),
        (("build-and-publish", "--stages-storage", "R", "--images-repo", "R"), "--tag-custom"),
        (("deploy", "--stages-storage", "R", "--tag-custom", "v1"), "--images-repo"),
        (("deploy", "--stages-storage", "R", "--images-repo", "R"), "--tag-custom"),
        (("export", "--stages-storage", "R"), "--tag"),
    ],
)
def test_missing_option_is_wrong_use(
    registry: FakeRegistry,
    arguments: tuple[str, ...],
    missing: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One rule, whatever is missing: scripts tell a wrong call from a wrong project by it."""
    repo = f"{registry.host}/shop"
    assert run(*(repo if one == "R" else one for one in arguments)) == 64
    assert missing in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(("build",), "nothing to build: the configuration has no images", id="build"),
        pytest.param(("build", "--dry-run"), "nothing to build: the configuration", id="dry-run"),
        pytest.param(("build-and-publish",), "nothing to build: the configuration", id="publish"),
    ],
)
def test_a_project_without_images_is_told(
    registry: FakeRegistry,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    said: str,
) -> None:
    Path("werf.yaml").write_text("project: shop\nconfigVersion: 1\n")
    commit("two")
    assert run(*command, "--repo", f"{registry.host}/shop") == 0
    assert said in capsys.readouterr().err


SCRATCH = """project: shop
configVersion: 1
---
image: app
from: scratch
fromLatest: true
herebyIAdmitThatFromLatestMightBreakReproducibility: true
git:
- {add: /src, to: /app, owner: 7}
---
image: more
from: scratch
platform: linux/arm64
git:
- {add: /src/text, to: /text}
---
image: copy
from: scratch
import:
- {image: app, add: /app/text, to: /text, before: setup}
"""


def test_an_image_of_files_alone_stands_upon_nothing(registry: FakeRegistry) -> None:
    Path("werf.yaml").write_text(SCRATCH)
    commit("two")
    repo = f"{registry.host}/shop"
    assert run("build-and-publish", "--repo", repo, "--tag-custom", "v1") == 0
    client = client_of()
    for image, architecture in (("app", "amd64"), ("more", "arm64"), ("copy", "amd64")):
        stored = client.get_manifest(parse_reference(f"{repo}:{image}-v1")).decode()
        assert isinstance(stored, Manifest)
        config = decode_config(client.read_blob(parse_repository(repo), stored.config))
        assert (config.architecture, len(config.diff_ids)) == (architecture, 1)
    client.close()
