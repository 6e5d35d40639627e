"""How many stages are ahead agrees with the chain, but for patches."""

from dataclasses import replace

import pytest

from stages import ImageSpec, Instructions, RuntimeSettings, Sources, StageName, chain_of
from stages.ahead import stages_ahead
from tests.fakes.repository import FakeRepository
from tests.stages.test_chain import IMAGE


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(IMAGE, id="all"),
        pytest.param(replace(IMAGE, mappings=()), id="without-git"),
        pytest.param(replace(IMAGE, is_artifact=True), id="artifact"),
        pytest.param(replace(IMAGE, cache_version="1"), id="every-instruction-stage"),
        pytest.param(ImageSpec("a", "b", setup=Instructions(("c",))), id="small"),
        pytest.param(ImageSpec("a", "b", runtime=RuntimeSettings()), id="settings-only"),
    ],
)
def test_the_stages_ahead_are_those_of_the_chain(image: ImageSpec) -> None:
    repository = FakeRepository()
    repository.add("c1", {"package.json": "1"})
    names = [stage.name for stage in chain_of(image, Sources(repository), lambda _: None).stages]
    patches = (StageName.GIT_CACHE, StageName.GIT_LATEST_PATCH)
    certain = [name for name in names if name not in patches]
    assert [stages_ahead(image, name) for name in certain] == [*reversed(range(len(certain)))]
