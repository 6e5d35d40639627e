"""Base images are those of their platform, wherever a registry has them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stages.digest import Digest
from stages.stage import StageName
from tests.fakes.base_image import put_base_image
from tests.fakes.registry import FakeRegistry, running
from tests.storage.repo_machine import RepoMachine
from werfish.containers.backend import RunRequest
from werfish.containers.docker_pull import UnknownBaseError
from werfish.oci.manifest import Index, Platform
from werfish.oci.media_types import OCI_INDEX
from werfish.oci.reference import Repository, parse_reference


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.fixture
def machine(registry: FakeRegistry, tmp_path: Path) -> RepoMachine:
    return RepoMachine(tmp_path, Repository(registry.host, "stages"))


def test_an_index_gives_the_image_of_the_platform(
    registry: FakeRegistry, machine: RepoMachine
) -> None:
    children = []
    for architecture in ("arm64", "amd64"):
        put_base_image(registry, "base", architecture, {f"made-for-{architecture}": "x"})
        reference = parse_reference(f"{registry.host}/base:{architecture}")
        child = machine.client.get_manifest(reference).descriptor
        platform = Platform("linux", architecture)
        children.append(type(child)(child.media_type, child.digest, child.size, (), platform))
    index = Index(tuple(children)).encode()
    digest = machine.client.put_manifest(
        parse_reference(f"{registry.host}/base:all"), OCI_INDEX, index
    )
    for platform_name, file in (("", "amd64"), ("linux/arm64", "arm64")):
        base = machine.backend.resolve_base(f"{registry.host}/base:all", platform_name)
        assert base.digest == digest
        with machine.backend.tree(base.image) as tree:
            assert tree.lookup(f"made-for-{file}") is not None
    with pytest.raises(UnknownBaseError, match="riscv64"):
        machine.backend.resolve_base(f"{registry.host}/base:all", "linux/riscv64")


@pytest.mark.parametrize("name", ["base:none", "nowhere:1"])
def test_what_is_nowhere_is_said_with_the_registrys_answer(
    registry: FakeRegistry, machine: RepoMachine, name: str
) -> None:
    with pytest.raises(UnknownBaseError, match=f"{registry.host} says: .*404"):
        machine.backend.resolve_base(f"{registry.host}/{name}")


def test_what_is_no_reference_is_said(machine: RepoMachine) -> None:
    with pytest.raises(UnknownBaseError, match="lower-case"):
        machine.backend.resolve_base("host.example/Upper")


def test_the_daemon_makes_an_image_without_layers_itself(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    """There is nothing to pull, neither of nothing itself nor of what was stored upon it."""
    machine = RepoMachine(tmp_path, Repository(registry.host, "stages"), has_daemon=True)
    scratch = machine.backend.resolve_base("scratch").image
    config = replace(scratch.config, created="2024-01-01T00:00:00Z")
    begun = machine.backend.assemble(scratch, (), config, "")
    stored = machine.storage.save(StageName.FROM, Digest("f" * 64), (), begun)
    request = RunRequest(
        machine.storage.image(stored), ("echo x > /f",), config, "", "app/setup", lambda _: None
    )
    machine.backend.run(request)
    assert machine.daemon.pulled == []
