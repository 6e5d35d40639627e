"""What the command line and the environment say about registries reaches the client."""

import base64
import io
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.fakes.registry import FakeRegistry, running
from werfish.cli import wiring
from werfish.cli.flags import DockerFlags, RepoFlags, StagesFlags, taken
from werfish.cli.option_groups.places import docker_options
from werfish.cli.options import WerfCommand
from werfish.cli.registries import registry_of, registry_settings
from werfish.log import Log
from werfish.oci.reference import Repository
from werfish.registry.errors import AccessDeniedError
from werfish.registry.kinds import RegistryKind


def auths(host: str, user: str, word: str) -> str:
    pair = base64.b64encode(f"{user}:{word}".encode()).decode()
    return json.dumps({"auths": {host: {"auth": pair}}})


def list_tags(registry: FakeRegistry, docker_config: Path) -> tuple[str, ...]:
    """List tags with the client of the command line."""
    flags = DockerFlags(str(docker_config), False, False, ())
    with registry_of(flags, Log(io.StringIO(), clock=lambda: 0.0)) as client:
        return client.list_tags(Repository(registry.host, "team/app"))


@pytest.mark.parametrize("place", ["folder", "variable"])
def test_credentials_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    with running(FakeRegistry(auth="basic")) as registry:
        text = auths(registry.host, registry.user, registry.password)
        if place == "folder":
            (tmp_path / "config.json").write_text(text)
        else:
            monkeypatch.setenv("DOCKER_AUTH_CONFIG", text)
        assert list_tags(registry, tmp_path) == ()


def test_without_credentials_there_is_one_error(tmp_path: Path) -> None:
    with running(FakeRegistry(auth="basic")) as registry, pytest.raises(AccessDeniedError):
        list_tags(registry, tmp_path)


def test_flags_and_environment_make_the_settings() -> None:
    flags = DockerFlags(None, True, True, ())
    environment = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a, b", "XDG_CONFIG_HOME": "/x"}
    settings = registry_settings(flags, environment)
    assert (settings.insecure, settings.verify_tls) == (True, False)
    assert settings.proxies.excluded == ("a", "b")
    folders = (Path("/etc/docker/certs.d"), Path("/x/docker/certs.d"))
    assert settings.certificates == folders


@pytest.mark.parametrize("option", ["images_repo", "stages_storage", "repo"])
def test_minikubes_registry_is_spoken_to_without_tls(option: str) -> None:
    flags = DockerFlags(None, False, False, (), (), **{option: ":minikube"})
    host = "werf-registry.kube-system.svc.cluster.local:5000"
    assert registry_settings(flags, {}).plain == {host}
    assert registry_settings(DockerFlags(None, False, False, ()), {}).plain == frozenset()


def test_one_repository_may_be_minikubes() -> None:
    flags = taken(RepoFlags, {**REPO, "images_repo": ""})
    found = wiring.images_repo_of("shop", flags, StagesFlags("", ":minikube", (), (), True, 1))
    address = "werf-registry.kube-system.svc.cluster.local:5000/shop"
    assert (found.address, found.mode) == (address, "monorepo")


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param(
            {"images_repo": "r.example/shop", "repo_kind": "harbor"},
            {"r.example": RegistryKind.HARBOR},
            id="for-all",
        ),
        pytest.param(
            {
                "images_repo": "r.example/shop",
                "images_repo_kind": "quay",
                "stages_storage": "s.example:5000/shop/stages",
                "repo_kind": "harbor",
            },
            {"r.example": RegistryKind.QUAY, "s.example:5000": RegistryKind.HARBOR},
            id="one-beats-all",
        ),
        pytest.param({"stages_storage": ":local", "stages_storage_kind": "quay"}, {}, id="local"),
        pytest.param(
            {"images_repo": "acme/shop", "images_repo_kind": "dockerhub"},
            {"docker.io": RegistryKind.DOCKER_HUB},
            id="docker-hub",
        ),
    ],
)
def test_kinds_count_for_the_hosts_that_were_named(
    flags: dict[str, str], kinds: dict[str, RegistryKind]
) -> None:
    assert DockerFlags(None, False, False, (), (), **flags).kinds == kinds


REPO = {
    "images_repo": "r.example/acme/shop",
    "images_repo_mode": "auto",
    "tag_custom": ("v1",),
    "tag_git_branch": "",
    "tag_git_tag": "",
    "tag_git_commit": "",
    "tag_by_stages_signature": False,
}


@pytest.mark.parametrize(
    ("kinds", "mode"),
    [
        pytest.param({}, "multirepo", id="told-from-the-host"),
        pytest.param({"repo_kind": "quay"}, "monorepo", id="for-all"),
        pytest.param(
            {"repo_kind": "harbor", "images_repo_kind": "quay"}, "monorepo", id="images-beat-all"
        ),
    ],
)
def test_kind_of_the_images_repository_decides_their_names(
    kinds: dict[str, str], mode: str
) -> None:
    flags = taken(RepoFlags, {**REPO, **kinds})
    stages = StagesFlags(":local", "", (), (), True, 1)
    assert wiring.images_repo_of("shop", flags, stages).mode == mode


@click.command(cls=WerfCommand)
@docker_options
def mirrored(mirrors: tuple[str, ...], **flags: object) -> None:
    """Print the mirrors that arrived."""
    click.echo(" ".join(mirrors))


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["https://mirror.gcr.io/", "m.example:5000"], "mirror.gcr.io m.example:5000"),
        (["m.example/hub", ""], "m.example/hub"),
    ],
)
def test_mirrors_are_hosts_whose_scheme_may_be_said(arguments: list[str], shown: str) -> None:
    options = [f"--container-registry-mirror={argument}" for argument in arguments]
    assert CliRunner().invoke(mirrored, options).output == f"{shown}\n"


@pytest.mark.parametrize("mirror", ["http://m.example", "mirror", "M/x y", "ftp://m.example"])
def test_what_is_no_mirror_is_wrong_usage(mirror: str) -> None:
    found = CliRunner().invoke(mirrored, ["--container-registry-mirror", mirror])
    assert "Invalid value for '--container-registry-mirror'" in found.output
