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
        pytest.param(
            replace(IMAGE, as_layers=True, setup=Instructions(("a", "b", "c"))), id="as-layers"
        ),
        pytest.param(ImageSpec("a", "b", setup=Instructions(("c",))), id="small"),
        pytest.param(ImageSpec("a", "b", runtime=RuntimeSettings()), id="settings-only"),
    ],
)
def test_the_stages_ahead_are_those_of_the_chain(image: ImageSpec) -> None:
    repository = FakeRepository()
    repository.add("c1", {"package.json": "1"})
    stages = chain_of(image, Sources(repository), lambda _: None).stages
    patches = (StageName.GIT_CACHE, StageName.GIT_LATEST_PATCH)
    certain = [stage for stage in stages if stage.name not in patches]
    ahead = [stages_ahead(image, stage.name, stage.step) for stage in certain]
    assert ahead == [*reversed(range(len(certain)))]
