"""What holds for the client with every registry: run on the fake here, on a real one elsewhere."""

import contextlib

import pytest

from tests.fakes.registry import digest_of_bytes
from werfish.oci.manifest import Descriptor, Index, Manifest
from werfish.oci.media_types import (
    DOCKER_CONFIG,
    DOCKER_INDEX,
    DOCKER_LAYER_GZIP,
    DOCKER_MANIFEST,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_LAYER_GZIP,
    OCI_MANIFEST,
)
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import (
    DeletionDisabledError,
    MismatchError,
    NotFoundError,
    RefusedError,
)
from werfish.registry.transfer import Job, in_parallel


def put_blob(client: RegistryClient, repository: Repository, data: bytes) -> Descriptor:
    """Upload *data* and return what refers to it."""
    digest = digest_of_bytes(data)
    client.upload_blob(repository, digest, len(data), lambda: [data])
    return Descriptor(OCI_LAYER_GZIP, digest, len(data))


def put_image(client: RegistryClient, repository: Repository, tag: str, *layers: bytes) -> str:
    """Publish an image of *layers* (any bytes) under *tag*, and return its manifest's digest."""
    config = put_blob(client, repository, b"{}" + tag.encode())
    blobs = tuple(put_blob(client, repository, layer) for layer in layers)
    manifest = Manifest(Descriptor(OCI_CONFIG, config.digest, config.size), blobs)
    return client.put_manifest(repository.tagged(tag), OCI_MANIFEST, manifest.encode())


