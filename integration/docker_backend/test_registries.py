"""Bases that a real daemon pulls, and what it pushes."""

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.auth import get_config_header

from integration.kit.api import Endpoints
from tests.contracts.backend_layers import FILE
from werfish.containers.backend import LocalImage
from werfish.containers.docker_client import NoDaemonError, connect
from werfish.containers.docker_pull import UnknownBaseError
from werfish.containers.docker_push import PushError
from werfish.oci.layer import LayerEntry
from werfish.storage.leases import host_lease

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import Host, host_at, layer_on, leaky


def test_a_base_comes_through_the_mirror(host: Host, api: "APIClient") -> None:
    base = host.backend.resolve_base("busybox:1.35")
    assert base.digest.startswith("sha256:")
    assert base.image.config.os == "linux"
    assert host.backend.inspect("busybox:1.35") == base.image


def test_an_unknown_base_says_who_was_asked(host: Host, kit: Endpoints) -> None:
    with pytest.raises(UnknownBaseError, match=r'"busybox:no-such-tag"') as caught:
        host.backend.resolve_base("busybox:no-such-tag")
    assert str(kit.mirror) in str(caught.value)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("reference", ["Busy Box", "busybox:", "http://busybox", ""])
def test_a_base_that_is_no_reference_is_refused(host: Host, reference: str) -> None:
    with pytest.raises(UnknownBaseError):
        host.backend.resolve_base(reference)


def test_no_daemon_is_one_clear_error(kit: Endpoints, tmp_path: Path) -> None:
    nowhere = replace(kit, variables={"DOCKER_HOST": "unix:///nowhere.sock"})
    with leaky(), host_at(tmp_path, nowhere) as host:
        with pytest.raises(NoDaemonError, match="no such file") as caught:
            host.backend.inspect("busybox")
        assert "DOCKER_HOST" in caught.value.hint
        del caught


def test_a_push_is_there_and_leaves_no_tag(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    reference = f"{kit.registry}/{repository}:pushed"
    image = layer_on(host, base, LayerEntry("pushed", FILE, source="x"))
    host.backend.push(image, reference)
    assert host.backend.inspect(reference) is None
    assert host.backend.resolve_base(reference).image.id == image.id
    host.backend.untag(reference)


def test_the_tag_of_a_killed_push_goes(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    """What a killed process wrote down is undone by the next."""
    reference = f"{kit.registry}/{repository}:killed"
    with host_lease(host.home) as killed:
        killed.note(reference)
        host.backend.tag(base, reference)
    host.backend.sweep()
    assert host.backend.inspect(reference) is None
    assert host.backend.inspect(base.id) == base


def test_a_push_that_is_refused_says_so(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    with pytest.raises(PushError, match="push") as caught:
        host.backend.push(base, f"{kit.auth_registry}/{repository}:refused")
    assert "docker login" in caught.value.hint
    assert host.backend.inspect(f"{kit.auth_registry}/{repository}:refused") is None


def test_a_registry_that_is_not_there_is_said(
    host: Host, base: LocalImage, repository: str
) -> None:
    with pytest.raises(PushError, match="connection refused"):
        host.backend.push(base, f"127.0.0.1:1/{repository}:nowhere")


def test_credentials_are_those_of_the_folder_that_was_named(kit: Endpoints, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"example.org:5000": {"auth": "YTpi"}}}')
    with closing(connect({**os.environ, **kit.variables}, tmp_path)) as api:
        assert get_config_header(api, "example.org:5000")
    with closing(connect({**os.environ, **kit.variables}, tmp_path / "none")) as api:
        assert not get_config_header(api, "example.org:5000")
