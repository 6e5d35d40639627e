"""Registries that refuse: what is told, and what is tried in another form."""

import io

import pytest

from tests.fakes.registry import Fault
from tests.publish.workshop import Workshop
from tests.registry.clients import client_of
from werfish.errors import RegistryError
from werfish.oci.manifest import Manifest
from werfish.oci.media_types import (
    DOCKER_CONFIG,
    DOCKER_LAYER_GZIP,
    DOCKER_MANIFEST,
)


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