class RegistryContract:
    """The laws; a subclass has the fixtures *client*, *repository* and *neighbour*.

    Both repositories lie in one registry, are empty, and belong to one test. The client sends
    blobs of more than a megabyte in parts.
    """

    def test_blob_comes_back_as_it_went(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        data = bytes(range(256)) * 20_000
        blob = put_blob(client, repository, data)
        assert b"".join(client.get_blob(repository, blob)) == data

    def test_blob_is_sent_once(self, client: RegistryClient, repository: Repository) -> None:
        digest = digest_of_bytes(b"layer")
        sent = [client.upload_blob(repository, digest, 5, lambda: [b"layer"]) for _ in range(2)]
        assert sent == [True, False]

    def test_body_may_come_in_pieces(self, client: RegistryClient, repository: Repository) -> None:
        digest = digest_of_bytes(b"abcdef")
        client.upload_blob(repository, digest, 6, lambda: iter([b"ab", b"", b"cdef"]))
        assert client.has_blob(repository, digest)

    def test_blob_of_another_digest_is_refused(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        with pytest.raises(RefusedError) as caught:
            client.upload_blob(repository, digest_of_bytes(b"left"), 5, lambda: [b"right"])
        assert caught.value.has_code("DIGEST_INVALID")

    def test_refused_blob_is_not_there(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = digest_of_bytes(b"left")
        with pytest.raises(RefusedError):
            client.upload_blob(repository, digest, 5, lambda: [b"right"])
        assert not client.has_blob(repository, digest)

    def test_blob_in_parts_of_another_digest_is_refused(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        data = b"x" * 3_000_000
        with pytest.raises(RefusedError) as caught:
            client.upload_blob(repository, digest_of_bytes(b"y"), len(data), lambda: [data])
        assert caught.value.has_code("DIGEST_INVALID")

    def test_empty_blob_is_one(self, client: RegistryClient, repository: Repository) -> None:
        blob = put_blob(client, repository, b"")
        assert client.read_blob(repository, blob) == b""

    def test_blob_of_another_length_is_damaged(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        blob = put_blob(client, repository, b"layer")
        found = []
        for size in (5, 6, 4, 5):
            whole = client.has_blob(repository, blob.digest, size)
            found.append((whole, blob.digest in client.damaged_in(repository.registry)))
        assert found == [(True, False), (False, True), (False, True), (True, False)]

    def test_deleted_blob_is_gone(self, client: RegistryClient, repository: Repository) -> None:
        blob = put_blob(client, repository, b"layer")
        for _ in range(2):
            client.delete_blob(repository, blob.digest)
        assert not client.has_blob(repository, blob.digest)

    def test_copy_inside_a_registry_sends_nothing(
        self, client: RegistryClient, repository: Repository, neighbour: Repository
    ) -> None:
        blob = put_blob(client, neighbour, b"shared layer")
        assert not client.copy_blob(repository, blob, neighbour)
        assert client.has_blob(repository, blob.digest)

    def test_unknown_blob_cannot_be_read(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        with pytest.raises(NotFoundError):
            client.read_blob(repository, Descriptor("", digest_of_bytes(b"nothing"), 7))

    def test_blob_is_mounted_without_moving_it(
        self, client: RegistryClient, repository: Repository, neighbour: Repository
    ) -> None:
        blob = put_blob(client, neighbour, b"shared layer")
        assert client.mount_blob(repository, blob.digest, neighbour)
        assert client.read_blob(repository, blob) == b"shared layer"

    def test_mount_of_an_unknown_blob_says_no(
        self, client: RegistryClient, repository: Repository, neighbour: Repository
    ) -> None:
        assert not client.mount_blob(repository, digest_of_bytes(b"nowhere"), neighbour)

    def test_manifest_comes_back_as_it_went(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = put_image(client, repository, "one", b"layer")
        stored = client.get_manifest(repository.tagged("one"))
        assert (stored.digest, stored.media_type) == (digest, OCI_MANIFEST)

    def test_manifest_is_found_by_digest(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = put_image(client, repository, "one", b"layer")
        assert client.get_manifest(repository.pinned(digest)).digest == digest

    def test_head_says_what_get_would(self, client: RegistryClient, repository: Repository) -> None:
        put_image(client, repository, "one", b"layer")
        reference = repository.tagged("one")
        assert client.head_manifest(reference) == client.get_manifest(reference).descriptor

    def test_unknown_manifest_is_none(self, client: RegistryClient, repository: Repository) -> None:
        reference = repository.tagged("nothing")
        assert (client.find_manifest(reference), client.head_manifest(reference)) == (None, None)

    def test_manifest_needs_its_blobs(self, client: RegistryClient, repository: Repository) -> None:
        nowhere = Descriptor(OCI_CONFIG, digest_of_bytes(b"nowhere"), 7)
        data = Manifest(nowhere, ()).encode()
        with pytest.raises(RefusedError, match="BLOB_UNKNOWN"):
            client.put_manifest(repository.tagged("one"), OCI_MANIFEST, data)

    def test_index_lists_manifests(self, client: RegistryClient, repository: Repository) -> None:
        digest = put_image(client, repository, "one", b"layer")
        child = client.get_manifest(repository.pinned(digest)).descriptor
        index = Index((child,))
        client.put_manifest(repository.tagged("list"), OCI_INDEX, index.encode())
        assert client.get_manifest(repository.tagged("list")).decode() == index

    def test_dockers_types_are_kept(self, client: RegistryClient, repository: Repository) -> None:
        config, layer = (put_blob(client, repository, data) for data in (b"{}", b"layer"))
        manifest = Manifest(
            Descriptor(DOCKER_CONFIG, config.digest, config.size),
            (Descriptor(DOCKER_LAYER_GZIP, layer.digest, layer.size),),
            media_type=DOCKER_MANIFEST,
        )
        one = repository.tagged("one")
        client.put_manifest(one, DOCKER_MANIFEST, manifest.encode())
        index = Index((client.get_manifest(one).descriptor,), media_type=DOCKER_INDEX)
        client.put_manifest(repository.tagged("list"), DOCKER_INDEX, index.encode())
        found = [client.get_manifest(repository.tagged(tag)).decode() for tag in ("one", "list")]
        assert found == [manifest, index]

    def test_deleting_a_tag_leaves_the_rest_or_says_that_it_cannot(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = put_image(client, repository, "one", b"layer")
        with contextlib.suppress(DeletionDisabledError):
            client.delete_tag(repository.tagged("one"))
            assert client.list_tags(repository) == ()
        assert client.find_manifest(repository.pinned(digest)) is not None

    def test_deleting_a_manifest_takes_its_tags(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = put_image(client, repository, "one", b"layer")
        client.delete_manifest(repository, digest)
        assert client.find_manifest(repository.tagged("one")) is None

    def test_deleting_twice_is_no_error(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        digest = put_image(client, repository, "one", b"layer")
        for _ in range(2):
            client.delete_manifest(repository, digest)

    def test_all_tags_are_listed(self, client: RegistryClient, repository: Repository) -> None:
        digest = put_image(client, repository, "first", b"layer")
        stored = client.get_manifest(repository.pinned(digest))
        for number in range(7):
            reference = repository.tagged(f"t{number}")
            client.put_manifest(reference, stored.media_type, stored.data)
        assert client.list_tags(repository) == ("first", *(f"t{number}" for number in range(7)))

    def test_unknown_repository_has_no_tags(
        self, client: RegistryClient, repository: Repository
    ) -> None:
        assert client.list_tags(repository) == ()

    def test_many_uploads_at_once(self, client: RegistryClient, repository: Repository) -> None:
        blobs = [number.to_bytes(4, "big") * 50_000 for number in range(12)]

        def job(data: bytes) -> Job[bool]:
            digest = digest_of_bytes(data)
            pieces = [data[start : start + 65536] for start in range(0, len(data), 65536)]
            return lambda stop: client.upload_blob(repository, digest, len(data), lambda: pieces)

        assert in_parallel([job(data) for data in blobs]) == (True,) * 12

    def test_wrong_bytes_are_noticed(self, client: RegistryClient, repository: Repository) -> None:
        """A size or digest that is not the blob's never passes for it."""
        blob = put_blob(client, repository, b"layer")
        stored = client.find_manifest(repository.pinned(put_image(client, repository, "a", b"l")))
        assert stored is not None
        with pytest.raises((MismatchError, NotFoundError)):
            b"".join(client.get_blob(repository, Descriptor("", stored.digest, blob.size)))
