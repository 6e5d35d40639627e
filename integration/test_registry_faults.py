"""The client keeps its contract with a real registry behind a bad network, and says what broke.

`WERFISH_SEED` repeats a run.
"""

import os
import random
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from integration.kit.fault_proxy import Choice, Fault, FaultProxy, once
from integration.registries import free_port, running_registry
from tests.contracts.registry import RegistryContract, put_blob, put_image
from tests.fakes.registry import digest_of_bytes
from tests.registry.clients import Waits, client_of
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import MismatchError, RefusedError, UnreachableError

DATA = bytes(range(250)) * 20_000
DIGEST = digest_of_bytes(DATA)

ANYTHING = (
    Fault("cut"),
    Fault("half"),
    Fault("lost"),
    Fault("short"),
    Fault("slow"),
    Fault("refuse", 500),
    Fault("refuse", 503, {"Retry-After": "1"}),
    Fault("refuse", 429, {"Retry-After": "2"}),
)


def at_random(seed: int, chance: float) -> Choice:
    """Let anything that passes go wrong with *chance*."""
    source = random.Random(seed)

    def choose(method: str, path: str) -> Fault | None:
        return source.choice(ANYTHING) if source.random() < chance else None

    return choose


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a registry."""
    port = free_port()
    with running_registry(tmp_path_factory.mktemp("registry"), port):
        yield f"127.0.0.1:{port}"


@pytest.fixture
def proxy(host: str) -> Iterator[FaultProxy]:
    """Run a proxy before it, of good will."""
    with FaultProxy(host) as proxy:
        yield proxy


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    """Return a client that sends a megabyte at a time."""
    client = client_of()
    yield client
    client.close()


@pytest.fixture
def repository(proxy: FaultProxy) -> Repository:
    """Name a repository that nobody used."""
    return Repository(proxy.address, f"faults/{uuid.uuid4().hex}")


class TestBadNetwork(RegistryContract):
    """Every law, while one request in twenty goes wrong."""

    @pytest.fixture
    def proxy(self, host: str) -> Iterator[FaultProxy]:
        seed = int(os.environ.get("WERFISH_SEED") or random.SystemRandom().randrange(10**6))
        print(f"seed {seed}")
        with FaultProxy(host, at_random(seed, 0.05)) as proxy:
            yield proxy

    @pytest.fixture
    def neighbour(self, proxy: FaultProxy) -> Repository:
        return Repository(proxy.address, f"faults/{uuid.uuid4().hex}")


@pytest.mark.parametrize("kind", ["cut", "half", "lost"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_upload_survives(
    proxy: FaultProxy, client: RegistryClient, repository: Repository, method: str, kind: str
) -> None:
    proxy.choose = once(method, "uploads", Fault(kind))  # type: ignore[arg-type]  # a table of words
    put_blob(client, repository, DATA)
    assert client.read_blob(repository, Descriptor("", DIGEST, len(DATA))) == DATA
    assert proxy.met == [kind]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_upload_goes_on_where_a_busy_registry_left_it(
    proxy: FaultProxy, client: RegistryClient, repository: Repository, status: int
) -> None:
    """What never reached the registry leaves what it has: it is not begun again."""
    passing = iter((None, None, Fault("refuse", status), Fault("refuse", status)))

    def choose(method: str, path: str) -> Fault | None:
        return next(passing, None) if method == "PATCH" else None

    proxy.choose = choose
    put_blob(client, repository, DATA)
    assert sum(line.startswith("POST ") for line in proxy.seen) == 1
    assert client.read_blob(repository, Descriptor("", DIGEST, len(DATA))) == DATA


@pytest.mark.parametrize("kind", ["cut", "short", "slow"])
def test_download_survives(
    proxy: FaultProxy, client: RegistryClient, repository: Repository, kind: str
) -> None:
    put_blob(client, repository, DATA)
    proxy.choose = once("GET", "blobs/sha256", Fault(kind), Fault(kind))  # type: ignore[arg-type]  # a table of words
    assert client.read_blob(repository, Descriptor("", DIGEST, len(DATA))) == DATA


def test_broken_download_goes_on_where_it_broke(
    proxy: FaultProxy, client: RegistryClient, repository: Repository
) -> None:
    put_blob(client, repository, DATA)
    proxy.choose = once("GET", "blobs/sha256", Fault("short"))
    chunks = list(client.get_blob(repository, Descriptor("", DIGEST, len(DATA))))
    assert b"".join(chunks) == DATA


def test_wrong_bytes_are_refused(
    proxy: FaultProxy, client: RegistryClient, repository: Repository
) -> None:
    put_image(client, repository, "one", b"layer")
    put_blob(client, repository, DATA)
    proxy.choose = lambda method, path: Fault("wrong") if method == "GET" else None
    with pytest.raises(MismatchError, match="expected sha256"):
        client.read_blob(repository, Descriptor("", DIGEST, len(DATA)))
    with pytest.raises(MismatchError, match="expected sha256"):
        client.get_manifest(repository.tagged("one"))


def test_retry_after_is_waited_for(proxy: FaultProxy, repository: Repository) -> None:
    waits = Waits()
    refusal = Fault("refuse", 429, {"Retry-After": "3"})
    proxy.choose = once("HEAD", "blobs", refusal, refusal)
    client_of(waits=waits).has_blob(repository, DIGEST)
    assert waits.seconds == [3.0, 3.0]


def test_registry_that_stays_busy_is_one_error(proxy: FaultProxy, repository: Repository) -> None:
    proxy.choose = lambda method, path: Fault("refuse", 503) if "blobs" in path else None
    with pytest.raises(RefusedError, match="503") as caught:
        client_of().has_blob(repository, DIGEST)
    assert str(repository) in str(caught.value)


def test_registry_whose_answers_are_all_lost_is_one_error(
    proxy: FaultProxy, repository: Repository
) -> None:
    proxy.choose = lambda method, path: Fault("lost") if "blobs" in path else None
    with pytest.raises(UnreachableError, match="look up blob"):
        client_of().has_blob(repository, DIGEST)


def test_registry_restarted_in_the_middle_of_an_upload_gets_it(
    client: RegistryClient, tmp_path: Path
) -> None:
    """The new one does not know the old one's upload: it is begun again."""
    port = free_port()
    repository = Repository(f"127.0.0.1:{port}", "app")
    with ExitStack() as running:
        first = running.enter_context(running_registry(tmp_path, port))

        def body() -> Iterator[bytes]:
            yield DATA[: len(DATA) // 2]
            if first.poll() is None:
                first.kill()
                first.wait()
                running.enter_context(running_registry(tmp_path, port))
            yield DATA[len(DATA) // 2 :]

        client.upload_blob(repository, DIGEST, len(DATA), body)
        assert client.read_blob(repository, Descriptor("", DIGEST, len(DATA))) == DATA
