"""Images built with their stages in a registry: what runs where, what moves, what heals."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stages import GitMapping, ImageSpec, Instructions, RuntimeSettings, StageDependencies
from stages.imports import Import
from stages.stage import StageName
from tests.fakes.base_image import put_base_image
from tests.fakes.registry import FakeRegistry, running
from tests.fakes.repository import FakeRepository
from tests.registry.clients import client_of
from tests.storage.repo_machine import RepoMachine
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain
from werfish.build.lookup import StageRequiredError
from werfish.build.schedule import build_images
from werfish.build.support import Image
from werfish.containers.docker_client import NoDaemonError
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind
from werfish.oci.manifest import Manifest
from werfish.oci.reference import Repository, parse_reference
from werfish.storage.records import PartsRecords
from werfish.storage.repo.shared_records import SharedRecords


@dataclass
class World:
    """A registry, a repository of git, and machines that share both."""

    registry: FakeRegistry
    repository: FakeRepository
    folder: Path
    app: ImageSpec

    def machine(self, name: str, *, has_daemon: bool = False) -> RepoMachine:
        stages = Repository(self.registry.host, "shop/stages")
        return RepoMachine(self.folder / name, stages, has_daemon=has_daemon)

    def build(
        self, machine: RepoMachine, *images: Image, may_build: bool = True
    ) -> tuple[BuiltChain, ...]:
        own = PartsRecords(machine.folder / "stages")
        records = SharedRecords(own, machine.client, machine.repository)
        adapters = BuildAdapters(
            self.repository, machine.backend, machine.storage, machine.blobs, records, machine.log
        )
        asked = images or (self.app,)
        return build_images("shop", asked, adapters, workers=2, may_build=may_build)

    def rebuilt(self, machine: RepoMachine, *images: Image) -> list[str]:
        return [one.stage.name for chain in self.build(machine, *images) for one in chain.rebuilt]

    def writes(self) -> list[tuple[str, str]]:
        return [one for one in self.registry.seen if one[0] not in ("GET", "HEAD")]

    def manifest(self, reference: str) -> Manifest:
        found = client_of().get_manifest(parse_reference(reference)).decode()
        if not isinstance(found, Manifest):
            raise TypeError(reference)
        return found

    def contents(self, machine: RepoMachine, chain: BuiltChain, folder: str) -> dict[str, bytes]:
        image = machine.storage.image(chain.last)
        with machine.backend.tree(image) as tree:
            files = {one.path: b"".join(one.content) for one in tree.stream(folder) if one.fact}
            kinds = {path: tree.lookup(f"{folder}/{path}".strip("/")) for path in files}
        return {
            path: content
            for path, content in files.items()
            if (fact := kinds[path]) and fact.kind is EntryKind.FILE
        }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running(FakeRegistry()) as registry:
        put_base_image(registry, "library/base", "1")
        repository = FakeRepository()
        repository.add("c1", {"deps": "1", "text": "one", "old/file": "x"})
        app = ImageSpec(
            name="app",
            base=f"{registry.host}/library/base:1",
            mappings=(GitMapping(to="/app", owner="app", group="app"),),
            runtime=RuntimeSettings(cmd=("run",)),
        )
        yield World(registry, repository, tmp_path, app)


def test_git_and_settings_need_no_daemon(world: World) -> None:
    machine = world.machine("one")
    (chain,) = world.build(machine)
    assert [one.stage.name for one in chain.rebuilt] == ["from", "gitArchive", "dockerInstructions"]
    assert world.contents(machine, chain, "app") == {
        "deps": b"1", "text": b"one", "old/file": b"x",
    }  # fmt: skip
    assert machine.storage.image(chain.last).config.runtime["Cmd"] == ["run"]


def test_owners_are_those_of_the_base_image(world: World) -> None:
    machine = world.machine("one")
    (chain,) = world.build(machine)
    with machine.backend.tree(machine.storage.image(chain.last)) as tree:
        assert tree.lookup("app/text") == Fact(EntryKind.FILE, 0o644, 7, 8, 1_700_000_000)


def test_the_next_commit_is_a_patch_on_any_machine(world: World) -> None:
    world.build(world.machine("one"))
    world.repository.add("c2", {"deps": "1", "text": "two"})
    machine = world.machine("two")
    (chain,) = world.build(machine)
    assert [one.stage.name for one in chain.rebuilt] == ["gitLatestPatch", "dockerInstructions"]
    assert world.contents(machine, chain, "app") == {"deps": b"1", "text": b"two"}


def test_another_machine_writes_nothing(world: World) -> None:
    world.build(world.machine("one"))
    world.registry.seen.clear()
    assert world.rebuilt(world.machine("two")) == []
    assert world.writes() == []


def test_another_machine_knows_the_reason(world: World) -> None:
    image = replace(
        world.app,
        mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
        install=Instructions(("mkdir /made",)),
    )
    world.build(world.machine("one", has_daemon=True), image)
    world.repository.add("c2", {"deps": "2", "text": "one", "old/file": "x"})
    (chain,) = world.build(world.machine("two", has_daemon=True), image)
    assert [one.reason for one in chain.rebuilt] == [
        "install: file deps changed",
        "dockerInstructions: the stage before it, install, was built again",
    ]


def test_a_new_machine_learns_of_all_lasting_stages_at_once(world: World) -> None:
    world.build(world.machine("one"))
    world.registry.seen.clear()
    (chain,) = world.build(world.machine("two"))
    known, last = world.registry.requests("GET", "/manifests/")
    assert "/known-" in known
    assert last.endswith(chain.last.digest.value)


def test_a_look_up_is_one_request_a_stage(world: World) -> None:
    """Where others have shared nothing."""
    world.build(world.machine("one"))
    tags = world.registry.repository("shop/stages").tags
    del tags[next(tag for tag in tags if tag.startswith("known-"))]
    world.registry.seen.clear()
    (chain,) = world.build(world.machine("two"))
    assert len(world.registry.requests("GET", "/manifests/")) == 1 + len(chain.stages)


def test_what_others_share_may_be_gone(world: World) -> None:
    """All stages were deleted, and their blobs: they are built again, and shared."""
    machine = world.machine("one")
    (chain,) = world.build(machine)
    expected = world.contents(machine, chain, "app")
    stored = world.registry.repository("shop/stages")
    stored.tags = {tag: one for tag, one in stored.tags.items() if tag.startswith("known-")}
    stored.manifests = {one: stored.manifests[one] for one in stored.tags.values()}
    stored.blobs.clear()
    second = world.machine("two")
    (again,) = world.build(second)
    assert world.contents(second, again, "app") == expected
    assert world.rebuilt(world.machine("three")) == []


def test_a_commit_of_files_shares_nothing_anew(world: World) -> None:
    world.build(world.machine("one"))
    world.repository.add("c2", {"deps": "1", "text": "two"})
    world.registry.seen.clear()
    assert world.rebuilt(world.machine("one")) == ["gitLatestPatch", "dockerInstructions"]
    assert not world.registry.requests("PUT", "/known-")
    assert world.registry.requests("GET", "/blobs/") == []
    assert world.registry.requests("GET", "/tags/") == []


def test_a_small_change_costs_few_requests(world: World) -> None:
    machine = world.machine("one")
    world.build(machine)
    world.repository.add("c2", {"deps": "1", "text": "two", "old/file": "x"})
    world.registry.seen.clear()
    world.build(machine)
    assert len(world.registry.seen) <= 15


def test_nothing_changed_is_one_look_at_the_last_stage(world: World) -> None:
    """What this machine found before is looked at as a whole: its hint, and each blob.

    Right after a build it asks once more for stages whose hints others may have written, too.
    """
    (chain,) = world.build(world.machine("one"))
    world.build(world.machine("one"))
    world.registry.seen.clear()
    world.build(world.machine("one"))
    asked = [path for method, path in world.registry.seen if method != "HEAD"]
    hint = f"/v2/shop/stages/manifests/{chain.last.digest}"
    assert asked == ["/v2/", hint]
    assert world.registry.requests("HEAD", "/manifests/") == []


def test_a_registry_that_was_emptied_is_filled_again(world: World) -> None:
    """What this machine remembers of it is of no use then."""
    world.build(world.machine("one"))
    del world.registry.repositories["shop/stages"]
    world.repository.add("c2", {"deps": "1", "text": "two", "old/file": "x"})
    machine = world.machine("one")
    (chain,) = world.build(machine)
    assert world.contents(machine, chain, "app")["text"] == b"two"
    assert world.rebuilt(world.machine("two")) == []


def test_instructions_without_a_daemon_are_an_error(world: World) -> None:
    image = replace(world.app, before_install=Instructions(("mkdir /made",)))
    with pytest.raises(NoDaemonError):
        world.build(world.machine("one"), image)


def test_instructions_run_on_what_the_daemon_pulled_and_are_pushed(world: World) -> None:
    image = replace(
        world.app,
        mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
        install=Instructions(("mkdir /made",)),
    )
    machine = world.machine("one", has_daemon=True)
    (chain,) = world.build(machine, image)
    assert [one.stage.name for one in chain.rebuilt] == [
        *("from", "gitArchive", "install", "dockerInstructions"),
    ]
    archive = next(one.stored for one in chain.stages if one.stage.name == "gitArchive")
    assert machine.daemon.pulled == [archive.reference]
    assert world.rebuilt(world.machine("two"), image) == []


def test_a_change_below_instructions_runs_no_daemon(world: World) -> None:
    image = replace(world.app, before_install=Instructions(("mkdir /made",)))
    world.build(world.machine("one", has_daemon=True), image)
    world.repository.add("c2", {"deps": "2", "text": "two", "old/file": "x"})
    machine = world.machine("one")
    assert world.rebuilt(machine, image) == ["gitLatestPatch", "dockerInstructions"]


def test_files_are_imported_without_a_daemon(world: World) -> None:
    taking = Import("/app", "/taken", StageName.IMPORTS_AFTER_INSTALL, image="app")
    other = ImageSpec(name="other", base=world.app.base, imports=(taking,))
    machine = world.machine("one")
    _, chain = world.build(machine, world.app, other)
    assert world.contents(machine, chain, "taken") == {
        "deps": b"1", "text": b"one", "old/file": b"x",
    }  # fmt: skip


def gone_layers(world: World, chain: BuiltChain) -> None:
    """Delete the layer of git content behind the registry's back."""
    stored = world.registry.repository("shop/stages")
    below = parse_reference(chain.stages[0].stored.reference)
    top = parse_reference(chain.stages[1].stored.reference)
    layers = [stored.manifests[stored.tags[one.tag]][1] for one in (below, top)]
    for digest in [one for one in stored.blobs if one.encode() in layers[1]]:
        if digest.encode() not in layers[0]:
            del stored.blobs[digest]


