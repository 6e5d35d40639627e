"""The image that carries layers of instructions to a registry does not outlive its push."""

from pathlib import Path

import pytest

from tests.fakes.registry import FakeRegistry, running
from tests.publish.workshop import Workshop
from werfish.containers.backend import LocalImage


@pytest.mark.parametrize("is_taken", [False, True], ids=["alone", "tag-taken"])
def test_it_goes_though_another_home_gives_its_tag_to_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_taken: bool
) -> None:
    """Two homes on one daemon call it alike, and it is another one by its labels."""
    with running(FakeRegistry()) as registry:
        shop = Workshop(registry, tmp_path)
        push = shop.backend.push

        def push_beside_another(image: LocalImage, reference: str) -> None:
            push(image, reference)
            if is_taken:
                shop.backend.tags[reference] = "the copy of the other"

        monkeypatch.setattr(shop.backend, "push", push_beside_another)
        shop.publish(shop.image(shop.run_layer("a")), "one")
        assert len(shop.backend.pushed) == 1
        assert shop.backend.made == set()
