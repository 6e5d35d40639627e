"""Choosing parts, and what they find before they start anything."""

from pathlib import Path

import pytest

from integration.kit import api, apt
from integration.kit.__main__ import main
from integration.kit.apt import Need
from integration.kit.errors import KitError
from integration.kit.folders import Folders
from integration.kit.kubernetes import cluster
from integration.kit.kubernetes.layout import Layout
from integration.kit.kubernetes.pki import Certificate, extensions_of
from integration.kit.part import Kit
from integration.kit.words import version_in

OTHERS = [name for name in api.PARTS if name != "docker"]
"""The parts that look at nothing but the kit's own state to say how they are."""


@pytest.fixture
def kit(folders: Folders) -> Kit:
    """Return a kit that nothing was asked of yet."""
    return Kit(folders)


def test_unknown_part_is_told_with_the_known_ones(kit: Kit) -> None:
    with pytest.raises(KitError, match=r"no part \"podman\"(.|\n)*docker, registry"):
        api.status(["podman"], kit)


def test_unknown_part_ends_the_command_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "podman"]) == 1
    assert capsys.readouterr().err.startswith("kit: choose the parts: ")


def test_part_that_was_not_started_is_not_up(kit: Kit) -> None:
    found = api.status(OTHERS, kit)
    assert {status.running for status in found.values()} == {None}


def test_looking_makes_nothing(kit: Kit) -> None:
    api.status(OTHERS, kit)
    api.endpoints(kit)
    assert not kit.folders.state.exists()


def test_foreign_cluster_is_used_as_it_is(folders: Folders) -> None:
    kit = Kit(folders, environment={"KUBECONFIG": "/home/me/.kube/config"})
    assert cluster.variables(kit) == {"KUBECONFIG": "/home/me/.kube/config"}
    assert cluster.needs(kit) == ()


def test_our_own_kubeconfig_is_not_foreign(folders: Folders) -> None:
    ours = str(Layout(folders).kubeconfig)
    assert cluster.foreign_kubeconfig(Kit(folders, environment={"KUBECONFIG": ours})) is None


def test_only_what_is_missing_is_installed() -> None:
    needs = [Need("sh", "dash"), Need("/no/such/program", "b"), Need("no-such-program", "a")]
    assert apt.missing_packages(needs) == ["a", "b"]


def test_without_apt_the_command_is_told(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apt, "SYSTEM_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KitError, match=r"apt-get install --no-install-recommends docker\.io"):
        apt.install(folders, [Need("dockerd", "docker.io")])


def test_server_certificate_names_what_it_answers_to() -> None:
    text = extensions_of(Certificate("a", "/CN=a", ("localhost",), ("127.0.0.1",)))
    assert "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n" in text


def test_client_certificate_names_nothing() -> None:
    text = extensions_of(Certificate("a", "/CN=a"))
    assert "extendedKeyUsage=clientAuth\n" in text
    assert "subjectAltName" not in text


def test_version_is_found_in_what_programs_print() -> None:
    assert version_in("docker-registry github.com/docker/distribution v2.8.2+deb") == "2.8.2"
    assert version_in("none") == "-"
