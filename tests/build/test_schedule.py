"""Images built stage by stage on working fakes: what is built, what is reused, what is said."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from stages import GitMapping, ImageSpec, Instructions, RuntimeSettings, StageDependencies
from stages.settings import ImageSettings
from stages.stage import StageName
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.repository import FakeRepository
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain
from werfish.build.failures import ImagesFailedError, located, raise_failures
from werfish.build.instruct import CommandFailedError
from werfish.build.lookup import StageRequiredError, UnmakeableImageError
from werfish.build.owners import UnknownOwnerError
from werfish.build.plan import planned_stages
from werfish.build.progress import Progress
from werfish.build.schedule import PATIENCE, build_images
from werfish.build.support import Image
from werfish.containers.backend import ImageGoneError, InstructionError, LocalImage, RunRequest
from werfish.containers.fact_store import FactStore
from werfish.errors import BuildError, GitError, PlacedError, RegistryError
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords

APP = ImageSpec(
    name="app",
    base="base:1",
    mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
    before_install=Instructions(("mkdir /made",)),
    install=Instructions(("cd /app", "cat deps > /installed")),
    runtime=RuntimeSettings(cmd=("run",), env=(("A", "1"),)),
)


@dataclass
class World:
    """A backend, a repository and storage that outlive single builds."""

    adapters: BuildAdapters
    repository: FakeRepository
    backend: FakeBackend
    said: StringIO

    def build(self, *images: Image, may_build: bool = True) -> tuple[BuiltChain, ...]:
        return build_images("p", images or (APP,), self.adapters, workers=2, may_build=may_build)

    def rebuilt(self, *images: Image) -> list[str]:
        return [str(one.stage.name) for chain in self.build(*images) for one in chain.rebuilt]

    def files(self, chain: BuiltChain) -> dict[str, bytes]:
        image = self.adapters.storage.image(chain.last)
        with self.backend.tree(image) as tree:
            paths = [*tree.names_below("app"), "installed"]
            contents = {path: tree.read(path) for path in paths}
        return {path: content for path, content in contents.items() if content is not None}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_of(FakeBackend(), tmp_path)


def world_of(backend: FakeBackend, tmp_path: Path) -> World:
    """Return a world whose images are in *backend*."""
    repository, said = FakeRepository(), StringIO()
    config = ImageConfig("amd64", "linux", "", {"Cmd": ["sh"], "Labels": {"own": "1"}}, ())
    backend.add("base:1", FakeImageTree({"etc": FOLDER}), config)
    repository.add("c1", {"deps": "1", "text": "one", "old/file": "x"})
    clock: Callable[[], float] = iter(range(10**6)).__next__
    storage = LocalStageStorage(
        backend, tmp_path / "stages", "p", FileLocks(tmp_path / "locks"), clock
    )
    adapters = BuildAdapters(
        repository,
        backend,
        storage,
        BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts")),
        PartsRecords(tmp_path / "stages"),
        Log(said, clock=clock),
    )
    return World(adapters, repository, backend, said)


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


BASE = ImageSpec(
    name="base",
    base="base:1",
    mappings=(GitMapping(to="/lib", include_paths=("text",)),),
    setup=Instructions(("echo a > /made-by-base",)),
)
TOP = ImageSpec(name="top", base="", base_image="base", setup=Instructions(("echo b > /top",)))


def test_an_image_of_the_project_is_a_base(world: World) -> None:
    top, base = world.build(TOP, BASE)
    with world.backend.tree(world.adapters.storage.image(top.last)) as tree:
        assert tree.read("lib/text") == b"one"
        assert tree.read("made-by-base") == b"a\n"
    assert base.image is BASE
    assert world.rebuilt(TOP, BASE) == []


def test_what_changes_in_a_base_rebuilds_what_is_built_upon_it(world: World) -> None:
    world.build(TOP, BASE)
    world.repository.add("c2", {"deps": "1", "text": "two"})
    top, _ = world.build(TOP, BASE)
    assert [one.reason for one in top.rebuilt] == [
        "from: the image base that it is built from changed",
        "setup: the stage before it, from, was built again",
    ]


def test_a_dry_run_follows_images_that_need_each_other(world: World) -> None:
    found = planned_stages("p", [TOP, BASE], world.adapters)
    assert [(one.image.name, str(one.stage.name)) for one in found] == [
        ("base", "from"),
        ("base", "gitArchive"),
        ("base", "setup"),
        ("top", "from"),
        ("top", "setup"),
    ]


def test_an_image_does_not_wait_for_one_that_failed(world: World) -> None:
    broken = replace(BASE, setup=Instructions(("exit 3",)))
    with pytest.raises(CommandFailedError):
        world.build(TOP, broken)


def test_an_artifact_ends_before_git_is_brought_up_to_date(world: World) -> None:
    artifact = replace(APP, is_artifact=True, runtime=None)
    world.build(artifact)
    world.repository.add("c2", {"deps": "1", "text": "two"})
    assert world.rebuilt(artifact) == []
    world.repository.add("c3", {"deps": "2", "text": "two"})
    assert world.rebuilt(artifact) == ["install"]


class Latest:
    """Base images whose tags move on when a test says so."""

    def __init__(self) -> None:
        self.digests = {"base:1": "sha256:" + "1" * 64}

    def digest(self, reference: str) -> str:
        return self.digests[reference]


def test_a_followed_base_is_built_from_again_when_its_tag_moved(world: World) -> None:
    latest = Latest()
    world.adapters = replace(world.adapters, bases=latest)
    follows = ImageSpec(name="app", base="base:1", follows=True)

    def moved(number: str) -> list[str]:
        latest.digests["base:1"] = "sha256:" + number * 64
        reference = f"docker.io/library/base@{latest.digests['base:1']}"
        world.backend.tags[reference] = world.backend.tags["base:1"]
        (chain,) = world.build(follows)
        return [one.reason for one in chain.rebuilt]

    assert moved("1") == ["from: never built before"]
    assert world.rebuilt(follows) == []
    assert moved("2") == ["from: what the base image base:1 stands for changed"]


def test_settings_come_last(world: World) -> None:
    settings = ImageSettings(author="me", user="app")
    (chain,) = world.build(replace(APP, settings=settings))
    assert str(chain.stages[-1].stage.name) == "imageSpec"
    config = world.adapters.storage.image(chain.last).config
    assert (config.author, config.runtime["User"]) == ("me", "app")
    (chain,) = world.build(replace(APP, settings=replace(settings, author="you")))
    assert [one.reason for one in chain.rebuilt] == ["imageSpec: author changed"]


class Deleting(FakeBackend):
    """Loses the image that it is to tag, or has just tagged, the third time that it tags one."""

    tagged_first = False
    count = 0

    def tag(self, image: LocalImage, reference: str) -> None:
        self.count += 1
        if self.count == 3 and not self.tagged_first:
            raise ImageGoneError(image.id, reference)
        super().tag(image, reference)
        if self.count == 3:
            self.untag(reference)


@pytest.mark.parametrize("tagged_first", [False, True])
def test_an_image_that_somebody_deletes_while_it_becomes_a_stage_is_made_again(
    tmp_path: Path, tagged_first: bool
) -> None:
    """A daemon deletes an image with the tag that another process gives it at that moment."""
    backend = Deleting()
    backend.tagged_first = tagged_first
    world = world_of(backend, tmp_path)
    (chain,) = world.build()
    assert world.files(chain)["installed"] == b"1"
    assert "is gone; what needs it does not count any more" in world.said.getvalue()


class Vanishing(FakeBackend):
    """Loses the image that it tags as the *doomed*-th one when it is asked for again."""

    doomed = 0

    def __init__(self) -> None:
        super().__init__()
        self.tagged_as: list[str] = []
        self.asked = 0

    def tag(self, image: LocalImage, reference: str) -> None:
        super().tag(image, reference)
        self.tagged_as.append(reference)

    def inspect(self, reference: str) -> LocalImage | None:
        if self.doomed and self.tagged_as[self.doomed - 1 : self.doomed] == [reference]:
            self.asked += 1
            if self.asked == 2:
                self.untag(reference)
        return super().inspect(reference)


def test_a_finished_stage_that_is_gone_when_another_image_needs_it_is_made_again(
    tmp_path: Path,
) -> None:
    top = ImageSpec("top", "", base_image="app", install=Instructions(("mkdir /top",)))
    calm = Vanishing()
    world_of(calm, tmp_path / "calm").build()
    backend = Vanishing()
    backend.doomed = len(calm.tagged_as)
    world = world_of(backend, tmp_path / "not")
    chains = world.build(APP, top)
    assert "; the build begins again" in world.said.getvalue()
    assert [chain.image.name for chain in chains] == ["app", "top"]
    assert world.files(chains[1])["installed"] == b"1"
    assert len(chains[0].rebuilt) == len(chains[0].stages)  # also what was built before
    assert world.said.getvalue().count("does not count any more") == 1


class Impatient(FakeBackend):
    """Instructions run until they are ended; the user interrupts them, and once more meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.interrupts, self.ended = 0, threading.Event()

    def run(self, request: RunRequest) -> LocalImage:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert self.ended.wait(30)
        raise InstructionError(request.origin, 137, ())

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts == 1:
            raise KeyboardInterrupt
        self.ended.set()


