"""Where the layers of a published image come from: instructions, the base, other images."""

from dataclasses import replace

import pytest

from tests.fakes.registry import FakeRegistry, Fault, running
from tests.publish.workshop import Workshop
from werfish.oci.manifest import Index, Platform
from werfish.oci.media_types import (
    OCI_INDEX,
)
from werfish.oci.reference import Reference, Repository
from werfish.storage.transfer.push import TEMPORARY_PREFIX


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

    def test_another_process_may_remove_the_same_image(self, shop: Workshop) -> None:
        """Homes that share a daemon know nothing of each other: the next try is of one's own."""
        shop.backend.gone = 2
        shop.publish(shop.image(shop.run_layer("a")), "one")
        assert len(shop.layers_of("one")) == 1
        assert len({reference for reference, _ in shop.backend.pushed}) == 1
        assert len({image.id for image in shop.backend.refused}) == 2
        assert shop.client.list_tags(shop.repository()) == ("one",)
        assert shop.backend.tags == {}


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
