"""What instructions get, on working fakes: mounts, secrets, what looks changed, shells."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest

from stages import GitMapping, ImageSpec, Instructions, StageDependencies, digest_of
from stages.mount import Mount, MountKind
from stages.secret import Secret, SecretSource
from stages.stage import WHOLE, Stage, StageName, Step
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.repository import FakeRepository
from werfish.actions.build import BuildOptions, build
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain
from werfish.build.instruct import CommandFailedError
from werfish.build.introspection import (
    Introspection,
    NoTerminalError,
    UnknownPatternError,
    pattern_of,
)
from werfish.build.mounts import MountError, UnreachableAgentError
from werfish.build.schedule import build_images
from werfish.build.secrets import UnreadableSecretError
from werfish.build.surroundings import SshAgent, Surroundings
from werfish.config.load import load_project
from werfish.config.slug import limited
from werfish.containers.fact_store import FactStore
from werfish.containers.terminal import Terminal
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.mount_runs import MountRunRecords
from werfish.storage.records import PartsRecords

TMP, KEPT = Mount("/tmp/dir", MountKind.TMP_DIR), Mount("/kept", MountKind.BUILD_DIR)
CUSTOM = Mount("/etc", MountKind.CUSTOM_DIR, "beside/it")
TOKEN = Secret("token", SecretSource.ENV, "TOKEN")
APP = ImageSpec("app", "base:1", setup=Instructions(("echo done > /result",)))
IN_GIT = replace(
    APP, mappings=(GitMapping(to="/src", stage_dependencies=StageDependencies(setup=("**",))),)
)


@dataclass
class World:
    """A host with a backend; what is around the build may be changed."""

    adapters: BuildAdapters
    backend: FakeBackend
    repository: FakeRepository
    said: StringIO

    def surround(self, **changes: object) -> None:
        surroundings = replace(self.adapters.surroundings, **changes)  # type: ignore[arg-type]
        self.adapters = replace(self.adapters, surroundings=surroundings)

    def build(self, image: ImageSpec) -> BuiltChain:
        (chain,) = build_images("p", (image,), self.adapters, workers=1)
        return chain

    def files(self, chain: BuiltChain) -> FakeImageTree:
        return self.backend.trees[self.adapters.storage.image(chain.last).id]


@pytest.fixture
def world(tmp_path: Path) -> World:
    backend, repository, said = FakeBackend(), FakeRepository(), StringIO()
    backend.add("base:1", FakeImageTree({"etc": FOLDER}), ImageConfig("amd64", "linux", "", {}, ()))
    repository.add("c1", {"a": "1", "b": "1"})
    clock: Callable[[], float] = iter(range(10**6)).__next__
    locks = FileLocks(tmp_path / "locks")
    surroundings = Surroundings(
        tmp_path / "project",
        tmp_path / "mounts",
        {"TOKEN": "s3cret"},
        MountRunRecords(tmp_path / "runs", locks, tmp_path / "mounts", time.time),
    )
    adapters = BuildAdapters(
        repository,
        backend,
        LocalStageStorage(backend, tmp_path / "stages", "p", locks, clock),
        BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts")),
        PartsRecords(tmp_path / "parts"),
        Log(said, clock=clock),
        surroundings=surroundings,
    )
    return World(adapters, backend, repository, said)


def test_mounts_are_there_and_not_in_the_image(world: World, tmp_path: Path) -> None:
    commands = ("echo 1 > /tmp/dir/x", "echo 2 > /kept/x", "echo 3 > /etc/x")
    image = replace(
        APP,
        mounts=(TMP, KEPT, CUSTOM),
        install=Instructions(commands),
        setup=Instructions(("cat /tmp/dir/x /kept/x /etc/x > /result",)),
    )
    files = world.files(world.build(image))
    assert files.contents == {"result": b"1\n2\n3\n"}
    assert set(files.facts) == {"etc", "result"}
    assert (tmp_path / "mounts" / limited("/kept") / "x").read_text() == "2\n"
    assert (tmp_path / "project" / "beside" / "it" / "x").read_text() == "3\n"
    assert world.said.getvalue().count('beside/it" was made; is mount.fromPath right?') == 1
    assert world.backend.volumes == set()


def test_a_folder_that_cannot_be_made_is_said(world: World, tmp_path: Path) -> None:
    (tmp_path / "project").write_text("a file")
    with pytest.raises(MountError, match=r"/etc.*not a directory") as caught:
        world.build(replace(APP, mounts=(CUSTOM,), key_lines=(("mount", 9),)))
    assert caught.value.line == 9
    assert world.backend.runs == []


def test_a_daemon_elsewhere_sees_no_folder_of_this_host(world: World) -> None:
    world.backend.is_local = False
    with pytest.raises(MountError, match="another machine"):
        world.build(replace(APP, mounts=(TMP, KEPT)))
    assert world.build(replace(APP, mounts=(TMP,))).rebuilt


def test_secrets_are_read_and_hidden(world: World, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "key").write_text("BEGIN\nlong line\n}\n")
    secrets = (
        TOKEN,
        Secret("key", SecretSource.SRC, "key"),
        Secret("v", SecretSource.VALUE, "vvvv"),
    )
    show = ("cat /run/secrets/token /run/secrets/key", "cat /run/secrets/v", "echo } cat")
    files = world.files(world.build(replace(APP, secrets=secrets, setup=Instructions(show))))
    lines = [line for line in world.said.getvalue().splitlines() if "app/setup |" in line]
    assert [line.partition("| ")[2] for line in lines] == ["******", "***", "}", "***", "} cat"]
    assert set(files.facts) == {"etc"}
    assert "s3cret" not in repr(world.backend.runs) + repr(world.backend.images)


def test_a_secret_too_short_to_be_one_does_not_hide_half_of_the_log(world: World) -> None:
    secrets = (Secret("pin", SecretSource.VALUE, "1"),)
    world.build(replace(APP, secrets=secrets, setup=Instructions(("echo 101 lines",))))
    assert "app/setup | 101 lines" in world.said.getvalue()


def test_only_the_names_of_secrets_count(world: World) -> None:
    world.build(replace(APP, secrets=(TOKEN,)))
    world.surround(environment={"TOKEN": "another"})
    assert not world.build(replace(APP, secrets=(TOKEN,))).rebuilt
    renamed = replace(APP, secrets=(replace(TOKEN, id="other"),))
    assert world.build(renamed).rebuilt[0].reason == (
        "setup: secret other added, secret token removed"
    )


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        pytest.param(replace(TOKEN, place="NOPE"), '"NOPE" is not set', id="variable"),
        pytest.param(Secret("f", SecretSource.SRC, "/no/file"), "no such file", id="file"),
        pytest.param(Secret("f", SecretSource.VALUE, "x" * 600_000), "600000 bytes", id="large"),
    ],
)
def test_a_secret_that_cannot_be_read_is_said_before_anything_runs(
    world: World, secret: Secret, said: str
) -> None:
    with pytest.raises(UnreadableSecretError, match=said) as caught:
        world.build(replace(APP, secrets=(secret,), key_lines=(("secrets", 9),)))
    assert (caught.value.line, caught.value.exit_code) == (9, 11)
    assert caught.value.located("werf.yaml:9").exit_code == 11
    assert world.backend.runs == []


def test_the_output_of_what_failed_hides_secrets(world: World) -> None:
    commands = ("cat /run/secrets/token", "exit 3")
    with pytest.raises(CommandFailedError) as caught:
        world.build(replace(APP, secrets=(TOKEN,), setup=Instructions(commands)))
    assert caught.value.tail == ("***",)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        pytest.param("cat: write error: No space left on device", "make room", id="full"),
        pytest.param("cat: /none: No such file or directory", "mend the command", id="else"),
    ],
)
def test_what_failed_of_a_full_disk_wants_room(world: World, said: str, advice: str) -> None:
    commands = (f"echo '{said}'", "exit 1")
    with pytest.raises(CommandFailedError) as caught:
        world.build(replace(APP, setup=Instructions(commands)))
    assert advice in caught.value.located("werf.yaml:3").hint


def renewed(world: World) -> list[str]:
    return [file.path for file in world.backend.runs[-1].renewed]


def test_what_changed_since_the_folder_was_filled_looks_changed(
    world: World, tmp_path: Path
) -> None:
    image = replace(IN_GIT, mounts=(KEPT,))
    world.build(image)
    assert renewed(world) == []
    world.repository.add("c2", {"a": "2", "b": "1"})
    world.build(image)
    assert renewed(world) == ["/src/a"]
    world.repository.add("c3", {"a": "2", "b": "3"})
    with pytest.raises(CommandFailedError):
        world.build(replace(image, setup=Instructions(("exit 1",))))
    world.repository.add("c4", {"a": "4", "b": "1"})
    world.build(image)
    assert sorted(renewed(world)) == ["/src/a", "/src/b"]


def test_without_a_kept_folder_times_are_the_commits(world: World) -> None:
    world.build(replace(IN_GIT, mounts=(TMP,)))
    world.repository.add("c2", {"a": "2", "b": "1"})
    world.build(replace(IN_GIT, mounts=(TMP,)))
    assert renewed(world) == []


def test_an_unknown_folder_may_hold_anything(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "mounts" / limited("/kept")
    folder.mkdir(parents=True)
    (folder / "file").touch()
    world.build(replace(IN_GIT, mounts=(KEPT,)))
    assert renewed(world) == ["/src/a", "/src/b"]


def test_the_agent_and_the_network_are_no_part_of_a_digest(world: World, tmp_path: Path) -> None:
    world.surround(ssh_agent=SshAgent(tmp_path / "agent"))
    world.build(replace(APP, network="none"))
    assert world.backend.runs[-1].ssh_agent == tmp_path / "agent"
    assert world.backend.runs[-1].network == "none"
    world.surround(ssh_agent=None)
    assert not world.build(APP).rebuilt


def test_an_agent_that_cannot_be_reached(world: World, tmp_path: Path) -> None:
    world.backend.is_local = False
    world.surround(ssh_agent=SshAgent(tmp_path / "agent", is_asked=True))
    with pytest.raises(UnreachableAgentError):
        world.build(APP)
    world.surround(ssh_agent=SshAgent(tmp_path / "agent"))
    world.build(APP)
    assert world.backend.runs[-1].ssh_agent is None


def look(world: World, **wanted: object) -> None:
    introspection = Introspection(**wanted)  # type: ignore[arg-type]
    world.surround(introspection=introspection, terminal=Terminal(0, 1))


def test_shells_before_and_after_what_failed(world: World) -> None:
    look(world, after_error=True, before_error=True)
    with pytest.raises(CommandFailedError):
        world.build(replace(APP, setup=Instructions(("echo 1 > /half", "exit 1"))))
    assert [paths for _, paths in world.backend.shells] == [("etc",), ("etc", "half")]
    assert len(world.backend.images) == 2, "the base and the stage before, no state of a failure"


def test_a_shell_after_a_stage_that_was_built_or_found(world: World) -> None:
    look(world, stages=(pattern_of("*/setup"), pattern_of("other/from")))
    for _ in range(2):
        world.build(APP)
    assert [request.origin for request, _ in world.backend.shells] == ["app/setup"] * 2


def test_a_shell_needs_a_terminal(world: World) -> None:
    world.surround(introspection=Introspection((pattern_of("from"),)))
    with pytest.raises(NoTerminalError):
        world.build(APP)


def stage(name: StageName, step: Step = WHOLE) -> Stage:
    return Stage(name, digest_of(name, ()), (), step=step)


def test_a_shell_after_one_instruction_of_a_stage() -> None:
    pattern = pattern_of("app/setup-2")
    assert str(pattern) == "app/setup-2"
    assert pattern.fits("app", stage(StageName.SETUP, Step(2, 3)))
    assert not pattern.fits("app", stage(StageName.SETUP, Step(3, 3)))
    last = [pattern_of("setup").fits("app", stage(StageName.SETUP, Step(n, 3))) for n in (1, 2, 3)]
    assert last == [False, False, True]


def test_patterns_are_werfs() -> None:
    assert str(pattern_of("setup")) == "*/setup"
    assert pattern_of("~/from").fits("~", stage(StageName.FROM))
    assert pattern_of("group/app/from").image == "group/app"
    assert not pattern_of("app/from").fits("app", stage(StageName.SETUP))
    for unknown in ("app/none", "app/from-1", "setup-0"):
        with pytest.raises(ValueError, match="beforeInstall"):
            pattern_of(unknown)
    wanted = Introspection((pattern_of("a/setup"), pattern_of("from")))
    assert wanted.without_match([("b", stage(StageName.FROM))]) == (pattern_of("a/setup"),)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        pytest.param("ap/setup", 'did you mean "app/setup"?', id="near"),
        pytest.param("ap/setup-2", 'did you mean "app/setup-2"?', id="near-with-number"),
        pytest.param("elsewhere/setup", "the images are: app", id="far"),
    ],
)
def test_a_shell_in_an_unknown_image_is_refused_before_anything_is_built(
    world: World, tmp_path: Path, written: str, advice: str
) -> None:
    text = "project: p\nconfigVersion: 1\n---\nimage: app\nfrom: base:1\n"
    (tmp_path / "werf.yaml").write_text(text)
    look(world, stages=(pattern_of("setup"), pattern_of("app/from"), pattern_of(written)))
    with pytest.raises(UnknownPatternError, match=f'"{written}": no image') as caught:
        build(load_project(tmp_path), BuildOptions(), world.adapters)
    assert caught.value.hint == advice
    assert len(world.backend.images) == 1, "the base"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("app/instal", "install", id="stage"),
        pytest.param("beforesetup-2", "beforeSetup-2", id="instruction"),
    ],
)
def test_misspelt_stages_come_with_the_nearest_name(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f'did you mean "{meant}"\\?'):
        pattern_of(written)


def test_a_command_that_was_killed_is_told_so(world: World) -> None:
    """The kernel ends what takes too much memory, and the command prints nothing of it."""
    with pytest.raises(CommandFailedError, match="exit code 137: it was killed, perhaps for lack"):
        world.build(replace(APP, install=Instructions(("exit 137",))))
