"""What images say of one another."""

import pytest

from tests.config.reading import table
from werfish.config.nodes import Table
from werfish.config.relations import (
    Named,
    named_in,
    references_of,
    relation_problems,
    title_of,
    titles_of,
)


def tables(*texts: str) -> list[Table]:
    return [table(text) for text in texts]


def told(*texts: str, whole: bool = True) -> list[str]:
    found = relation_problems(tables(*texts), whole=whole)
    return [f"{one.where}: {one.text}" for one in found]


def test_who_is_named() -> None:
    named = named_in(tables("image: [a, b]", "artifact: c", "image: ~", "from: x"))
    assert [(one.name.text, one.kind, one.title) for one in named] == [
        ("a", "image", 'image "a"'),
        ("b", "image", 'image "b"'),
        ("c", "artifact", 'artifact "c"'),
        ("", "image", "image ~"),
    ]


def test_a_long_list_of_names_is_cut() -> None:
    named: tuple[Named, ...] = named_in(tables("image: [a, b, c, d, e, f]"))
    assert titles_of(named[:4]) == 'image "a", image "b", image "c", image "d"'
    assert titles_of(named).endswith('image "d" and 2 more')
    assert titles_of(()) == ""
    assert title_of("artifact", "") == "artifact ~"


def test_a_name_that_is_there_twice_is_a_title_once() -> None:
    named: tuple[Named, ...] = named_in(tables("image: [a, b, a, b, a, b]"))
    assert titles_of(named) == 'image "a", image "b"'


def test_what_a_document_says_of_others() -> None:
    (document,) = tables("""
fromImage: a
fromImageArtifact: b
fromArtifact: c
import: [{image: d}, {artifact: e}, {from: f}, nothing]
dependencies: [{image: g}, {from: h}]
""")
    assert {(one.scalar.text, one.path, one.is_open) for one in references_of(document)} == {
        ("a", "fromImage", False),
        ("b", "fromImageArtifact", False),
        ("c", "fromArtifact", False),
        ("d", "import[0].image", False),
        ("e", "import[1].artifact", False),
        ("f", "import[2].from", True),
        ("g", "dependencies[0].image", False),
        ("h", "dependencies[1].from", False),
    }


def test_a_dockerfile_has_dependencies_only() -> None:
    (document,) = tables("{dockerfile: x, fromImage: a, dependencies: [{image: b}]}")
    assert [one.scalar.text for one in references_of(document)] == ["b"]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param(("image: a", "image: a"), ['image "a": this name is taken'], id="twice"),
        pytest.param(("image: a", "artifact: a"), ['artifact "a": this name is taken'], id="kinds"),
        pytest.param(
            ("image: ~", "image: a"),
            ["image ~: an image without a name cannot stand beside others; give it one"],
            id="nameless",
        ),
        pytest.param(("image: ~",), [], id="nameless-alone"),
        pytest.param(
            ("artifact: a", "image: ~", "{image: b, final: false}"),
            [],
            id="nameless-beside-what-is-not-published",
        ),
        pytest.param(("image: a", "import: [{from: alpine}]"), [], id="an-image-of-a-registry"),
        pytest.param(
            ("image: a", "{image: b, fromImage: c}"),
            [
                'image "b": fromImage: no such image "c" in this project; others are a',
            ],
            id="unknown",
        ),
        pytest.param(
            ("{image: [a, b], fromImage: c}",),
            [
                'image "a", image "b": fromImage: no such image "c" in this project; '
                "there is no other"
            ],
            id="no-other",
        ),
        pytest.param(
            ("image: backend", "{image: b, fromImage: bakend}"),
            [
                'image "b": fromImage: no such image "bakend" in this project; '
                'did you mean "backend"?'
            ],
            id="misspelt",
        ),
        pytest.param(
            ("image: a", "{image: b, fromArtifact: a, import: [{artifact: a}]}"),
            [],
            id="an-image-called-an-artifact",
        ),
        pytest.param(
            ("artifact: a", "{image: b, fromImage: a, dependencies: [{image: a}]}"),
            [],
            id="an-artifact-called-an-image",
        ),
        pytest.param(
            ("{image: a, fromImage: a}",),
            ['image "a": fromImage: it needs itself: a -> a'],
            id="itself",
        ),
        pytest.param(
            ("{image: b, fromImage: a}", "{image: a, import: [{from: b}, {image: b}]}"),
            ['image "b": fromImage: images need each other in a circle: b -> a -> b'],
            id="circle",
        ),
        pytest.param(
            ("{image: b, from: a}", "{image: a, from: b}"),
            ['image "b": from: images need each other in a circle: b -> a -> b'],
            id="circle-of-from",
        ),
        pytest.param(("{image: redis, from: redis}",), [], id="called-like-its-base"),
        pytest.param(("{image: A, from: x}", "{image: b, from: A}"), [], id="in-capitals"),
        pytest.param(
            ("{image: b, from: A}",),
            ['image "b": from: "A": the name of a repository has lower-case letters only'],
            id="capitals-of-a-registry",
        ),
    ],
)
def test_what_is_wrong_between_images(documents: tuple[str, ...], expected: list[str]) -> None:
    assert told(*documents) == expected


def test_no_name_is_missed_where_a_document_is() -> None:
    """The document that does not parse may be the one that is asked for."""
    assert told("{image: a, fromImage: gone}", whole=False) == []


def test_of_many_names_a_few_are_listed() -> None:
    (problem,) = told("{image: x, fromImage: '?'}", f"image: [{', '.join(map(str, range(100)))}]")
    assert problem.endswith("others are " + ", ".join(map(str, range(20))) + " and 80 more")
