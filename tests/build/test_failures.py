"""Builds that fail: what is told, what stays."""

from dataclasses import replace

import pytest

from stages import GitMapping, ImageSpec, Instructions
from tests.build.world import APP, World
from werfish.build.failures import ImagesFailedError, located, raise_failures
from werfish.build.in_the_way import InTheWayError
from werfish.build.instruct import CommandFailedError
from werfish.build.lookup import UnmakeableImageError
from werfish.build.owners import UnknownOwnerError
from werfish.errors import BuildError, GitError, PlacedError, RegistryError
from werfish.oci.layer import UnstorableNameError


def test_a_failing_command_is_named_with_its_line(world: World) -> None:
    broken = replace(APP, install=Instructions(("echo a", "exit 7"), lines=(11, 12)))
    with pytest.raises(CommandFailedError) as caught:
        world.build(broken)
    located = caught.value.located(f"werf.yaml:{caught.value.line}")
    assert str(located).splitlines()[:2] == [
        'build image "app": stage "install": command 2 ended with exit code 7',
        "  werf.yaml:12: exit 7",
    ]


def test_a_failed_build_leaves_only_whole_stages(world: World) -> None:
    world.build()
    images, tags = set(world.backend.images), set(world.backend.tags)
    world.repository.add("c2", {"deps": "2", "text": "two", "old/file": "x"})
    with pytest.raises(CommandFailedError):
        world.build(replace(APP, install=Instructions(("exit 1",))))
    assert (set(world.backend.images), set(world.backend.tags)) == (images, tags)


def test_after_a_failed_build_the_next_one_tells_what_changed(world: World) -> None:
    """What was built before the failing stage was built before."""
    broken = replace(APP, setup=Instructions(("exit 1",)))
    with pytest.raises(CommandFailedError):
        world.build(broken)
    world.repository.add("c2", {"deps": "2", "text": "two", "old/file": "x"})
    reasons = [one.reason for chain in world.build() for one in chain.rebuilt]
    assert reasons[0] == "install: file deps changed"


def test_a_failed_build_forgets_nothing_of_the_stages_that_it_did_not_reach(world: World) -> None:
    world.build(replace(APP, setup=Instructions(("mkdir /a",))))
    with pytest.raises(CommandFailedError):
        world.build(replace(APP, install=Instructions(("exit 1",))))
    chains = world.build(replace(APP, setup=Instructions(("mkdir /b",))))
    assert chains[0].rebuilt[0].reason == "setup: command 1 changed"


def test_what_failed_first_is_told(world: World) -> None:
    with pytest.raises(UnknownOwnerError):
        world.build(replace(APP, mappings=(replace(APP.mappings[0], owner="nobody"),)))


def test_that_an_image_failed_is_said_at_once_and_its_error_at_the_end(world: World) -> None:
    broken = replace(APP, install=Instructions(("exit 7",)))
    with pytest.raises(CommandFailedError):
        world.build(broken, replace(APP, name="other"))
    assert "app: install was not built" in world.said.getvalue()
    assert "exit code 7" not in world.said.getvalue()


def test_images_that_fail_for_different_reasons_are_one_error() -> None:
    with pytest.raises(ImagesFailedError, match=r"\Aone\ntwo\Z") as caught:
        raise_failures([BuildError("one"), BuildError("two", hint="mend it")])
    assert caught.value.hint == "mend it"
    assert caught.value.exit_code == BuildError.exit_code


def test_images_that_fail_alike_have_the_exit_code_of_that() -> None:
    """As all of them do where their registry is away."""
    with pytest.raises(ImagesFailedError) as caught:
        raise_failures([RegistryError("read a"), RegistryError("read b")])
    assert caught.value.exit_code == RegistryError.exit_code
    with pytest.raises(ImagesFailedError) as caught:
        raise_failures([RegistryError("read a"), GitError("read b")])
    assert caught.value.exit_code == BuildError.exit_code