@pytest.mark.parametrize("name", ["one", "two"], ids=["same-machine", "other-machine"])
@pytest.mark.parametrize("commit", ["c1", "c2"], ids=["same-commit", "next-commit"])
def test_a_broken_stage_is_noticed_and_made_whole(world: World, name: str, commit: str) -> None:
    (chain,) = world.build(world.machine("one"))
    gone_layers(world, chain)
    if commit == "c2":
        world.repository.add("c2", {"deps": "1", "text": "two", "old/file": "x"})
    machine = world.machine(name)
    (chain,) = world.build(machine)
    assert "app/text" not in world.contents(machine, chain, "app")
    assert world.contents(machine, chain, "app")["text"] == (b"two" if commit == "c2" else b"one")
    assert world.rebuilt(world.machine("three")) == []


@pytest.mark.parametrize("is_collected", [False, True], ids=["tag", "manifest"])
def test_a_stage_that_lost_its_tag_is_made_anew_below_instructions(
    world: World, is_collected: bool
) -> None:
    """Its hint still names it, and nothing is missing of it until a daemon wants to pull it."""
    (chain,) = world.build(world.machine("one"))
    stored = world.registry.repository("shop/stages")
    digest = stored.tags.pop(parse_reference(chain.stages[1].stored.reference).tag)
    if is_collected:
        del stored.manifests[digest]
    image = replace(world.app, install=Instructions(("mkdir /made",)))
    rebuilt = world.rebuilt(world.machine("two", has_daemon=True), image)
    assert rebuilt == ["gitArchive", "install", "dockerInstructions"]


