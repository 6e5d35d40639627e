"""Images built stage by stage on working fakes: what is built, what is reused, what is said."""

from dataclasses import replace

import pytest

from stages import Instructions, RuntimeSettings, StageDependencies
from stages.settings import ImageSettings
from stages.stage import StageName
from tests.build.world import APP, World
from werfish.build.lookup import StageRequiredError
from werfish.build.plan import planned_stages


@pytest.mark.parametrize("commit", ["first", "patch", "instructions"])
def test_images_with_other_settings_only_are_made_ahead_as_they_are_asked_for(
    world: World, commit: str
) -> None:
    app = replace(APP, settings=ImageSettings(author="me"))
    if commit != "first":
        world.build(app)
        name = "text" if commit == "patch" else "deps"
        world.repository.add("c2", {"deps": "1", "text": "one", name: "2"})
    world.backend.ahead.clear()
    [chain] = world.build(app)
    last = [one.stored.image_id for one in chain.stages[-2:]]
    assert [one.stage.name for one in chain.rebuilt[-2:]] == ["dockerInstructions", "imageSpec"]
    assert world.backend.ahead == set(last)


def test_a_build_puts_everything_into_the_image(world: World) -> None:
    (chain,) = world.build()
    assert world.files(chain) == {
        "app/deps": b"1", "app/text": b"one", "app/old/file": b"x", "installed": b"1",
    }  # fmt: skip
    config = world.adapters.storage.image(chain.last).config
    assert config.runtime["Cmd"] == ["run"]
    assert config.runtime["Env"] == ["A=1"]
    assert config.labels["own"] == "1"
    assert config.created == "2023-11-14T22:13:20Z"


def test_the_same_commit_builds_nothing(world: World) -> None:
    world.build()
    assert world.rebuilt() == []


def test_the_next_commit_builds_the_patch(world: World) -> None:
    world.build()
    world.repository.add("c2", {"deps": "1", "text": "two"})
    (chain,) = world.build()
    assert [one.reason for one in chain.rebuilt] == [
        "gitLatestPatch: file old/file removed, file text changed",
        "dockerInstructions: the stage before it, gitLatestPatch, was built again",
    ]
    assert world.files(chain) == {"app/deps": b"1", "app/text": b"two", "installed": b"1"}


def test_an_instruction_stage_sees_the_current_commit(world: World) -> None:
    world.build()
    world.repository.add("c2", {"deps": "2", "text": "two", "old/file": "x"})
    (chain,) = world.build()
    assert [one.stage.name for one in chain.rebuilt] == [
        StageName.INSTALL,
        StageName.DOCKER_INSTRUCTIONS,
    ]
    assert world.files(chain)["installed"] == b"2"
    assert world.files(chain)["app/text"] == b"two"


def test_a_stage_of_a_foreign_branch_is_not_used(world: World) -> None:
    world.repository.add("side", {"deps": "1", "text": "side", "old/file": "x"}, parent="c1")
    world.build()
    world.repository.add("main", {"deps": "1", "text": "main", "old/file": "x"}, parent="c1")
    (chain,) = world.build()
    assert StageName.GIT_ARCHIVE in [one.stage.name for one in chain.rebuilt]
    assert world.files(chain)["app/text"] == b"main"


def test_images_share_equal_stages(world: World) -> None:
    worker = replace(APP, name="worker", runtime=RuntimeSettings(cmd=("work",)))
    rebuilt = world.rebuilt(APP, worker)
    assert sorted(rebuilt) == sorted(
        ["from", "beforeInstall", "gitArchive", "install", *["dockerInstructions"] * 2]
    )


def test_without_leave_to_build_a_missing_stage_is_an_error(world: World) -> None:
    with pytest.raises(StageRequiredError, match='stage "from" of image "app"'):
        world.build(may_build=False)
    world.build()
    assert world.build(may_build=False)[0].rebuilt == ()


def test_a_dry_run_builds_nothing_and_says_what_would_be(world: World) -> None:
    said = [one.reason for one in planned_stages("p", [APP], world.adapters)]
    assert said[0] == "from: never built before"
    assert len(said) == 5
    assert world.rebuilt() == ["from", "beforeInstall", "gitArchive", "install",
                               "dockerInstructions"]  # fmt: skip


def test_a_stage_of_two_images_is_planned_once(world: World) -> None:
    twin = replace(APP, name="twin")
    planned = planned_stages("p", [APP, twin], world.adapters)
    assert [one.is_shared for one in planned] == [False] * 5 + [True] * 5
    world.build(APP, twin)
    assert [one.reason for one in planned_stages("p", [APP, twin], world.adapters)] == [""] * 10


def test_a_dependency_that_matches_nothing_is_warned_of(world: World) -> None:
    mapping = replace(APP.mappings[0], stage_dependencies=StageDependencies(install=("nope",)))
    world.build(replace(APP, mappings=(mapping,)))
    assert '"nope" matches no file of the commit' in world.said.getvalue()


def test_git_content_without_any_file_is_warned_of(world: World) -> None:
    world.build()
    assert "brings no file" not in world.said.getvalue()
    nothing = replace(
        APP.mappings[0], include_paths=("nope",), stage_dependencies=StageDependencies()
    )
    world.build(replace(APP, mappings=(nothing,), install=Instructions(())))
    assert 'image "app": git "/" brings no file' in world.said.getvalue()


def test_signatures_tell_commits_apart(world: World) -> None:
    plain = replace(APP, install=Instructions(), runtime=None)
    (first,) = world.build(plain)
    world.repository.add("amended", {"deps": "1", "text": "two", "old/file": "x"}, parent="")
    (second,) = world.build(plain)
    assert first.last.digest == second.last.digest
    assert first.signature != second.signature


def test_settings_come_last(world: World) -> None:
    settings = ImageSettings(author="me", user="app")
    (chain,) = world.build(replace(APP, settings=settings))
    assert str(chain.stages[-1].stage.name) == "imageSpec"
    config = world.adapters.storage.image(chain.last).config
    assert (config.author, config.runtime["User"]) == ("me", "app")
    (chain,) = world.build(replace(APP, settings=replace(settings, author="you")))
    assert [one.reason for one in chain.rebuilt] == ["imageSpec: author changed"]
