"""Mappings that reach into each other's place are told apart, or named."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcmatch import glob

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
        pytest.param(
            (GitMapping(to="/app"), GitMapping(to="/app/my-dir")),
            [("my\\-dir",), ()],
            id="digests-have-it-so",
        ),
        pytest.param((GitMapping(to="/a"), GitMapping(to="/ab")), [(), ()], id="siblings"),
    ],
)
def test_the_more_precise_mapping_wins(
    mappings: tuple[GitMapping, ...], expected: list[tuple[str, ...]]
) -> None:
    assert excluded(*mappings) == expected


@given(st.text(alphabet="ab-!~*?()[]|^{}\\.,+@ é", min_size=1))
def test_places_are_escaped_as_wcmatch_does(name: str) -> None:
    place = f"/x{name}/y"
    [paths, _] = excluded(GitMapping(to="/"), GitMapping(to=place))
    assert paths == (glob.escape(place[1:]),)


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


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        pytest.param(("*.json", "package.json"), [("package.json",), ()], id="a-path-over-a-glob"),
        pytest.param(("package.json", "*.json"), [(), ("package.json",)], id="in-any-order"),
        pytest.param(("*.a", "*.b"), [("*.b",), ()], id="of-equal-globs-the-later"),
        pytest.param(("sub", "sub/*.css"), [("sub/*.css",), ()], id="a-glob-in-a-folder"),
        pytest.param(("sub", "**/*.css"), [(), ("sub",)], id="a-folder-over-a-wider-glob"),
        pytest.param(("a", "b"), [(), ()], id="paths-that-do-not-meet"),
        pytest.param(("**/*", "a"), [("a",), ()], id="a-glob-of-everything"),
        pytest.param(("./sub", "sub//x"), [("sub/x",), ()], id="needless-steps"),
    ],
)
def test_globs(mappings: tuple[str, str], expected: list[tuple[str, ...]]) -> None:
    assert (
        excluded(*(GitMapping(to="/app", include_paths=(path,)) for path in mappings)) == expected
    )


@pytest.mark.parametrize("everything", ["**/*", "**", "*", ".", "**/**/*"])
def test_a_glob_of_everything_claims_the_place(everything: str) -> None:
    assert clashes((GitMapping(to="/a", include_paths=(everything,)), GitMapping(to="/a"))) == (
        (0, 1),
    )


def test_a_path_in_another_one_of_the_same_mapping_adds_nothing() -> None:
    one = GitMapping(to="/a", include_paths=("d", "d/e/f"))
    assert excluded(one, GitMapping(to="/a/d/e")) == [("d/e",), ()]


STEPS = ("a", "b", "c")
FILES = ("f.x", "g.y")
PATHS = tuple(
    "/".join((*folders, file))
    for depth in range(4)
    for folders in product(STEPS, repeat=depth)
    for file in FILES
)
"""Every file of every repository, and of the image."""
places = st.sampled_from(("/", "/a", "/a/b", "/a/b/c", "/b"))
literals = st.sampled_from(("a", "b", "a/b", "b/c", "a/b/c", "f.x", "a/f.x", "."))
globs = st.sampled_from(("*.x", "**/*.x", "a/*", "*", "a/**/*.y", "a/*/f.x", "{a,b}/g.y", "**"))


def mappings(includes: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[GitMapping]]:
    one = st.builds(
        lambda to, paths: GitMapping(to=to, include_paths=tuple(paths)), places, includes
    )
    return st.lists(one, max_size=4)


def bringing(mapping: GitMapping, path: str) -> bool:
    """Whether *mapping* brings *path* to the image, from a repository that has everything."""
    place = mapping.to.strip("/")
    if not place:
        return mapping.selects(path)
    return path.startswith(f"{place}/") and mapping.selects(path.removeprefix(f"{place}/"))


def twice(given: list[GitMapping]) -> list[str]:
    """Return the paths that two of the separated mappings bring, though they do not clash."""
    apart, group = separated(given), list(range(len(given)))
    for first, second in clashes(given):
        group = [group[first] if one == group[second] else one for one in group]
    found = []
    for path in PATHS:
        groups = {group[place] for place, mapping in enumerate(apart) if bringing(mapping, path)}
        if len(groups) > 1:
            found.append(path)
    return found


def lost(given: list[GitMapping]) -> list[str]:
    """Return the paths that some mapping brought and none of the separated does."""
    apart = separated(given)
    return [
        path
        for path in PATHS
        if any(bringing(one, path) for one in given)
        and not any(bringing(one, path) for one in apart)
    ]


@given(mappings(st.lists(literals, max_size=3)))
def test_paths_are_brought_once_unless_mappings_clash(given: list[GitMapping]) -> None:
    assert (twice(given), lost(given)) == ([], [])


@given(mappings(st.lists(literals | globs, max_size=1)))
def test_globs_are_told_apart_where_they_stand_alone(given: list[GitMapping]) -> None:
    assert (twice(given), lost(given)) == ([], [])


@given(mappings(st.lists(literals | globs, max_size=3)))
def test_nothing_is_lost(given: list[GitMapping]) -> None:
    """Several include paths with globs among them may bring some paths twice, but lose none."""
    assert lost(given) == []


def test_a_thousand_mappings_are_quick() -> None:
    many = [GitMapping(to="/"), *(GitMapping(to=f"/a{number}") for number in range(1000))]
    assert len(separated(many)[0].exclude_paths) == 1000
    assert clashes(many) == ()