def test_a_broken_stage_is_missing_for_who_may_not_build(world: World) -> None:
    (chain,) = world.build(world.machine("one"))
    gone_layers(world, chain)
    with pytest.raises(StageRequiredError):
        world.build(world.machine("two"), may_build=False)


def test_a_stage_with_much_to_say_is_listed(world: World) -> None:
    """Its manifest is too large for a hint, and is read by itself."""
    app = replace(world.app, runtime=RuntimeSettings(env=(("BIG", "x" * 50_000),)))
    (chain,) = world.build(world.machine("one"), app)
    listed = {stage.reference for stage in world.machine("two").storage.stages()}
    assert listed == {one.stored.reference for one in chain.stages}


def test_a_stage_of_a_foreign_branch_is_not_used(world: World) -> None:
    world.repository.add("side", {"text": "side"}, parent="c1")
    world.build(world.machine("one"))
    world.repository.add("main", {"text": "main"}, parent="c1")
    machine = world.machine("two")
    (chain,) = world.build(machine)
    assert "gitArchive" in [one.stage.name for one in chain.rebuilt]
    assert world.contents(machine, chain, "app") == {"text": b"main"}
    found = machine.storage.find(chain.stages[1].stage.digest)
    assert {one.commits for one in found} == {(("", "side"),), (("", "main"),)}


