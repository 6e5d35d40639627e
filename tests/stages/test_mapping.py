"""Which paths a git mapping selects, and where they land."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcmatch import glob

from stages.image import ImageSpec, Instructions
from stages.kinds.instructions import instruction_parts
from stages.mapping import GitMapping, StageDependencies, fixed_folders, matches_any
from stages.sources import TreeEntry
from stages.stage import WHOLE, StageName

segments = st.text("abc.-_ ", min_size=1, max_size=4).filter(lambda name: name.strip(". ") != "")
paths = st.lists(segments, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        pytest.param("src", "src", True, id="itself"),
        pytest.param("src", "src/a/b.py", True, id="folder-above"),
        pytest.param("src", "source", False, id="prefix-is-no-folder"),
        pytest.param("*.py", "a.py", True, id="star"),
        pytest.param("*.py", "src/a.py", False, id="star-stays-in-its-folder"),
        pytest.param("**/*.py", "a.py", True, id="globstar-matches-no-folder"),
        pytest.param("**/*.py", "x/y/a.py", True, id="globstar-matches-folders"),
        pytest.param("src/**", "src/x/y", True, id="below"),
        pytest.param("src/**", "src", True, id="doublestar-matches-the-folder-itself"),
        pytest.param("*", ".hidden", True, id="hidden-names-are-names"),
        pytest.param("{a,b}/*.js", "b/x.js", True, id="braces"),
        pytest.param("s?c", "src/deep/file", True, id="glob-matches-a-folder-above"),
        pytest.param("[a-c]*", "bin", True, id="class"),
        pytest.param("{src/,lib/}", "src/a.py", True, id="choice-that-ends-in-a-slash"),
        pytest.param("src/{,a}", "src/x", True, id="choice-of-nothing"),
        pytest.param("A.txt", "a.txt", False, id="case-counts"),
        pytest.param("/src/", "src/a", True, id="slashes-at-the-ends"),
        pytest.param("./src", "src/a", True, id="step-that-stays"),
        pytest.param("src//a", "src/a", True, id="empty-step"),
        pytest.param("src/../lib/*", "lib/a", True, id="step-back"),
        pytest.param("../src", "src/a", False, id="outside"),
        pytest.param("*", "", True, id="everything-is-the-file-itself"),
        pytest.param("**/*", "", True, id="everything-at-any-depth-is-the-file-itself"),
        pytest.param("a*", "", False, id="a-name-is-not-the-file-itself"),
    ],
)
def test_globs_match_as_doublestar_does(pattern: str, path: str, matches: bool) -> None:
    assert matches_any((pattern,), path) is matches


def test_exclude_wins_over_include() -> None:
    mapping = GitMapping(to="/app", include_paths=("src",), exclude_paths=("src/secret",))
    assert mapping.selects("src/main.py")
    assert not mapping.selects("src/secret/key")
    assert not mapping.selects("README.md")


def test_globs_are_relative_to_add() -> None:
    mapping = GitMapping(add="/backend", to="/app", include_paths=("src",))
    assert mapping.selects("backend/src/a.py")
    assert not mapping.selects("src/a.py")
    assert mapping.target("backend/src/a.py") == "/app/src/a.py"


def test_a_single_file_lands_at_its_place() -> None:
    mapping = GitMapping(add="/conf/app.conf", to="/etc/app.conf")
    assert mapping.selects("conf/app.conf")
    assert not mapping.selects("conf/app.conf.bak")
    assert mapping.target("conf/app.conf") == "/etc/app.conf"


def test_the_root_may_be_the_place() -> None:
    assert GitMapping(to="/").target("etc/x") == "/etc/x"


@given(paths)
def test_a_path_matches_itself_and_what_is_below(path: str) -> None:
    if any(character in path for character in "*?[]{}\\"):
        return
    assert matches_any((path,), path)
    assert matches_any((path,), path + "/below")
    assert matches_any(("**",), path)


choices = ("{a,b/c}", "{a,**/b}", "{a/,b/}", "{,a}", "{a,}", "{}")
pieces = st.sampled_from(
    ("a", "b", "*", "**", "a*", "*.c", "?", "[ab]", "[!a]", ".h", r"\*", *choices)
)
globs = st.lists(pieces, min_size=1, max_size=4).map("/".join)
names = st.sampled_from(["a", "b", "ab", "x.c", ".h", "c", "*", "abc", ".a.c"])
trees = st.lists(names, min_size=1, max_size=5).map("/".join)


@given(globs, trees)
def test_a_glob_matches_what_it_names_and_what_is_below(pattern: str, path: str) -> None:
    whole = [pattern, f"{pattern}/**/*", f"{pattern}/**", pattern.removesuffix("/**")]
    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.BRACE | glob.CASE | glob.FORCEUNIX
    expected = any(glob.globmatch(path, one, flags=flags) for one in whole)
    assert matches_any((pattern,), path) == (expected or path.startswith(f"{pattern}/"))


def test_folders_may_be_deep() -> None:
    path = "a/" * 3000 + "x"
    assert matches_any(("**/x",), path)
    assert not matches_any(("*.py",), path)


@given(globs, trees)
def test_what_a_glob_matches_is_in_its_fixed_folder(pattern: str, path: str) -> None:
    folders = fixed_folders([pattern])
    if folders is not None and matches_any((pattern,), path):
        assert f"{path}/".startswith(f"{folders[0]}/")


@given(globs, st.lists(trees, unique=True), st.sampled_from(["/", "/a", "/a/b"]))
def test_an_instruction_depends_on_the_files_that_its_globs_match(
    pattern: str, tree: list[str], add: str
) -> None:
    dependencies = StageDependencies(install=(pattern,))
    mapping = GitMapping(to="/app", add=add, stage_dependencies=dependencies)
    image = ImageSpec(
        name="one", base="a", mappings=(mapping,), install=Instructions(commands=("true",))
    )
    entries = [TreeEntry(path, 0o100644, "1" * 40, 1) for path in tree]
    parts = instruction_parts(image, StageName.INSTALL, WHOLE, lambda _: entries)
    inside = ((path, mapping.relative(path)) for path in tree)
    assert [part.name for part in parts if part.kind == "file"] == [
        path for path, one in inside if one is not None and matches_any((pattern,), one)
    ]
