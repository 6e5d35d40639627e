"""Mappings that reach into each other's place are told apart, or named."""

import pytest

from stages.mapping import GitMapping
from stages.overlaps import clashes, separated


def excluded(*mappings: GitMapping) -> list[tuple[str, ...]]:
    return [mapping.exclude_paths for mapping in separated(mappings)]


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        pytest.param(
            (GitMapping(to="/app", add="/src"), GitMapping(to="/app/assets", add="/assets")),
            [("assets",), ()],
            id="a-place-inside-of-another",
        ),
        pytest.param(
            (GitMapping(to="/"), GitMapping(to="/opt/tool", add="/tool")),
            [("opt/tool",), ()],
            id="inside-of-the-root",
        ),
        pytest.param(
            (GitMapping(to="/app"), GitMapping(to="/app", add="/x", include_paths=("*.css", "d"))),
            [("*.css", "d"), ()],
            id="include-paths-of-one-place",
        ),
        pytest.param(
            (
                GitMapping(to="/app", include_paths=("dir",)),
                GitMapping(to="/app", add="/x", include_paths=("dir/sub",)),
            ),
            [("dir/sub",), ()],
            id="the-more-precise-include-path-wins",
        ),
        pytest.param(
            (GitMapping(to="/app", exclude_paths=("assets",)), GitMapping(to="/app/assets")),
            [("assets",), ()],
            id="already-excluded",
        ),
        pytest.param(
            (GitMapping(to="/app"), GitMapping(to="/app/[x]")),
            [("\\[x\\]",), ()],
            id="a-place-is-no-glob",
        ),
        pytest.param((GitMapping(to="/a"), GitMapping(to="/ab")), [(), ()], id="siblings"),
    ],
)
def test_the_more_precise_mapping_wins(
    mappings: tuple[GitMapping, ...], expected: list[tuple[str, ...]]
) -> None:
    assert excluded(*mappings) == expected


def test_a_place_with_glob_characters_is_excluded_as_it_is() -> None:
    app, _ = separated((GitMapping(to="/app"), GitMapping(to="/app/[x]")))
    assert not app.selects("[x]/file")
    assert app.selects("x/file")


@pytest.mark.parametrize(
    "mappings",
    [
        pytest.param((GitMapping(to="/a"), GitMapping(to="/a", add="/b")), id="one-place"),
        pytest.param(
            (
                GitMapping(to="/a", include_paths=("x", "y")),
                GitMapping(to="/a", add="/b", include_paths=("y/",)),
            ),
            id="one-include-path",
        ),
        pytest.param(
            (GitMapping(to="/a", include_paths=("b",)), GitMapping(to="/a/b", add="/b")),
            id="an-include-path-that-is-a-place",
        ),
    ],
)
def test_mappings_that_claim_the_same_clash(mappings: tuple[GitMapping, ...]) -> None:
    assert clashes(mappings) == ((0, 1),)


def test_mappings_that_claim_different_things_do_not_clash() -> None:
    one = GitMapping(to="/a", include_paths=("x",))
    assert clashes((one, GitMapping(to="/a"), GitMapping(to="/a/y"))) == ()
