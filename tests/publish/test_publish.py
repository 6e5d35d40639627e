"""Publishing moves what is new, touches what has changed, and leaves nothing half done."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes.locks import MemoryLocks
from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.publish.workshop import Workshop
from tests.registry.clients import client_of
from werfish.errors import RegistryError
from werfish.oci.manifest import Index, Manifest, Platform
from werfish.oci.media_types import (
    DOCKER_CONFIG,
    DOCKER_LAYER_GZIP,
    DOCKER_MANIFEST,
    OCI_INDEX,
)
from werfish.oci.reference import Reference, Repository
from werfish.storage.transfer.push import TEMPORARY_PREFIX
from werfish.trace import Trace


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Have a machine and an empty registry."""
    with running(FakeRegistry()) as registry:
        yield Workshop(registry, tmp_path)


def writes(registry: FakeRegistry) -> list[tuple[str, str]]:
    """Return what was written since the requests were last forgotten."""
    return [(method, path) for method, path in registry.seen if method not in ("GET", "HEAD")]


def test_written_layers_are_uploaded_from_the_host_store(shop: Workshop) -> None:
    layer = shop.written_layer("a")
    shop.publish(shop.image(layer), "one")
    stored = shop.store.find(layer)
    assert stored is not None
    assert shop.layers_of("one") == (stored.digest,)
    assert shop.backend.pushed == []


def test_trace_tells_what_publishing_did(shop: Workshop) -> None:
    shop.trace = Trace(lambda: 1.0)
    shop.publish(shop.image(shop.written_layer("a")), "one")
    names = {event["name"] for event in json.loads(shop.trace.document())["traceEvents"]}
    steps = {"look for tags", "bring layers", "send configuration", "put manifests"}
    assert names == {"thread_name", "publish", *steps}


def test_published_image_is_described(shop: Workshop) -> None:
    [published] = shop.publish(shop.image(shop.written_layer("a")), "one")
    stored = shop.client.get_manifest(shop.repository().tagged("one"))
    assert published.reference == f"{shop.registry.host}/app:one"
    assert (published.digest, published.is_new) == (stored.digest, True)


def test_image_says_who_it_is_but_not_its_tag(shop: Workshop) -> None:
    one, two = shop.publish(shop.image(shop.written_layer("a")), "one", "two")
    assert one.digest == two.digest
    config = shop.registry.repository("app").blobs[one.image_id]
    assert b'"io.werfish.image":"web","io.werfish.project":"shop"' in config


def test_manifest_tells_where_it_comes_from_and_is_left_by_another_commit(shop: Workshop) -> None:
    request = shop.request(shop.image(shop.written_layer("a")), ["one"], "app")
    said = ("org.opencontainers.image.revision", "first")
    shop.publish_all([replace(request, annotations=(said,))])
    [[again]] = shop.publish_all([replace(request, annotations=((said[0], "second"),))])
    manifest = shop.client.get_manifest(shop.repository().tagged("one")).decode()
    assert (manifest.annotations, again.is_new) == ((said,), False)


def test_users_labels_are_added(shop: Workshop) -> None:
    request = shop.request(shop.image(shop.written_layer("a")), ["one"], "app")
    [[image]] = shop.publish_all([replace(request, labels=(("team", "shop"),))])
    assert b'"team":"shop"' in shop.registry.repository("app").blobs[image.image_id]


def test_exported_image_tells_nothing_of_werfish(shop: Workshop) -> None:
    request = shop.request(shop.image(shop.written_layer("a")), ["one"], "app")
    [[image]] = shop.publish_all([replace(request, is_export=True)])
    assert b"io.werfish" not in shop.registry.repository("app").blobs[image.image_id]


