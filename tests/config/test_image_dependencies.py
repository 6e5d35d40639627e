"""Dependencies: what comes first, and what is told of it."""

import pytest

from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.stage import StageName
from tests.config.reading import table, told
from werfish.config.image_dependencies import (
    DOCKERFILE_DEPENDENCY,
    STAPEL_DEPENDENCY,
    dependency_findings,
    dependency_of,
)


def test_of_a_stapel_image() -> None:
    text = "{image: a, before: setup, imports: [{type: ImageTag, targetEnv: TAG}]}"
    assert told(text, STAPEL_DEPENDENCY) == []
    assert dependency_of(table(text)) == Dependency(
        "a", (ToldFact(ImageFact.TAG, "TAG"),), StageName.IMPORTS_BEFORE_SETUP
    )


def test_of_a_dockerfile() -> None:
    text = "{image: a, imports: [{type: ImageName, targetBuildArg: A}]}"
    assert told(text, DOCKERFILE_DEPENDENCY) == []
    assert dependency_of(table(text)) == Dependency("a", (ToldFact(ImageFact.NAME, "A"),))


def test_the_newer_name_of_the_key() -> None:
    text = "{from: a, after: install}"
    assert told(text, STAPEL_DEPENDENCY) == []
    assert dependency_of(table(text)) == Dependency("a", (), StageName.IMPORTS_AFTER_INSTALL)


@pytest.mark.parametrize("fact", list(ImageFact))
def test_every_fact(fact: ImageFact) -> None:
    text = f"{{image: a, imports: [{{type: {fact.value}, targetBuildArg: A}}]}}"
    assert told(text, DOCKERFILE_DEPENDENCY) == []
    assert dependency_of(table(text)).facts == (ToldFact(fact, "A"),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{image: a}", '"before" or "after" is missing'),
        ("{before: setup}", '"image" or "from" is missing'),
        ("{image: a, from: b, before: setup}", 'from: it excludes "image"; keep one of them'),
        ("{image: '', before: setup}", "image: it is empty"),
        ("{image: a, before: x}", 'before: "x" is not known; allowed are install, setup'),
        (
            "{image: a, before: setup, imports: [{type: ImageTag}]}",
            'imports[0]: "targetEnv" is missing',
        ),
        (
            "{image: a, before: setup, imports: [{type: ImageTag, targetBuildArg: A}]}",
            'imports[0]: unknown key "targetBuildArg"; write "targetEnv"',
        ),
        (
            "{image: a, before: setup, imports: [{type: Tag, targetEnv: A}]}",
            'imports[0].type: "Tag" is not known; '
            "allowed are ImageName, ImageID, ImageDigest, ImageRepo, ImageTag",
        ),
        (
            "{image: a, before: setup, imports: [{type: ImageTag, targetEnv: A=}]}",
            'imports[0].targetEnv: "A=" is not a name',
        ),
    ],
)
def test_what_is_wrong_in_a_stapel_image(text: str, problem: str) -> None:
    assert told(text, STAPEL_DEPENDENCY) == [problem]


def test_a_dockerfile_has_no_stages() -> None:
    assert told("{image: a, before: setup}", DOCKERFILE_DEPENDENCY) == [
        'unknown key "before"; a Dockerfile has it from its beginning'
    ]


def test_names_that_are_told_twice() -> None:
    fact = "{type: ImageTag, targetEnv: %s}"
    one = table(f"{{image: a, imports: [{fact % 'A'}, {fact % 'B'}]}}")
    two = table(f"{{image: b, imports: [{fact % 'B'}, {fact % 'C'}]}}")
    assert [(found.path, found.text) for found in dependency_findings([one, two], ["A"])] == [
        ("dependencies[0].imports[0]", '"A" is set already, by args'),
        ("dependencies[1].imports[0]", '"B" is set already, by dependencies[0].imports[1]'),
    ]
