"""The client keeps its contract with a real registry, open and with a password."""

import base64
import json
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from integration.machine import delete_repository
from integration.registries import free_port, running_registry
from tests.contracts.registry import RegistryContract, put_blob
from tests.fakes.registry import digest_of_bytes
from tests.registry.clients import client_of, password
from werfish.errors import RegistryError
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import docker_credentials
from werfish.registry.errors import AccessDeniedError, UnreachableError


def host_of(host: str | None) -> str:
    """Return the address of a part that is up."""
    assert host is not None
    return host


class TestRealRegistry(RegistryContract):
    """Every law, on Debian's docker-registry."""

    @pytest.fixture
    def host(self, kit: Endpoints) -> str:
        return host_of(kit.registry)

    @pytest.fixture
    def client(self) -> Iterator[RegistryClient]:
        client = client_of()
        yield client
        client.close()

    @pytest.fixture
    def repository(self, client: RegistryClient, host: str) -> Iterator[Repository]:
        repository = Repository(host, f"registry-test/{uuid.uuid4().hex}")
        yield repository
        delete_repository(client, repository)

    @pytest.fixture
    def neighbour(self, host: str) -> Repository:
        return Repository(host, f"registry-test/{uuid.uuid4().hex}")


class TestRealRegistryWithPassword(TestRealRegistry):
    """The same, with a password from Docker's own configuration."""

    @pytest.fixture
    def host(self, kit: Endpoints) -> str:
        return host_of(kit.auth_registry)

    @pytest.fixture
    def client(self, kit: Endpoints, tmp_path: Path) -> Iterator[RegistryClient]:
        pair = f"{kit.auth_user}:{kit.auth_password}".encode()
        auths = {host_of(kit.auth_registry): {"auth": base64.b64encode(pair).decode()}}
        (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
        client = client_of(docker_credentials(tmp_path))
        yield client
        client.close()


@pytest.mark.parametrize("user", ["", "werfish"])
def test_missing_or_wrong_password_is_one_clear_error(kit: Endpoints, user: str) -> None:
    client = client_of(password(user, "wrong")) if user else client_of()
    repository = Repository(host_of(kit.auth_registry), "registry-test/denied")
    with pytest.raises(AccessDeniedError, match="401") as caught:
        client.list_tags(repository)
    assert "docker login 127.0.0.1:" in caught.value.hint


def test_host_that_is_no_registry_is_one_clear_error(kit: Endpoints) -> None:
    """The Kubernetes API speaks TLS with a certificate of its own, and no registry's language."""
    assert kit.kubeconfig is not None
    repository = Repository("127.0.0.1:6443", "app")
    with pytest.raises(RegistryError):
        client_of().list_tags(repository)


def test_registry_killed_in_the_middle_is_one_error_and_nothing_is_there(
    kit: Endpoints, tmp_path: Path
) -> None:
    """An upload that the registry does not survive can be repeated with the next one."""
    port, data = free_port(), b"x" * 30_000_000
    repository = Repository(f"127.0.0.1:{port}", "app")
    arrived, gone = threading.Event(), threading.Event()

    def body() -> Iterator[bytes]:
        yield data[:15_000_000]
        arrived.set()
        gone.wait(20)
        yield data[15_000_000:]

    def kill(process: "subprocess.Popen[bytes]") -> None:
        arrived.wait(20)
        process.kill()
        process.wait()
        gone.set()

    client = client_of()
    with running_registry(tmp_path, port) as process:
        killer = threading.Thread(target=kill, args=(process,))
        killer.start()
        with pytest.raises(UnreachableError):
            client.upload_blob(repository, digest_of_bytes(data), len(data), body)
        killer.join()
    with running_registry(tmp_path, port):
        assert not client.has_blob(repository, digest_of_bytes(data))
        assert put_blob(client, repository, data).size == len(data)
