"""Imports: from where, to where, and when."""

import pytest

from stages.imports import Import
from stages.stage import StageName
from tests.config.reading import stapel, table, told
from werfish.config.image_import import IMPORT, import_of


def read(text: str, *images: str) -> Import:
    return import_of(table(text), images)


@pytest.mark.parametrize(
    ("when", "stage"),
    [
        ("before: install", StageName.IMPORTS_BEFORE_INSTALL),
        ("after: install", StageName.IMPORTS_AFTER_INSTALL),
        ("before: setup", StageName.IMPORTS_BEFORE_SETUP),
        ("after: setup", StageName.IMPORTS_AFTER_SETUP),
    ],
)
def test_the_stage_that_files_come_in_with(when: str, stage: StageName) -> None:
    assert read(f"{{image: a, add: /x, {when}}}").stage is stage


def test_everything() -> None:
    text = """
artifact: a
stage: beforeSetup
add: /x//y/
to: /z/../w
includePaths: [a, b]
excludePaths: c
owner: 1000
group: app
after: install
"""
    assert read(text) == Import(
        add="/x/y",
        to="/w",
        stage=StageName.IMPORTS_AFTER_INSTALL,
        image="a",
        source_stage="beforeSetup",
        include_paths=("a", "b"),
        exclude_paths=("c",),
        owner="1000",
        group="app",
    )


def test_files_land_where_they_were_unless_told_otherwise() -> None:
    assert read("{image: a, add: /x/, before: setup}").to == "/x"


def test_from_is_an_image_of_the_project_or_of_a_registry() -> None:
    text = "{from: alpine, add: /x, before: setup}"
    own, foreign = read(text, "alpine"), read(text, "other")
    assert (own.image, own.reference) == ("alpine", "")
    assert (foreign.image, foreign.reference) == ("", "alpine")


def test_an_image_needs_what_it_imports_from() -> None:
    imports = "import: [{from: alpine, add: /x, before: setup}]"
    assert stapel(imports).needs == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{image: a, add: /x, before: setup}", []),
        ("{image: a, add: /x, before: setup, to: ~, owner: ~}", []),
        ("{add: /x, before: setup}", ['"image", "artifact" or "from" is missing']),
        ("{image: a, before: setup}", ['"add" is missing']),
        ("{image: a, add: /x}", ['"before" or "after" is missing']),
        (
            "{image: a, add: /x, before: setup, after: install}",
            ['after: it excludes "before"; keep one of them'],
        ),
        ("{image: a, add: x, before: setup}", ['add: "x" is not absolute; write "/x"']),
        (
            "{image: a, add: /x, before: beforeSetup}",
            ['before: "beforeSetup" is not known; allowed are install, setup'],
        ),
        (
            "{image: a, add: /x, before: setup, stage: dockerInstructions}",
            [
                'stage: "dockerInstructions" is not known; '
                "allowed are beforeInstall, install, beforeSetup, setup"
            ],
        ),
    ],
)
def test_what_is_wrong(text: str, problems: list[str]) -> None:
    assert told(text, IMPORT) == problems