def test_stages_of_other_repositories_are_taken_over(world: World) -> None:
    """Their layers are mounted; after that the other repository may go."""
    world.build(world.machine("one"))
    here, there = Repository(world.registry.host, "here"), world.machine("x").repository
    world.registry.received = 0
    machine = RepoMachine(world.folder / "two", here, sources=(there,))
    assert world.rebuilt(machine) == []
    assert len(world.registry.requests("POST", "mount=")) >= 2
    del world.registry.repositories["shop/stages"]
    assert world.rebuilt(RepoMachine(world.folder / "three", here)) == []
    world.repository.add("c2", {"deps": "1", "text": "two", "old/file": "x"})
    patched = RepoMachine(world.folder / "four", here)
    assert world.rebuilt(patched) == ["gitLatestPatch", "dockerInstructions"]


def test_a_source_that_does_not_answer_is_done_without(world: World) -> None:
    gone = Repository("127.0.0.1:1", "nowhere")
    machine = RepoMachine(
        world.folder / "one", Repository(world.registry.host, "here"), sources=(gone,)
    )
    assert "from" in world.rebuilt(machine)
    assert "done without" in machine.output.getvalue()


@pytest.mark.parametrize("kind", ["layer", "manifest", "configuration"])
def test_a_source_that_lacks_something_is_done_without(world: World, kind: str) -> None:
    (chain,) = world.build(world.machine("one"))
    stored, there = world.registry.repository("shop/stages"), world.machine("x").repository
    manifest = world.manifest(chain.stages[1].stored.reference)
    gone = {"layer": manifest.layers[-1].digest, "configuration": manifest.config.digest}
    for digest in [*stored.manifests] if kind == "manifest" else [gone[kind]]:
        (stored.manifests if kind == "manifest" else stored.blobs).pop(digest, None)
    here = Repository(world.registry.host, "here")
    machine = RepoMachine(world.folder / "two", here, sources=(there,))
    (built,) = world.build(machine)
    assert world.contents(machine, built, "app")["text"] == b"one"


def test_a_source_that_dies_in_between_is_done_without(world: World) -> None:
    """What this machine remembers of it is not asked for again, and then cannot be read."""
    with running(FakeRegistry()) as other:
        there, here = Repository(other.host, "there"), Repository(world.registry.host, "here")
        world.build(RepoMachine(world.folder / "one", there))
        machine = RepoMachine(world.folder / "two", there)
        world.build(machine)
    late = RepoMachine(world.folder / "two", here, sources=(there,))
    assert "gitArchive" in world.rebuilt(late)
    assert late.output.getvalue().count("done without") == 1


def test_a_large_layer_of_files_is_never_read_by_another_machine(world: World) -> None:
    """Who wrote it has told what is in it."""
    files = {"noise": random.Random(1).randbytes(100_000).hex(), "text": "one"}
    world.repository.add("c2", files)
    one = world.machine("one")
    (chain,) = world.build(one)
    large = max(one.storage.image(chain.last).config.diff_ids, key=lambda diff: _size(one, diff))
    layer = one.blobs.find(large)
    assert layer is not None
    world.repository.add("c3", {**files, "text": "two"})
    world.registry.seen.clear()
    assert world.rebuilt(world.machine("two")) == ["gitLatestPatch", "dockerInstructions"]
    assert world.registry.requests("GET", layer.digest) == []


def _size(machine: RepoMachine, diff_id: str) -> int:
    layer = machine.blobs.find(diff_id)
    return layer.size if layer else 0
