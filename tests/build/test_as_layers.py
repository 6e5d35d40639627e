"""Images built one instruction a layer, on working fakes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from stages import ImageSpec, Instructions
from stages.imports import Import
from stages.stage import StageName
from tests.build.world import World
from werfish.actions.build_report import built_report, report_text
from werfish.build.chains import BuiltChain
from werfish.build.instruct import CommandFailedError
from werfish.build.introspection import Introspection, pattern_of
from werfish.build.plan import planned_stages
from werfish.containers.terminal import Terminal

APP = ImageSpec(
    "app", "base:1", install=Instructions(("echo 1 > /a", "echo 2 > /b")), as_layers=True
)


def titles(world: World, *images: ImageSpec) -> list[str]:
    return [one.stage.title for chain in world.build(*images) for one in chain.rebuilt]


def files(world: World, chain: BuiltChain) -> Mapping[str, bytes]:
    return world.backend.trees[world.adapters.storage.image(chain.last).id].contents


def failing(*commands: str) -> ImageSpec:
    return replace(APP, install=Instructions(commands, lines=(7, 8, 9)))


def test_one_run_an_instruction(workshop: World) -> None:
    assert titles(workshop, APP) == ["from", "install-1", "install-2"]
    assert [run.commands for run in workshop.backend.runs] == [("echo 1 > /a",), ("echo 2 > /b",)]
    assert titles(workshop, APP) == []


def test_the_folder_and_variables_are_not_the_next_instructions(workshop: World) -> None:
    image = replace(APP, install=Instructions(("mkdir /d && cd /d", "echo 1 > file")))
    (chain,) = workshop.build(image)
    assert "file" in files(workshop, chain)


def test_what_is_finished_stays_when_a_later_instruction_fails(workshop: World) -> None:
    with pytest.raises(CommandFailedError) as caught:
        workshop.build(failing("echo 1 > /a", "exit 3", "echo 2 > /b"))
    assert 'stage "install-2": command 2 ended with exit code 3' in str(caught.value)
    assert (caught.value.line, caught.value.command) == (8, "exit 3")
    assert titles(workshop, failing("echo 1 > /a", "echo 3 > /c")) == ["install-2"]


def test_shells_show_the_state_before_and_after_the_instruction(workshop: World) -> None:
    surroundings = replace(
        workshop.adapters.surroundings,
        introspection=Introspection((pattern_of("install-1"),), True, True),
        terminal=Terminal(0, 1),
    )
    workshop.adapters = replace(workshop.adapters, surroundings=surroundings)
    with pytest.raises(CommandFailedError):
        workshop.build(failing("echo 1 > /a", "exit 1"))
    assert [paths for _, paths in workshop.backend.shells] == [("etc", "a")] * 3


def test_plans_and_reports_name_the_instructions(workshop: World) -> None:
    workshop.build(APP)
    changed = replace(APP, install=Instructions(("echo 1 > /a", "echo 3 > /b")))
    planned = planned_stages("p", (changed,), workshop.adapters)
    assert [one.reason for one in planned] == ["", "", "install-2: command 2 changed"]
    report = report_text(built_report(workshop.build(changed), workshop.adapters), "json")
    assert '"name": "install-2"' in report


def test_importing_from_a_stage_waits_for_all_of_it(workshop: World) -> None:
    one = Import(
        to="/b", add="/b", image="app", source_stage="install", stage=StageName.IMPORTS_AFTER_SETUP
    )
    user = ImageSpec("user", "base:1", imports=(one,))
    chain = workshop.build(APP, user)[1]
    assert files(workshop, chain)["b"] == b"2\n"