class Stubborn(Impatient):
    """Instructions run on whatever one does, until the user has lost patience for good."""

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts == PATIENCE:
            self.ended.set()
        raise KeyboardInterrupt


def test_what_an_interrupt_ends_has_not_failed(tmp_path: Path) -> None:
    world, progress = world_of(Impatient(), tmp_path), Progress()
    with pytest.raises(KeyboardInterrupt):
        build_images("p", (APP,), world.adapters, workers=2, progress=progress)
    (app,) = progress.images.values()
    assert (app.error, app.chain) == (None, None)
    assert [one.stage.title for one in app.stages] == ["from"]


def test_a_second_interrupt_does_not_leave_instructions_running(tmp_path: Path) -> None:
    """`timeout` sends its signal twice, and so do people."""
    backend = Impatient()
    world = world_of(backend, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.ended.is_set()
    assert world.said.getvalue().count("ending what runs") == 1


def test_an_interrupt_while_a_thread_is_started_ends_what_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Impatient()
    world, submit = world_of(backend, tmp_path), ThreadPoolExecutor.submit

    def interrupted(pool: ThreadPoolExecutor, *arguments: Any) -> Any:
        submit(pool, *arguments)
        while True:  # until the interrupt of the one that runs by now
            backend.ended.wait(1)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.ended.is_set()


def test_a_thread_that_begins_after_the_interrupt_builds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, submit = world_of(FakeBackend(), tmp_path), ThreadPoolExecutor.submit
    go_on = threading.Event()

    def interrupted(pool: ThreadPoolExecutor, work: Any, *arguments: Any) -> Any:
        def late() -> Any:
            assert go_on.wait(30)
            return work(*arguments)

        submit(pool, late)
        raise KeyboardInterrupt

    def shut_down(pool: ThreadPoolExecutor, *arguments: Any, **options: Any) -> None:
        go_on.set()
        shutdown(pool, *arguments, **options)

    shutdown = ThreadPoolExecutor.shutdown
    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", shut_down)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    monkeypatch.undo()
    assert world.rebuilt()[0] == "from"


def test_who_insists_on_an_interrupt_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Stubborn()
    world = world_of(backend, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.interrupts == PATIENCE


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
