"""Hints name every stage of a digest, whoever writes when, in whatever registry."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from stages.digest import Digest
from stages.stage import StageName
from tests.fakes.registry import FakeRegistry, Fault, running
from tests.registry.clients import client_of
from werfish.oci.manifest import Descriptor, digest_of_bytes
from werfish.oci.media_types import OCI_CONFIG, OCI_MANIFEST
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.storage.repo.candidates import (
    Candidate,
    candidate_of,
    index_of,
    stage_manifest,
    stage_tag,
)
from werfish.storage.repo.hints import Hints
from werfish.storage.repo.known_hints import KnownHints
from werfish.storage.stored_stage import StoredStage

DIGEST = Digest("a" * 64)
_MACHINES = count()


class World(FakeRegistry):
    """A registry, and a *folder* for what its machines remember."""

    folder: Path


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[World]:
    with running(World()) as registry:
        assert isinstance(registry, World)
        registry.folder = tmp_path
        yield registry


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    client = client_of()
    yield client
    client.close()


def hints_of(registry: World, client: RegistryClient) -> Hints:
    """Return the hints as one machine has them, whose clock stands still."""
    repository = Repository(registry.host, "stages")
    known = KnownHints(registry.folder / str(next(_MACHINES)), repository)
    return Hints(client, repository, known, lambda: 0.0)


def put_stage(
    registry: World, client: RegistryClient, commit: str, saved: float
) -> tuple[Candidate, bytes]:
    """Put the manifest of a stage under its own tag, as a storage does before it hints."""
    repository = Repository(registry.host, "stages")
    config = f"{{}} {commit}".encode()
    described = Descriptor(OCI_CONFIG, registry.add_blob("stages", config), len(config))
    commits = (("", commit),)
    stage = StoredStage(StageName.GIT_ARCHIVE, DIGEST, "", described.digest, saved, commits)
    data = stage_manifest(stage, "shop", described, ()).encode()
    digest = digest_of_bytes(data)
    client.put_manifest(repository.tagged(stage_tag(DIGEST, digest)), OCI_MANIFEST, data)
    return candidate_of(stage, Descriptor(OCI_MANIFEST, digest, len(data)), data), data


def found(registry: World, client: RegistryClient) -> list[str]:
    """Return the commits of what a third machine finds."""
    candidates = hints_of(registry, client).find(DIGEST)
    return [commit for one in candidates for _, commit in one.stage.commits]


def test_the_oldest_comes_first(registry: World, client: RegistryClient) -> None:
    for commit, saved in (("late", 2.0), ("early", 1.0)):
        hints = hints_of(registry, client)
        hints.write(*put_stage(registry, client, commit, saved), ())
    assert found(registry, client) == ["early", "late"]


def overwrite(registry: World, client: RegistryClient, one: Candidate) -> None:
    """Name *one* alone, as who read before others wrote, and was slow to write."""
    tag = Repository(registry.host, "stages").tagged(DIGEST.value)
    client.put_image(lambda digest: tag, index_of([one]))


def test_who_read_before_others_wrote_reads_again(registry: World, client: RegistryClient) -> None:
    first, second = hints_of(registry, client), hints_of(registry, client)
    for hints in (first, second):
        hints.find(DIGEST)
    first.write(*put_stage(registry, client, "one", 1.0), ())
    second.write(*put_stage(registry, client, "two", 2.0), ())
    assert found(registry, client) == ["one", "two"]


def test_who_was_overwritten_puts_it_back(registry: World, client: RegistryClient) -> None:
    hints = hints_of(registry, client)
    hints.write(*put_stage(registry, client, "one", 1.0), ())
    overwrite(registry, client, put_stage(registry, client, "two", 2.0)[0])
    hints.settle([DIGEST])
    assert found(registry, client) == ["one", "two"]


def test_what_others_put_back_later_is_seen_by_the_next_run(
    registry: World, client: RegistryClient
) -> None:
    hints = hints_of(registry, client)
    hints.write(*put_stage(registry, client, "late", 2.0), ())
    hints.settle([DIGEST])
    hints_of(registry, client).write(*put_stage(registry, client, "early", 1.0), ())
    assert hints.remembered(DIGEST) == ()
    hints.find(DIGEST)
    names = [one.stage.commits for one in hints.remembered(DIGEST)]
    assert names == [(("", "early"),), (("", "late"),)]


def test_what_was_found_once_is_remembered(registry: World, client: RegistryClient) -> None:
    hints = hints_of(registry, client)
    hints.write(*put_stage(registry, client, "one", 1.0), ())
    registry.seen.clear()
    assert [one.stage.commits for one in hints.remembered(DIGEST)] == [(("", "one"),)]
    assert registry.seen == []
    registry.repositories.clear()
    assert hints.find(DIGEST) == ()
    assert hints.remembered(DIGEST) == ()


def test_what_is_gone_is_not_named_any_more(registry: World, client: RegistryClient) -> None:
    hints = hints_of(registry, client)
    gone, data = put_stage(registry, client, "gone", 1.0)
    hints.write(gone, data, ())
    hints.write(*put_stage(registry, client, "new", 2.0), {gone.manifest.digest})
    assert found(registry, client) == ["new"]


def test_a_stage_that_was_deleted_does_not_spoil_the_hint(
    registry: World, client: RegistryClient
) -> None:
    """A registry refuses an index that names it; the others are named all the same."""
    hints_of(registry, client).write(*put_stage(registry, client, "one", 1.0), ())
    gone, data = put_stage(registry, client, "gone", 2.0)
    hints_of(registry, client).write(gone, data, ())
    del registry.repository("stages").manifests[gone.manifest.digest]
    hints_of(registry, client).write(*put_stage(registry, client, "new", 3.0), ())
    registry.seen.clear()
    assert found(registry, client) == ["one", "new"]
    assert registry.requests("GET", "tags/list") == []


def test_a_stage_that_was_deleted_does_not_hinder_who_settles(
    registry: World, client: RegistryClient
) -> None:
    hints = hints_of(registry, client)
    hints.write(*put_stage(registry, client, "one", 1.0), ())
    gone, _ = put_stage(registry, client, "gone", 2.0)
    overwrite(registry, client, gone)
    del registry.repository("stages").manifests[gone.manifest.digest]
    hints.settle([DIGEST])
    assert found(registry, client) == ["one"]


def test_a_registry_without_indexes_is_listed(registry: World, client: RegistryClient) -> None:
    registry.faults.append(Fault("PUT", "index", status=415, times=100))
    for commit, saved in (("one", 1.0), ("two", 2.0)):
        registry.faults.clear()
        written = put_stage(registry, client, commit, saved)
        registry.faults.append(Fault("PUT", f"manifests/{DIGEST}", status=415))
        hints_of(registry, client).write(*written, ())
    assert sorted(found(registry, client)) == ["one", "two"]


@pytest.mark.parametrize("text", [b"no json", b"{}", b'{"schemaVersion": 2, "manifests": [{}]}'])
def test_a_broken_hint_is_none(registry: World, client: RegistryClient, text: bytes) -> None:
    stored = registry.repository("stages")
    stored.manifests[digest_of_bytes(text)] = (OCI_MANIFEST, text)
    stored.tags[str(DIGEST)] = digest_of_bytes(text)
    assert found(registry, client) == []


def test_a_tag_of_somebody_else_is_no_hint(registry: World, client: RegistryClient) -> None:
    _, data = put_stage(registry, client, "one", 1.0)
    other = Digest("b" * 64)
    repository = Repository(registry.host, "stages")
    client.put_manifest(repository.tagged(str(other)), OCI_MANIFEST, data)
    assert hints_of(registry, client).find(other) == ()
