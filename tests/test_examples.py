"""The examples are what they claim to be: whole projects, on base images that the kit has."""

from pathlib import Path

import pytest

from integration.kit import bases
from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.instruction import DockerfileFacts
from stages.reached import bases_of, reached_stages
from tests.config.loading import load_project
from werfish.dockerfile.parse import expander, parse_dockerfile

EXAMPLES = Path(__file__).parents[1] / ".helm-examples"
NAMES = tuple(sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))


def test_there_are_at_least_three() -> None:
    assert len(NAMES) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_example_is_a_valid_project_of_its_name(name: str) -> None:
    assert load_project(EXAMPLES / name, environment={}).name == name


@pytest.mark.parametrize("name", NAMES)
def test_example_is_built_from_images_that_the_kit_has(name: str) -> None:
    """The kit makes these without a network; any other would need Docker Hub."""
    project = load_project(EXAMPLES / name, environment={})
    stapel = [image for image in project.images if isinstance(image, ImageSpec)]
    assert {image.base for image in stapel} <= set(bases.MAKERS)
    for image in project.images:
        if isinstance(image, DockerfileSpec):
            read = parse_dockerfile((EXAMPLES / name / image.dockerfile).read_text())
            facts = DockerfileFacts(read.instructions, expander(read.escape))
            reached = reached_stages(image, facts, dict(image.args))
            assert set(bases_of(reached)) <= set(bases.MAKERS)


@pytest.mark.parametrize("name", NAMES)
def test_example_explains_itself_and_has_a_chart_without_metadata(name: str) -> None:
    folder = EXAMPLES / name
    assert (folder / "README.md").read_text().startswith(f"# {name}: ")
    assert list((folder / ".helm/templates").glob("*.yaml"))
    assert not (folder / ".helm/Chart.yaml").exists()


@pytest.mark.parametrize("name", NAMES)
def test_example_is_listed(name: str) -> None:
    assert f"[{name}]({name})" in (EXAMPLES / "README.md").read_text()
