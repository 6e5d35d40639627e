"""What a registry lost, or holds damaged, of a published image is brought again."""

import gzip
from collections.abc import Iterator

import pytest

from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.publish.workshop import Workshop
from werfish.oci.manifest import Manifest
from werfish.registry.errors import DamagedBlobError


def manifest_of(shop: Workshop, tag: str) -> Manifest:
    """Return the image that *tag* names."""
    decoded = shop.client.get_manifest(shop.repository().tagged(tag)).decode()
    assert isinstance(decoded, Manifest)
    return decoded


def contents(shop: Workshop) -> list[bytes]:
    """Return the unpacked layers of the published image, after checking every blob."""
    manifest, blobs = manifest_of(shop, "one"), shop.registry.repository("app").blobs
    for blob in (*manifest.layers, manifest.config):
        assert digest_of_bytes(blobs[blob.digest]) == blob.digest
        assert len(blobs[blob.digest]) == blob.size
    return [gzip.decompress(blobs[layer.digest]) for layer in manifest.layers]


@pytest.mark.parametrize("what", ["layer", "config"])
def test_a_tag_that_lost_a_blob_is_published_anew(shop: Workshop, what: str) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    before = contents(shop)
    manifest = manifest_of(shop, "one")
    lost = manifest.config if what == "config" else manifest.layers[0]
    del shop.registry.repository("app").blobs[lost.digest]
    [again] = shop.publish(image, "one")
    assert (again.is_new, contents(shop)) == (True, before)
    assert (
        "it lost 1 of its 2 blobs, or a part of them; they are published" in shop.output.getvalue()
    )


def test_a_damaged_layer_goes_as_another_blob(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    before = contents(shop)
    [damaged] = manifest_of(shop, "one").layers
    shop.registry.cut_blob("app", damaged.digest)
    shop.publish(image, "one")
    [layer] = manifest_of(shop, "one").layers
    assert (contents(shop), layer.digest != damaged.digest) == (before, True)
    [again] = shop.publish(image, "one")
    assert not again.is_new


def test_what_is_damaged_again_goes_as_yet_another_blob(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    before = contents(shop)
    for _ in range(2):
        [damaged] = manifest_of(shop, "one").layers
        shop.registry.cut_blob("app", damaged.digest)
        shop.publish(image, "one")
        assert contents(shop) == before


def test_a_damaged_configuration_is_an_error(shop: Workshop) -> None:
    """It cannot go as another: its digest is the image's id."""
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    shop.registry.cut_blob("app", manifest_of(shop, "one").config.digest)
    with pytest.raises(DamagedBlobError):
        shop.publish(image, "one")


def test_a_damaged_manifest_is_put_as_another(shop: Workshop) -> None:
    shop.publish(shop.image(shop.written_layer("b")), "another")
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one", "two")
    before = contents(shop)
    shop.registry.empty_manifest("app", "one")
    shop.publish(image, "one", "two")
    assert contents(shop) == before
    again = shop.publish(image, "one", "two")
    assert [one.is_new for one in again] == [False, False]


def test_an_older_image_does_not_vouch_for_what_is_broken(shop: Workshop) -> None:
    lower = shop.written_layer("a")
    shop.publish(shop.image(lower), "old")
    image = shop.image(lower, shop.written_layer("b"))
    shop.publish(image, "one")
    before = contents(shop)
    shop.registry.cut_blob("app", manifest_of(shop, "one").layers[0].digest)
    shop.publish(image, "one", "old")
    assert contents(shop) == before
    assert manifest_of(shop, "old") == manifest_of(shop, "one")


def test_a_damaged_layer_of_instructions_is_told(shop: Workshop) -> None:
    """The backend believes the registry that it is there, and sends nothing."""
    image = shop.image(shop.run_layer("a"))
    shop.publish(image, "one")
    shop.registry.cut_blob("app", manifest_of(shop, "one").layers[0].digest)
    with pytest.raises(DamagedBlobError):
        shop.publish(image, "one")


def test_all_tags_name_one_manifest_also_after_damage(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one", "other")
    shop.registry.empty_manifest("app", "one")
    shop.registry.repository("app").tags.pop("other")
    shop.publish(shop.image(shop.written_layer("b")), "another")
    shop.publish(image, "one", "two")
    assert manifest_of(shop, "two") == manifest_of(shop, "one")


def test_a_registry_that_hides_blobs_has_them(shop: Workshop) -> None:
    image = shop.image(shop.written_layer("a"))
    shop.publish(image, "one")
    shop.registry.faults = [Fault("HEAD", "/blobs/", 403, times=9)]
    [again] = shop.publish(image, "one")
    assert not again.is_new


@pytest.fixture
def elsewhere() -> Iterator[FakeRegistry]:
    """Serve a second registry."""
    with running(FakeRegistry()) as registry:
        yield registry


def test_a_damaged_copy_of_a_base_goes_as_another_blob(
    shop: Workshop, elsewhere: FakeRegistry
) -> None:
    """Its bytes come from the other registry once more."""
    base = shop.image(shop.run_layer("base"))
    image = shop.image(*base.config.diff_ids, shop.written_layer("a"))
    source = shop.put_base(base, "library/base", elsewhere)
    shop.publish(image, "one", base=source)
    copied = manifest_of(shop, "one").layers[0]
    shop.registry.cut_blob("app", copied.digest)
    shop.publish(image, "one", base=source)
    layer, blobs = manifest_of(shop, "one").layers[0], shop.registry.repository("app").blobs
    assert blobs[layer.digest].startswith(b"compressed by a stranger")
    assert layer.digest == digest_of_bytes(blobs[layer.digest]) != copied.digest
