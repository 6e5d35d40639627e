"""Publishing moves what is new, touches what has changed, and leaves nothing half done."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes.locks import MemoryLocks
from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes
from tests.publish.workshop import Workshop
from werfish.errors import RegistryError
from werfish.trace import Trace


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
    looked = [path.partition(":")[0] for method, path in shop.registry.seen if method == "HEAD"]
    assert looked == ["/v2/app/blobs/sha256"] * 3  # each of its blobs once
    assert sorted(one for one in shop.registry.seen if one[0] != "HEAD") == [
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
