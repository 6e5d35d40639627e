"""What an image is told of another: its place, and the digest by which it can be pulled."""

from dataclasses import replace

from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.digest import Digest
from stages.stage import StageName
from werfish.build.told import told_variables
from werfish.storage.stored_stage import StoredStage

STORED = StoredStage(StageName.SETUP, Digest("0" * 64), "r.example/shop:tag", "sha256:id", 0.0)


def told(stored: StoredStage) -> dict[str, str]:
    facts = tuple(ToldFact(fact, fact.value) for fact in ImageFact)
    return told_variables(Dependency("lib", facts), stored)


def test_a_digest_is_that_of_the_manifest() -> None:
    found = told(replace(STORED, manifest="sha256:manifest"))
    assert found == {
        "ImageName": "r.example/shop:tag",
        "ImageID": "sha256:id",
        "ImageDigest": "sha256:manifest",
        "ImageRepo": "r.example/shop",
        "ImageTag": "tag",
    }


def test_without_a_registry_it_is_the_id() -> None:
    assert told(STORED)["ImageDigest"] == "sha256:id"
