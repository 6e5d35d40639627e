"""Whole files as people write them: the model of each that is right, the errors of each other."""

from pathlib import Path

import pytest

from tests.config.dump import dumped
from werfish.config.errors import InvalidConfigError
from werfish.config.project import project_of

CORPUS = Path(__file__).parent / "corpus"
VALID = sorted((CORPUS / "valid").glob("*.yaml"))
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))


def compare(path: Path, found: str, update_golden: bool) -> None:
    golden = path.with_suffix(".txt")
    if update_golden:
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8"), f"pytest {__file__} --update-golden renews {golden}"


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_model_of_a_right_file(path: Path, update_golden: bool) -> None:
    said: list[str] = []
    directory = Path("/project")
    project = project_of(
        path.read_bytes().decode("utf-8-sig"),
        path="werf.yaml",
        directory=directory,
        warn=said.append,
    )
    told = "".join(f"warning: {line}\n" for line in said)
    compare(path, dumped(project) + told, update_golden)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_the_errors_of_a_wrong_file(path: Path, update_golden: bool) -> None:
    with pytest.raises(InvalidConfigError) as caught:
        project_of(
            path.read_bytes().decode("utf-8-sig"), path="werf.yaml", directory=Path("/project")
        )
    compare(path, f"{caught.value}\n", update_golden)


def test_every_golden_file_has_a_source() -> None:
    sources = {path.with_suffix(".txt") for path in (*VALID, *INVALID)}
    assert set(CORPUS.glob("*/*.txt")) == sources
