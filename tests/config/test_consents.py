"""What werf 2 allows for all images stands for the keys of werf 1.1."""

from pathlib import Path

import pytest

from stages import ImageSpec
from werfish.config.consents import ALLOWS_BRANCH, ALLOWS_LATEST
from werfish.config.errors import InvalidConfigError
from werfish.config.model import Project
from werfish.config.project import project_of

TEXT = """
project: shop
configVersion: 1
---
image: web
from: alpine
fromLatest: true
git:
- {url: https://example.com/a/b.git, branch: main, to: /b}
- {url: https://example.com/a/c.git, to: /c}
- {to: /own}
"""


def read(*allowed: str) -> Project:
    return project_of(TEXT, path="werf.yaml", directory=Path(), allowed=allowed)


def test_what_is_allowed_for_all_images_needs_no_key() -> None:
    [image] = read(ALLOWS_LATEST, ALLOWS_BRANCH).images
    assert isinstance(image, ImageSpec)
    assert image.follows
    assert [one.to for one in image.mappings] == ["/b", "/c", "/own"]


@pytest.mark.parametrize(
    ("allowed", "wrong"),
    [
        ((), ["fromLatest", "git[0].branch", "git[1]"]),
        ((ALLOWS_LATEST,), ["git[0].branch", "git[1]"]),
        ((ALLOWS_BRANCH,), ["fromLatest"]),
        (("config.stapel.mount.allowBuildDir",), ["fromLatest", "git[0].branch", "git[1]"]),
    ],
)
def test_what_is_not_allowed_is_wrong(allowed: tuple[str, ...], wrong: list[str]) -> None:
    with pytest.raises(InvalidConfigError) as caught:
        read(*allowed)
    assert [one.where.partition(": ")[2] for one in caught.value.problems] == wrong
