"""What is told of another image is a part of the digest: what it holds, and where it is."""

import pytest

from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.digest import Part
from stages.kinds.imports import dependency_parts


class Others:
    """Images in *place*."""

    def __init__(self, place: str) -> None:
        self.place = place

    def identity(self, image: str, stage: str = "") -> str:
        return f"identity of {image}"


def kinds(fact: ImageFact, place: str) -> list[str]:
    told = Dependency("lib", (ToldFact(fact, "LIB"),))
    return [part.kind for part in dependency_parts(told, Others(place))]


@pytest.mark.parametrize("fact", [one for one in ImageFact if one is not ImageFact.ID])
def test_the_place_of_stages_counts_where_it_is_told(fact: ImageFact) -> None:
    told = Dependency("lib", (ToldFact(fact, "LIB"),))
    [*_, last] = dependency_parts(told, Others("r.example/shop"))
    assert last == Part("toldPlace", "lib", "r.example/shop")
    assert "toldPlace" not in kinds(fact, "")


def test_an_id_is_the_same_everywhere() -> None:
    assert kinds(ImageFact.ID, "r.example/shop") == ["dependency", "fact"]


def test_a_digest_is_that_of_the_manifest_now() -> None:
    assert kinds(ImageFact.DIGEST, "") == ["dependency", "manifestFact"]