def test_an_error_that_two_images_share_is_raised_once() -> None:
    with pytest.raises(BuildError, match=r"\Asame\Z"):
        raise_failures([BuildError("same"), BuildError("same")])


def test_a_command_that_failed_for_one_image_is_not_run_for_another(world: World) -> None:
    broken = replace(APP, install=Instructions(("exit 7",)))
    with pytest.raises(CommandFailedError):
        world.build(broken, replace(broken, name="other"))
    assert [run.commands for run in world.backend.runs] == [("mkdir /made",), ("exit 7",)]


def test_a_missing_path_is_a_build_error(world: World) -> None:
    with pytest.raises(BuildError, match='git path "/nope" is not in commit'):
        world.build(replace(APP, mappings=(GitMapping(add="/nope", to="/x"),)))


@pytest.mark.parametrize(
    ("add", "advice"),
    [
        pytest.param("/mod/sub/d", 'submodule "mod/sub" is not checked out', id="in-a-submodule"),
        pytest.param("/mod/other", "commit the path", id="elsewhere"),
    ],
)
def test_a_path_that_a_submodule_would_have_is_told_so(world: World, add: str, advice: str) -> None:
    """It is committed, and git.add is right."""
    world.repository.add("c2", {"x": "1", "mod/sub": "=> c0ffee"})
    with pytest.raises(UnmakeableImageError) as caught:
        world.build(replace(APP, mappings=(GitMapping(add=add, to="/x"),)))
    assert caught.value.hint.startswith(advice)


def test_a_name_that_no_layer_holds_is_told_with_its_image_and_line(world: World) -> None:
    """In the archive, and in the patch of a later commit."""
    mapping = GitMapping(add="/src", to="/x", line=7)
    image = ImageSpec("app", "base:1", mappings=(mapping,), line=3)
    files = {"src/a": "1", "src/.wh.a/b": "1"}
    world.repository.add("c2", files)
    with pytest.raises(UnstorableNameError) as archive:
        world.build(image)
    world.repository.add("c3", {"src/a": "1"}, parent="")
    world.build(image)
    world.repository.add("c4", files)
    with pytest.raises(UnstorableNameError) as patch:
        world.build(image)
    said = f'image "{image.title}": write git content, file "x/.wh.a/b": names that begin with'
    assert all(str(caught.value).startswith(said) for caught in (archive, patch))
    assert (archive.value.line, patch.value.line) == (7, 7)


def test_a_place_that_no_layer_holds_is_mended_in_the_mapping(world: World) -> None:
    mapping = GitMapping(to="/x/.wh.y", line=7)
    with pytest.raises(UnstorableNameError) as caught:
        world.build(ImageSpec("app", "base:1", mappings=(mapping,)))
    assert caught.value.hint == "correct git.to"


def test_what_is_in_the_way_of_a_file_is_told_with_the_image(world: World) -> None:
    world.repository.add("c2", {"src/a": "1", "etc": "1"})
    mapping = GitMapping(add="/etc", to="/", line=7)
    with pytest.raises(InTheWayError) as caught:
        world.build(ImageSpec("app", "base:1", mappings=(mapping,)))
    assert str(caught.value).startswith('write git content into image "app": "/" is a folder')
    assert caught.value.line == 7


def test_what_is_wrong_with_an_image_knows_its_line(world: World) -> None:
    """That of the mapping where it is about one, else that of the image."""
    mappings = (replace(APP.mappings[0], owner="nobody", line=7),)
    with pytest.raises(UnknownOwnerError) as caught:
        world.build(replace(APP, mappings=mappings, line=3))
    assert str(located(caught.value, "werf.yaml:{}".format)).startswith(
        "werf.yaml:7: write the git"
    )
    missing = (replace(APP.mappings[0], add="/no", line=8),)
    with pytest.raises(UnmakeableImageError) as lacking:
        world.build(replace(APP, mappings=missing, line=3))
    assert lacking.value.line == 8
    with pytest.raises(PlacedError) as unknown:
        world.build(replace(APP, base="unknown:1", line=3))
    assert unknown.value.line == 3
