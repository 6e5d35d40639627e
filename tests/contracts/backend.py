"""What holds for every backend: run on the fake here, on a real daemon from integration/."""

from collections.abc import Callable

import pytest

from tests.contracts.backend_dockerfiles import DockerfileContract
from tests.contracts.backend_layers import FILE, LayerContract, config_on
from tests.contracts.backend_runs import RunContract
from werfish.containers.backend import (
    Backend,
    LocalImage,
)
from werfish.errors import BuildError
from werfish.oci.layer import LayerEntry


class BackendContract(DockerfileContract, LayerContract, RunContract):
    """The laws; a subclass has the fixtures *backend*, *base*, *blobs* and *repository*.

    *base* has bash, ``/etc/passwd``, ``usr/bin`` and ``bin -> usr/bin``. *repository* is a name for
    tags of this test alone.
    """

    def test_the_id_of_an_image_is_that_of_its_configuration(
        self, backend: Backend, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("file", FILE, source="a"), tag=f"{repository}:one")
        assert image.id == image.config.id
        assert backend.inspect(f"{repository}:one") == image
        assert backend.inspect(image.id) == image

    def test_files_have_a_size(
        self, backend: Backend, base: LocalImage, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("file", FILE, source="a" * 5000), tag=f"{repository}:one")
        assert backend.size(image) >= backend.size(base) + 5000

    def test_settings_alone_make_an_image(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        config = config_on(base.config, colour="green").with_layers((), "test")
        image = backend.assemble(base, (), config, f"{repository}:labels")
        found = backend.inspect(f"{repository}:labels")
        assert found == image
        assert found.config.labels["colour"] == "green"

    def test_an_image_can_begin_with_nothing(
        self, backend: Backend, put: Callable[..., LocalImage], repository: str
    ) -> None:
        scratch = backend.resolve_base("scratch")
        assert (scratch.digest, scratch.image.config.diff_ids) == ("", ())
        config = config_on(scratch.image.config).with_layers((), "test")
        below = backend.assemble(scratch.image, (), config, "")
        image = put(LayerEntry("file", FILE, source="a"), on=below, tag=f"{repository}:one")
        assert backend.inspect(f"{repository}:one") == image
        with backend.tree(image) as tree:
            assert tree.lookup("file") is not None
            assert list(tree.names_below("")) == ["file"]

    def test_accounts_can_be_read(self, backend: Backend, base: LocalImage) -> None:
        with backend.tree(base) as tree:
            assert (tree.read("etc/passwd") or b"").startswith(b"root:x:0:0:")
            assert tree.read("etc") is None
            assert tree.read("etc/none") is None

    def test_a_base_that_is_nowhere_is_an_error(self, backend: Backend) -> None:
        with pytest.raises(BuildError, match="no-such-image"):
            backend.resolve_base("localhost:1/no-such-image:none")

    def test_what_is_not_there_is_none(self, backend: Backend, repository: str) -> None:
        assert backend.inspect(f"{repository}:none") is None
        backend.untag(f"{repository}:none")

    def test_the_last_tag_takes_the_image_along(
        self, backend: Backend, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("tagged", FILE), tag=f"{repository}:a")
        backend.tag(image, f"{repository}:b")
        backend.discard(image)
        backend.untag(f"{repository}:a")
        assert backend.inspect(f"{repository}:b") == image
        backend.untag(f"{repository}:b")
        assert backend.inspect(image.id) is None

    def test_tags_are_listed_with_labels(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        config = config_on(base.config, colour="blue").with_layers((), "test")
        image = backend.assemble(base, (), config, f"{repository}:listed")
        listed = {tagged.reference: tagged for tagged in backend.tagged(repository)}
        assert listed[f"{repository}:listed"].image_id == image.id
        assert listed[f"{repository}:listed"].labels["colour"] == "blue"

    def test_files_can_be_shared(self, backend: Backend) -> None:
        assert backend.shares_files()

    def test_a_step_on_the_way_can_be_discarded(self, backend: Backend, base: LocalImage) -> None:
        config = config_on(base.config)
        image = backend.assemble(base, (), config, "", is_step=True)
        backend.discard(image)
        backend.discard(image)
        backend.settle()
        assert backend.inspect(image.id) is None