def test_second_time_nothing_is_written(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"), shop.run_layer("b"))
    shop.publish(image, "one", "two")
    shop.registry.seen.clear()
    again = shop.publish(image, "one", "two")
    assert [published.is_new for published in again] == [False, False]
    assert sorted(shop.registry.seen) == [
        ("GET", "/v2/app/manifests/one"),
        ("GET", "/v2/app/manifests/two"),
    ]


def test_up_to_date_is_said(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    for _ in range(2):
        shop.publish(image, "one")
    assert "app:one is up to date" in shop.output.getvalue()


def test_further_tag_costs_one_write(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    shop.registry.seen.clear()
    shop.publish(image, "one", "two")
    assert writes(shop.registry) == [("PUT", "/v2/app/manifests/two")]


@pytest.mark.parametrize("code", ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN"])
def test_what_was_deleted_below_a_tag_is_brought_again(shop: Workshop, code: str) -> None:
    shop.registry.lacking = code
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    shop.registry.repository("app").blobs.clear()
    shop.publish(image, "one", "two")
    assert shop.layers_of("two") == shop.layers_of("one")


@pytest.mark.parametrize("data", [b"no json", b'{"schemaVersion": 1}', b'{"schemaVersion": 2}'])
def test_what_is_no_image_is_written_over(shop: Workshop, data: bytes) -> None:
    stored = shop.registry.repository("app")
    stored.manifests[digest_of_bytes(data)] = ("application/json", data)
    stored.tags["one"] = digest_of_bytes(data)
    [published] = shop.publish(shop.image(shop.written_layer("a")), "one")
    assert (published.is_new, len(shop.layers_of("one"))) == (True, 1)


def test_only_the_new_layer_is_uploaded(shop: Workshop) -> None:
    below = shop.written_layer("a")
    shop.publish(shop.image(below), "one")
    shop.registry.seen.clear()
    shop.publish(shop.image(below, shop.written_layer("b")), "one")
    assert len(shop.registry.requests("PUT", "blobs/uploads")) == 2  # a layer and a configuration


def test_known_layer_is_mounted_from_another_repository(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"), shop.run_layer("b"))
    shop.publish(image, "one", path="app")
    shop.registry.seen.clear()
    shop.publish(image, "one", path="other")
    assert len(shop.registry.requests("POST", "mount=")) == 2
    assert len(shop.registry.requests("PUT", "blobs/uploads")) == 1  # the configuration
    assert shop.layers_of("one", "other") == shop.layers_of("one", "app")


def test_layer_goes_from_repository_to_repository_where_nothing_is_mounted(shop: Workshop) -> None:
    image = shop.image(shop.run_layer("b"))
    shop.publish(image, "one", path="app")
    shop.registry.has_mounts = False
    shop.backend.pushed.clear()
    shop.publish(image, "one", path="other")
    assert shop.layers_of("one", "other") == shop.layers_of("one", "app")
    assert shop.backend.pushed == []


class TestLayersOfInstructions:
    """What only the backend has is pushed by it, once."""

    def test_the_backend_pushes_them(self, shop: Workshop) -> None:
        shop.publish(shop.image(shop.run_layer("a")), "one")
        assert len(shop.layers_of("one")) == 1
        assert len(shop.backend.pushed) == 1

    def test_the_lowest_image_that_has_them_is_pushed(self, shop: Workshop) -> None:
        layers = [shop.run_layer("a"), shop.run_layer("b"), shop.written_layer("c")]
        chain = [shop.image(*layers[:count]) for count in (1, 2, 3)]
        shop.publish(chain[-1], "one", chain=chain)
        [(_, pushed)] = shop.backend.pushed
        assert pushed.config.diff_ids == tuple(layers[:2])

    def test_what_the_host_store_has_above_them_is_uploaded_from_there(
        self, shop: Workshop
    ) -> None:
        run, written = shop.run_layer("a"), shop.written_layer("b")
        chain = [shop.image(run), shop.image(run, written)]
        shop.publish(chain[-1], "one", chain=chain)
        stored = shop.store.find(written)
        assert stored is not None
        assert shop.layers_of("one")[1] == stored.digest

    def test_second_time_they_are_known(self, shop: Workshop) -> None:
        run = shop.run_layer("a")
        shop.publish(shop.image(run), "one")
        shop.publish(shop.image(run, shop.written_layer("b")), "one")
        assert len(shop.backend.pushed) == 1

    def test_they_are_pushed_again_if_the_registry_lost_them(self, shop: Workshop) -> None:
        image = shop.image(shop.run_layer("a"))
        shop.publish(image, "one")
        shop.registry.repositories.clear()
        shop.publish(image, "one")
        assert len(shop.layers_of("one")) == 1

    def test_no_temporary_tag_stays(self, shop: Workshop) -> None:
        shop.publish(shop.image(shop.run_layer("a")), "one")
        assert shop.client.list_tags(shop.repository()) == ("one",)
        assert shop.backend.tags == {}

    def test_where_nothing_is_deleted_one_temporary_tag_stays(self, shop: Workshop) -> None:
        shop.registry.has_deletion = False
        image = shop.image(shop.run_layer("a"))
        shop.publish(image, "one")
        for known in (shop.folder / "blobs" / "known").iterdir():
            known.unlink()
        shop.publish(image, "two")
        tags = shop.client.list_tags(shop.repository())
        assert [tag.startswith(TEMPORARY_PREFIX) for tag in tags] == [False, False, True]
        assert "temporary tag" in shop.output.getvalue()

    def test_a_tag_of_somebody_else_stays(self, shop: Workshop) -> None:
        """A registry deletes a manifest with all its tags: so the temporary one is nobody's."""
        image = shop.image(shop.run_layer("a"))
        shop.backend.push(image, f"{shop.registry.host}/app:stage")
        shop.publish(image, "one")
        assert shop.client.list_tags(shop.repository()) == ("one", "stage")

    def test_the_copy_for_it_is_marked_for_the_sweep(self, shop: Workshop) -> None:
        shop.publish(shop.image(shop.run_layer("a")), "one")
        [(_, pushed)] = shop.backend.pushed
        assert pushed.config.labels["lease"] == "mine"

    def test_another_process_may_delete_the_same_temporary_tag(self, shop: Workshop) -> None:
        shop.registry.faults.append(Fault("GET", TEMPORARY_PREFIX, status=404))
        shop.publish(shop.image(shop.run_layer("a")), "one")
        assert len(shop.layers_of("one")) == 1


class TestSeveralImages:
    """Images that are published at once share what they have in common."""

    @pytest.mark.parametrize("paths", [["app"] * 4, ["a", "b", "c", "d"]], ids=["mono", "multi"])
    def test_a_common_layer_is_moved_once(self, shop: Workshop, paths: list[str]) -> None:
        common = shop.written_layer("common")
        images = [shop.image(common, shop.written_layer(str(number))) for number in range(4)]
        requests = [
            shop.request(image, [f"t{number}"], path)
            for number, (image, path) in enumerate(zip(images, paths, strict=True))
        ]
        shop.publish_all(requests)
        uploads = len(shop.registry.requests("PUT", "blobs/uploads"))
        assert uploads == 1 + 4 + 4  # the common layer, one an image, and the configurations

    def test_a_common_layer_of_instructions_is_pushed_once(self, shop: Workshop) -> None:
        run = shop.run_layer("run")
        images = [shop.image(run, shop.written_layer(str(number))) for number in range(4)]
        paths = ["a", "b", "c", "d"]
        shop.publish_all(
            [
                shop.request(image, ["one"], path, chain=[shop.image(run)])
                for image, path in zip(images, paths, strict=True)
            ]
        )
        assert len(shop.backend.pushed) == 1
        assert len({shop.layers_of("one", path)[0] for path in paths}) == 1

    def test_one_that_fails_does_not_hold_the_others_back(self, shop: Workshop) -> None:
        common = shop.written_layer("common")
        shop.registry.faults.append(Fault("PUT", "v2/a/blobs/uploads", status=403, times=9))
        requests = [shop.request(shop.image(common), ["one"], path) for path in ("a", "b")]
        with pytest.raises(RegistryError, match="403"):
            shop.publish_all(requests)


class TestLayersOfTheBase:
    """A base image's blobs are taken from where it came from, without the backend."""

    def test_they_are_mounted_in_the_same_registry(self, shop: Workshop) -> None:
        base = shop.image(shop.run_layer("a"))
        source = shop.put_base(base, "library/base", shop.registry)
        image = shop.image(*base.config.diff_ids, shop.written_layer("b"))
        shop.publish(image, "one", base=source)
        assert shop.backend.pushed == []
        assert len(shop.registry.requests("POST", "mount=")) == 1

    def test_they_are_copied_from_another_registry(self, shop: Workshop) -> None:
        base = shop.image(shop.run_layer("a"))
        with running(FakeRegistry()) as other:
            source = shop.put_base(base, "library/base", other)
            shop.publish(shop.image(*base.config.diff_ids), "one", base=source)
            copied = set(other.repository("library/base").blobs)
        assert set(shop.layers_of("one")) < copied
        assert shop.backend.pushed == []

    def test_the_base_is_read_once(self, shop: Workshop) -> None:
        base = shop.image(shop.run_layer("a"))
        source = shop.put_base(base, "library/base", shop.registry)
        for name in ("b", "c"):
            image = shop.image(*base.config.diff_ids, shop.written_layer(name))
            shop.publish(image, "one", base=source)
        assert len(shop.registry.requests("GET", "library/base/manifests")) == 1

    def test_an_index_leads_to_the_image_of_the_platform(self, shop: Workshop) -> None:
        base = shop.image(shop.run_layer("a"))
        source = shop.put_base(base, "library/base", shop.registry)
        child = shop.client.get_manifest(source).descriptor
        wrong = replace(child, platform=Platform("linux", "arm64"))
        index = Index((wrong, replace(child, platform=Platform("linux", "amd64"))))
        target = source.repository.tagged("list")
        digest = shop.client.put_manifest(target, OCI_INDEX, index.encode())
        pinned = source.repository.pinned(digest)
        shop.publish(shop.image(*base.config.diff_ids), "one", base=pinned)
        assert shop.backend.pushed == []

    @pytest.mark.parametrize("path", ["library/gone", "library/base"])
    def test_a_base_that_is_gone_or_another_one_is_pushed_by_the_backend(
        self, shop: Workshop, path: str
    ) -> None:
        other = shop.image(shop.run_layer("another base"))
        shop.put_base(other, "library/base", shop.registry)
        source = Reference(Repository(shop.registry.host, path), "1")
        shop.publish(shop.image(shop.run_layer("a")), "one", base=source)
        assert len(shop.backend.pushed) == 1


class TestRefusals:
    """A publication that ends early is one error, and nothing of it is visible."""

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(Fault("PUT", "uploads", status=403, times=99), id="upload-denied"),
            pytest.param(Fault("PUT", "uploads", kind="cut", times=99), id="upload-broken-off"),
            pytest.param(Fault("POST", "uploads", status=500, times=99), id="registry-broken"),
            pytest.param(Fault("PUT", "manifests/one", status=400, times=99), id="manifest"),
            pytest.param(Fault("GET", "manifests/one", status=401, times=99), id="look-up"),
        ],
    )
    def test_the_tag_is_not_there(self, shop: Workshop, fault: Fault) -> None:
        image = shop.image(shop.run_layer("a"), shop.written_layer("b"))
        shop.registry.faults.append(fault)
        with pytest.raises(RegistryError):
            shop.publish(image, "one")
        shop.registry.faults.clear()
        assert shop.client.list_tags(shop.repository()) == ()
        assert shop.backend.tags == {}

    def test_the_old_image_stays_under_the_tag(self, shop: Workshop) -> None:
        [old] = shop.publish(shop.image(shop.written_layer("a")), "one")
        shop.registry.faults.append(Fault("PUT", "uploads", status=507, times=99))
        with pytest.raises(RegistryError, match="507"):
            shop.publish(shop.image(shop.written_layer("b")), "one")
        assert shop.client.get_manifest(shop.repository().tagged("one")).digest == old.digest

    def test_the_next_try_finishes_it(self, shop: Workshop) -> None:
        image = shop.image(shop.run_layer("a"), shop.written_layer("b"))
        shop.registry.faults.append(Fault("PUT", "manifests/one", status=400))
        with pytest.raises(RegistryError):
            shop.publish(image, "one")
        shop.publish(image, "one")
        assert len(shop.layers_of("one")) == 2

    def test_a_damaged_file_of_the_host_store_is_named(self, shop: Workshop) -> None:
        layer = shop.written_layer("a")
        stored = shop.store.find(layer)
        assert stored is not None
        stored.path.write_bytes(b"x" * stored.size)
        with pytest.raises(RegistryError) as caught:
            shop.publish(shop.image(layer), "one")
        assert str(stored.path) in caught.value.hint


@dataclass
class Waiting:
    """Locks that another machine has held for so long that it was done: *others* is what it did."""

    others: Callable[[], object]

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        self.others()
        yield


def test_the_lock_of_an_image_is_taken_where_something_is_written(shop: Workshop) -> None:
    locks = MemoryLocks()
    shop.locks = locks
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one", "two")
    assert locks.names == [f"{shop.registry.host}/app-image-web"]
    shop.publish(image, "one", "two")
    assert len(locks.names) == 1


def test_who_waited_for_another_machine_writes_nothing(shop: Workshop, tmp_path: Path) -> None:
    other = Workshop(shop.registry, tmp_path / "other")
    theirs = other.image(other.written_layer("a"))

    def publish_there() -> None:
        other.publish(theirs, "one")
        shop.registry.seen.clear()

    shop.locks = Waiting(publish_there)
    [published] = shop.publish(shop.image(shop.written_layer("a")), "one")
    assert not published.is_new
    assert writes(shop.registry) == []


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param((400, "MANIFEST_INVALID"), id="distribution-before-2.7"),
        pytest.param((404, "TAG_INVALID"), id="distribution-before-2.3"),
        pytest.param((405, "UNSUPPORTED"), id="ecr"),
        pytest.param((415, "MANIFEST_UNACCEPTABLE"), id="by-its-status"),
    ],
)
def test_registry_that_refuses_oci_gets_docker_manifests(
    shop: Workshop, refusal: tuple[int, str]
) -> None:
    shop.registry.refusal = refusal
    image = shop.image(shop.written_layer("a"))
    one, two = shop.publish(image, "one", "two")
    stored = shop.client.get_manifest(shop.repository().tagged("two"))
    manifest = stored.decode()
    assert isinstance(manifest, Manifest)
    assert (stored.media_type, manifest.media_type) == (DOCKER_MANIFEST, DOCKER_MANIFEST)
    assert manifest.config.media_type == DOCKER_CONFIG
    assert {layer.media_type for layer in manifest.layers} == {DOCKER_LAYER_GZIP}
    assert one.digest == two.digest == stored.digest
    again = shop.publish(image, "one")
    assert [published.is_new for published in again] == [False]


def test_registry_that_refuses_oci_is_told_of_once(shop: Workshop) -> None:
    said = io.StringIO()
    shop.registry.refusal = 400, "MANIFEST_INVALID"
    shop.client = client_of(output=said)
    for name in ("a", "b"):
        shop.publish(shop.image(shop.written_layer(name)), name)
    assert len(shop.registry.requests("PUT", "manifests/")) == 3
    assert said.getvalue().count("refuses manifests of OCI") == 1


def test_manifest_that_no_kind_helps_is_refused_in_the_first_words(shop: Workshop) -> None:
    shop.registry.faults.append(Fault("PUT", "manifests/", status=415, times=9))
    with pytest.raises(RegistryError, match="415"):
        shop.publish(shop.image(shop.written_layer("a")), "one")
    assert len(shop.registry.requests("PUT", "manifests/")) == 2
