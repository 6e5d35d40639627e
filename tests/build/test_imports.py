"""Stages that import: from which stage of which image, what is waited for, what is told."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages import GitMapping, ImageSpec, Instructions, StageName
from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.imports import Import
from tests.build.world import World, world_of
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree
from werfish.build.import_source import MissingImportError
from werfish.build.instruct import CommandFailedError
from werfish.build.plan import planned_stages
from werfish.build.schedule import build_images
from werfish.containers.backend import LocalImage, RunRequest
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind

LINK = Fact(EntryKind.SYMLINK, 0o777, 0, 0, 0)
ARTIFACT = ImageSpec(
    name="assets",
    base="base:1",
    mappings=(GitMapping(to="/src", include_paths=("text",)),),
    install=Instructions(("mkdir /out", "cat /src/text > /out/file")),
    setup=Instructions(("echo last > /out/file",)),
    is_artifact=True,
)
IMPORT = Import("/out", "/app", StageName.IMPORTS_AFTER_SETUP, "assets")
APP = ImageSpec(name="app", base="base:1", imports=(IMPORT,))


def file_of(world: World, images: tuple[ImageSpec, ...], path: str = "app/file") -> bytes | None:
    """Build *images* and return a file of the last one."""
    last = world.build(*images)[-1].last
    with world.backend.tree(world.adapters.storage.image(last)) as tree:
        return tree.read(path)


def test_files_come_from_the_last_stage(world: World) -> None:
    assert file_of(world, (ARTIFACT, APP)) == b"last\n"
    assert world.rebuilt(ARTIFACT, APP) == []


def test_files_come_from_the_stage_that_is_named(world: World) -> None:
    at_install = replace(APP, imports=(replace(IMPORT, source_stage="install"),))
    assert file_of(world, (ARTIFACT, at_install)) == b"one"


def test_a_stage_that_the_source_lacks_is_its_last_one(world: World) -> None:
    """Werf does so; the last stage before that would be ``install``."""
    at_none = replace(APP, imports=(replace(IMPORT, source_stage="beforeSetup"),))
    assert file_of(world, (ARTIFACT, at_none)) == b"last\n"


def test_instructions_after_an_import_see_its_files(world: World) -> None:
    before = replace(IMPORT, stage=StageName.IMPORTS_BEFORE_SETUP)
    app = replace(APP, imports=(before,), setup=Instructions(("cat /app/file > /seen",)))
    assert file_of(world, (ARTIFACT, app), "seen") == b"last\n"


def test_a_stage_is_made_without_waiting_for_what_a_later_one_imports(world: World) -> None:
    app = replace(APP, setup=Instructions(("mkdir /made",)))
    first, _ = build_images("p", (app, ARTIFACT), world.adapters, workers=1, may_build=True)
    assert [one.stage.name for one in first.rebuilt] == ["from", "setup", "importsAfterSetup"]


def test_the_same_source_gives_the_same_layer(world: World) -> None:
    other = replace(APP, name="other", base_cache_version="1")
    chains = world.build(ARTIFACT, APP, other)
    layers = [world.adapters.storage.image(chain.last).config.diff_ids for chain in chains[1:]]
    assert chains[1].last.digest != chains[2].last.digest
    assert layers[0] == layers[1] != ()


def test_what_changes_in_the_source_builds_the_import_again(world: World) -> None:
    world.build(ARTIFACT, APP)
    changed = replace(ARTIFACT, setup=Instructions(("echo new > /out/file",)))
    assert file_of(world, (changed, APP)) == b"new\n"


def test_a_dry_run_names_the_imports(world: World) -> None:
    found = planned_stages("p", [APP, ARTIFACT], world.adapters)
    assert ("app", StageName.IMPORTS_AFTER_SETUP) in [
        (one.image.name, one.stage.name) for one in found
    ]


class Waiting(FakeBackend):
    """Runs the instructions that are named ``last`` only when *reached* says so."""

    reached = threading.Event()

    def run(self, request: RunRequest) -> LocalImage:
        """Wait, and fail if what is waited for does not come."""
        if "last" in request.commands[0] and not self.reached.wait(30):
            raise BuildError("nobody went on meanwhile")
        return super().run(request)

    def assemble(self, *arguments: Any, **options: Any) -> LocalImage:
        """Tell when the image that imports has its files."""
        made = super().assemble(*arguments, **options)
        if self.trees[made.id].contents.get("app/file"):
            self.reached.set()
        return made


def test_only_the_stage_that_is_named_is_waited_for(tmp_path: Path) -> None:
    """The last stage of the source runs until the importing image has its layer."""
    patient = world_of(Waiting(), tmp_path)
    at_install = replace(APP, imports=(replace(IMPORT, source_stage="install"),))
    assert file_of(patient, (ARTIFACT, at_install)) == b"one"


def test_a_later_stage_that_fails_does_not_spoil_what_was_built(world: World) -> None:
    at_install = replace(APP, imports=(replace(IMPORT, source_stage="install"),))
    world.build(ARTIFACT, at_install)
    broken = replace(ARTIFACT, setup=Instructions(("exit 3",)))
    with pytest.raises(CommandFailedError):
        world.build(broken, at_install)
    assert world.rebuilt(ARTIFACT, at_install) == []


def test_an_image_of_a_registry_is_a_source(world: World) -> None:
    tree = FakeImageTree({"tool": FILE}, contents={"tool": b"x"})
    world.backend.add("registry/tools:2", tree, ImageConfig("amd64", "linux", "", {}, ()))
    one = Import("/tool", "/opt/tool", StageName.IMPORTS_BEFORE_INSTALL, "", "registry/tools:2")
    assert file_of(world, (replace(APP, imports=(one,)),), "opt/tool") == b"x"


@pytest.mark.parametrize(
    ("add", "link"),
    [
        pytest.param("/to-file", "/files/a", id="to-a-file"),
        pytest.param("/dangling", "/nowhere", id="to-nothing"),
        pytest.param("/to-folder/beside", "a", id="below-a-link-to-a-folder"),
        pytest.param("/to-folder", None, id="to-a-folder"),
    ],
)
def test_a_link_stays_one_unless_it_leads_to_a_folder(
    world: World, add: str, link: str | None
) -> None:
    links = {"to-file": "/files/a", "dangling": "/nowhere", "files/beside": "a"}
    facts = {"files": FOLDER, "files/a": FILE, "to-folder": replace(LINK, link="files")}
    facts |= {path: replace(LINK, link=target) for path, target in links.items()}
    tree = FakeImageTree(facts, contents={"files/a": b"x"})
    world.backend.add("registry/tools:2", tree, ImageConfig("amd64", "linux", "", {}, ()))
    one = Import(add, "/new", StageName.IMPORTS_BEFORE_INSTALL, "", "registry/tools:2")
    last = world.build(replace(APP, imports=(one,)))[-1].last
    with world.backend.tree(world.adapters.storage.image(last)) as found:
        new = found.lookup("new")
        assert new is not None
        assert new.link == (link or "")
        assert (found.read("new/a") == b"x") == (link is None)


def test_a_missing_path_has_the_line_of_the_import(world: World) -> None:
    missing = replace(IMPORT, add="/none", line=17)
    with pytest.raises(MissingImportError) as caught:
        world.build(ARTIFACT, replace(APP, imports=(missing,)))
    assert str(caught.value.located("werf.yaml:17")) == (
        'werf.yaml:17: image "app": import "assets:/none -> /app": image "assets" has no "/none"'
    )


def test_imports_run_nothing(world: World) -> None:
    world.build(ARTIFACT)
    world.backend.runs.clear()
    world.build(ARTIFACT, APP)
    assert world.backend.runs == []


FACTS = tuple(ToldFact(fact, fact.name) for fact in ImageFact)


def test_an_image_is_told_where_others_are(world: World) -> None:
    told = Dependency("assets", FACTS, StageName.IMPORTS_BEFORE_SETUP)
    app = replace(
        APP,
        imports=(),
        dependencies=(told,),
        install=Instructions(("echo $NAME > /before",)),
        setup=Instructions(("echo $NAME > /after",)),
    )
    artifact, chain = world.build(ARTIFACT, app)
    image = world.adapters.storage.image(chain.last)
    repo, _, tag = artifact.last.reference.rpartition(":")
    assert image.config.runtime["Env"] == [
        f"NAME={artifact.last.reference}",
        f"ID={artifact.last.image_id}",
        f"DIGEST={artifact.last.image_id}",
        f"REPO={repo}",
        f"TAG={tag}",
    ]
    with world.backend.tree(image) as tree:
        assert tree.read("before") == b"$NAME\n"
        assert tree.read("after") == f"{artifact.last.reference}\n".encode()


def test_a_dependency_alone_builds_the_stage_when_the_image_changes(world: World) -> None:
    app = replace(
        APP, imports=(), dependencies=(Dependency("assets", (), StageName.IMPORTS_AFTER_INSTALL),)
    )
    assert "importsAfterInstall" in world.rebuilt(ARTIFACT, app)
    changed = replace(ARTIFACT, setup=Instructions(("echo new > /out/file",)))
    assert world.rebuilt(changed, app) == ["setup", "importsAfterInstall"]


def test_a_variable_of_the_base_is_replaced(world: World) -> None:
    config = ImageConfig("amd64", "linux", "", {"Env": ["A=1", "NAME=old", "B=2"]}, ())
    world.backend.add("with:env", FakeImageTree({"etc": FOLDER}), config)
    told = Dependency("assets", FACTS[:1], StageName.IMPORTS_AFTER_SETUP)
    app = replace(APP, base="with:env", imports=(), dependencies=(told,))
    artifact, chain = world.build(ARTIFACT, app)
    env = world.adapters.storage.image(chain.last).config.runtime["Env"]
    assert env == ["A=1", f"NAME={artifact.last.reference}", "B=2"]
