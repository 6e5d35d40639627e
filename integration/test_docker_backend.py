"""The laws of backends on a real Docker daemon, and what only a real one can show."""

import gc
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docker.auth import get_config_header

from integration.kit.api import Endpoints
from stages.digest import Digest
from stages.stage import StageName
from tests.contracts.backend import (
    FILE,
    FOLDER,
    TIME,
    BackendContract,
    DockerfileContract,
    config_on,
    contents,
    request_for,
)
from werfish.cli.registries import timing_of_host
from werfish.containers.backend import ImageGoneError, InstructionError, LocalImage
from werfish.containers.docker import DockerBackend, DockerSettings
from werfish.containers.docker_client import DaemonError, NoDaemonError, connect
from werfish.containers.docker_pull import UnknownBaseError
from werfish.containers.docker_push import PushError
from werfish.containers.docker_sweep import LEASE_LABEL
from werfish.containers.fact_store import FactStore
from werfish.containers.shells import NoShellError
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.layered_facts import RunLayer
from werfish.storage.blobs import BlobStore
from werfish.storage.leases import host_lease
from werfish.storage.local import LocalStageStorage

if TYPE_CHECKING:
    from docker import APIClient

TEST_LABEL = "io.werfish.test"
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Host:
    """One home on this machine, with a backend that works for it."""

    home: Path
    backend: DockerBackend
    blobs: BlobStore
    said: io.StringIO

    @property
    def home_id(self) -> str:
        return (self.home / "id").read_text()


@contextmanager
def host_at(
    home: Path,
    kit: Endpoints,
    static_bash: Path | None = None,
    *,
    has_buildkit: bool = False,
    buildkit_host: str = "",
) -> Iterator[Host]:
    """Open *home* as one run of the program does; Dockerfiles are built classically, or not."""
    facts, said = FactStore(home / "facts"), io.StringIO()
    environment = {**os.environ, **kit.variables}
    hosts = {"WERF_BUILDKIT_HOST": buildkit_host, "BUILDKIT_HOST": ""}
    settings = DockerSettings(
        mirrors=(kit.mirror or "",),
        static_bash=static_bash,
        environment={**environment, **hosts} if has_buildkit else {},
    )
    with host_lease(home) as lease:
        backend = DockerBackend(
            lambda: connect(environment),
            facts,
            lease,
            Log(said, clock=time.monotonic),
            timing_of_host(),
            settings,
        )
        try:
            yield Host(home, backend, BlobStore(home / "blobs", facts), said)
        finally:
            backend.close()


@contextmanager
def leaky() -> Iterator[None]:
    """Where no daemon answers, docker-py leaves its socket to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.fixture
def api(kit: Endpoints) -> Iterator["APIClient"]:
    client = connect({**os.environ, **kit.variables})
    yield client
    client.close()


@pytest.fixture
def host(kit: Endpoints, tmp_path: Path) -> Iterator[Host]:
    with host_at(tmp_path / "home", kit) as host:
        yield host


@pytest.fixture
def backend(host: Host) -> DockerBackend:
    return host.backend


@pytest.fixture
def blobs(host: Host) -> BlobStore:
    return host.blobs


@pytest.fixture
def repository(api: "APIClient", host: Host) -> Iterator[str]:
    """Name a repository for tags; whatever is based on `base` is removed afterwards."""
    name = f"werfish-test/{uuid.uuid4().hex}"
    yield name
    host.backend.close()
    for image in api.images(all=True, filters={"label": f"{TEST_LABEL}={name}"}):
        api.remove_image(image["Id"], force=True, noprune=True)


def based_on(host: Host, reference: str, repository: str) -> LocalImage:
    """Return an image like *reference* with a label of the test and a tag."""
    found = host.backend.resolve_base(reference).image
    config = config_on(found.config, **{TEST_LABEL: repository}).with_layers((), "test")
    return host.backend.assemble(found, (), config, f"{repository}:{reference.partition(':')[0]}")


@pytest.fixture
def base(host: Host, repository: str) -> LocalImage:
    return based_on(host, "debian:bookworm-slim", repository)


@pytest.fixture
def busybox(host: Host, repository: str) -> LocalImage:
    return based_on(host, "busybox:1.35", repository)


def leftovers(api: "APIClient", host: Host) -> list[str]:
    """Return containers and images that belong to a build of *host*."""
    ours = {"label": f"io.werfish.home={host.home_id}"}
    found = [*api.containers(all=True, filters=ours), *api.images(all=True, filters=ours)]
    return [one["Id"] for one in found]


class NothingIsLeft:
    """What holds after each law."""

    @pytest.fixture(autouse=True)
    def nothing_is_left(self, api: "APIClient", host: Host) -> Iterator[None]:
        yield
        host.backend.close()
        assert leftovers(api, host) == []


class TestDockerBackend(NothingIsLeft, BackendContract):
    """The laws, on the real thing."""


class TestDockerfilesByBuildKit(NothingIsLeft, DockerfileContract):
    """The laws of Dockerfiles once more, where Docker's BuildKit builds them."""

    @pytest.fixture
    def host(self, kit: Endpoints, tmp_path: Path) -> Iterator[Host]:
        with host_at(tmp_path / "home", kit, has_buildkit=True) as host:
            yield host


class TestDockerfilesByBuildctl(NothingIsLeft, DockerfileContract):
    """The laws of Dockerfiles once more, where a buildkitd of its own builds them."""

    @pytest.fixture
    def host(self, kit: Endpoints, buildkit: str, tmp_path: Path) -> Iterator[Host]:
        home = tmp_path / "home"
        with host_at(home, kit, has_buildkit=True, buildkit_host=buildkit) as host:
            yield host


def layer_on(host: Host, base: LocalImage, *entries: LayerEntry) -> LocalImage:
    layer = host.blobs.write(entries, contents)
    config = config_on(base.config).with_layers((layer.diff_id,), "test")
    return host.backend.assemble(base, (layer,), config, "")


def seen_by_the_image(api: "APIClient", host: Host, image: LocalImage, command: str) -> list[str]:
    """Run *command* in *image*, and return its output."""
    lines: list[str] = []
    request = replace(request_for(image, command), output=lines.append)
    host.backend.discard(host.backend.run(request))
    return lines


def test_the_kernel_sees_the_layers_as_we_do(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    """Overlays could show other files than the store of facts says; they must not."""
    below = layer_on(
        host,
        base,
        LayerEntry("home", FOLDER, mtime=TIME),
        LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME),
        LayerEntry("home/app/old", FILE, source="x"),
        LayerEntry("home/app/sub", FOLDER),
        LayerEntry("home/app/sub/f", FILE, source="x"),
    )
    image = layer_on(
        host,
        below,
        LayerEntry("home", FOLDER, mtime=TIME),
        LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME),
        LayerEntry("home/app/old", EntryKind.WHITEOUT),
        LayerEntry("home/app/sub", EntryKind.WHITEOUT),
        LayerEntry("home/app/new", FILE, mode=0o755, mtime=TIME + 5, source="y"),
    )
    command = "stat -c '%a %u %Y' /home/app /home/app/new; ls -A /home/app; readlink /bin"
    assert seen_by_the_image(api, host, image, command) == [
        f"700 1500 {TIME}",
        f"755 0 {TIME + 5}",
        "new",
        "usr/bin",
    ]


def test_a_home_without_memory_finds_the_same_facts(
    kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage
) -> None:
    """What one host knows from the layers, another reads from the image."""
    image = layer_on(
        host,
        base,
        LayerEntry("srv", FOLDER, mode=0o751, uid=3, gid=4, mtime=TIME),
        LayerEntry("srv/a", FILE, mode=0o640, mtime=TIME, source="x"),
        LayerEntry("srv/l", EntryKind.SYMLINK, link="/srv/a", mtime=TIME),
    )
    ran = host.backend.run(request_for(image, "rm /srv/a && mkdir /srv/new && echo 1 > /srv/new/f"))
    paths = ["srv", "srv/a", "srv/l", "srv/new", "srv/new/f", "srv/none", "bin", "usr/lib", "etc"]
    with host.backend.tree(ran) as tree:
        known = {path: tree.lookup(path) for path in paths}
        below = list(tree.names_below("srv"))
    with host_at(tmp_path / "other", kit) as other, other.backend.tree(ran) as tree:
        assert {path: tree.lookup(path) for path in paths} == known
        assert list(tree.names_below("srv")) == below == ["srv/l", "srv/new", "srv/new/f"]


def test_facts_are_asked_once(kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage) -> None:
    """The second time no container is made: there is no daemon that could make one."""
    with host.backend.tree(base) as tree:
        app, link = tree.lookup("app"), tree.lookup("bin")
    nowhere = replace(kit, variables={**kit.variables, "DOCKER_HOST": "unix:///nowhere.sock"})
    with host_at(host.home, nowhere) as again, again.backend.tree(base) as tree:
        assert tree.lookup("app") is app is None
        assert tree.lookup("bin") == link
        with leaky(), pytest.raises(NoDaemonError):
            tree.lookup("opt")


def test_times_of_folders_do_not_come_from_the_clock(host: Host, base: LocalImage) -> None:
    """Making a container changes the time of /etc; layers must not depend on when that was."""
    with host.backend.tree(base) as tree:
        folder, file = tree.lookup("etc"), tree.lookup("etc/passwd")
    assert folder is not None
    assert file is not None
    assert folder.mtime == file.mtime


def test_no_trace_of_the_script(api: "APIClient", host: Host, base: LocalImage) -> None:
    """Neither layer, configuration nor arguments of a process hold it."""
    command = "echo topsecret > /dev/null; cat /proc/1/cmdline /proc/1/environ; ls -A /dev"
    lines = seen_by_the_image(api, host, base, command)
    assert "topsecret" not in "".join(lines)
    image = host.backend.run(request_for(base, "echo topsecret > /dev/null"))
    assert image.config.diff_ids == base.config.diff_ids
    assert "topsecret" not in json.dumps(api.inspect_image(image.id))  # type: ignore[no-untyped-call]
    assert "topsecret" not in json.dumps(api.history(image.id))  # type: ignore[no-untyped-call]


def test_output_arrives_in_lines_as_it_is_written(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    command = "printf 'no newline'; printf '1%%\\r50%%\\r100%%\\n' >&2; read x || echo no input"
    lines = seen_by_the_image(api, host, base, command)
    assert sorted(lines) == ["100%", "no inputno newline"] or sorted(lines) == [
        "100%",
        "no newlineno input",
    ]


def test_many_lines_come_complete(api: "APIClient", host: Host, base: LocalImage) -> None:
    lines = seen_by_the_image(api, host, base, "for i in {1..50000}; do echo line $i; done")
    assert lines == [f"line {number}" for number in range(1, 50001)]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param("if true; then", 2, id="unfinished"),
        pytest.param("no-such-program", 127, id="not-found"),
        pytest.param("set +e; false; exit 3", 3, id="own-exit"),
        pytest.param("set -x; false | false", 1, id="traced"),
        pytest.param("trap 'echo bye' EXIT; kill -9 $$ || exit 9; exit 9", 9, id="trap"),
    ],
)
def test_what_failed_is_known(
    api: "APIClient", host: Host, base: LocalImage, command: str, code: int
) -> None:
    lines: list[str] = []
    request = request_for(base, "true", "false || true", command, "echo never")
    with pytest.raises(InstructionError) as caught:
        host.backend.run(replace(request, output=lines.append))
    assert (caught.value.code, caught.value.failed_at) == (code, 3)
    assert not any("werfish" in line for line in lines)
    assert leftovers(api, host) == []


def test_an_image_without_bash_runs_commands_by_its_own_shell(
    host: Host, busybox: LocalImage
) -> None:
    lines: list[str] = []
    request = request_for(busybox, "X=1; cd /tmp", 'echo "$X $PWD"; readlink /proc/$$/exe')
    for _ in range(2):
        host.backend.discard(host.backend.run(replace(request, output=lines.append)))
    assert lines[:2] == ["1 /tmp", "/bin/sh"]
    assert host.said.getvalue().count("no bash") == 1


def test_a_static_bash_of_the_host_is_borrowed(
    kit: Endpoints, tmp_path: Path, host: Host, busybox: LocalImage
) -> None:
    """Any file that can be executed shows it; this one hands over to sh."""
    script = '#!/bin/sh\nexec sh "$@"\n'
    wrapper = tmp_path / "bash-static"
    wrapper.write_text(script)
    wrapper.chmod(0o755)
    with host_at(tmp_path / "home", kit, static_bash=wrapper) as lender:
        lines: list[str] = []
        request = request_for(busybox, "echo ran; ls /dev/werfish-bash")
        image = lender.backend.run(replace(request, output=lines.append))
    assert lines == ["ran", "/dev/werfish-bash"]
    assert image.config.diff_ids == busybox.config.diff_ids
    assert "no bash" not in lender.said.getvalue()
    host.backend.discard(image)


def test_an_image_without_a_shell_is_refused(
    host: Host, busybox: LocalImage, repository: str
) -> None:
    gone = [LayerEntry(path, EntryKind.WHITEOUT) for path in ("bin", "usr")]
    bare = layer_on(host, busybox, *gone)
    with pytest.raises(NoShellError, match="app/install"):
        host.backend.run(request_for(bare, "true"))


def test_a_killed_build_leaves_nothing_to_the_next(
    api: "APIClient", kit: Endpoints, tmp_path: Path, base: LocalImage
) -> None:
    home = tmp_path / "killed"
    code = f"""
from dataclasses import replace
from pathlib import Path
from integration.test_docker_backend import host_at, request_for
from integration.kit.api import endpoints
from integration.kit.part import kit_of
with host_at(Path({str(home)!r}), endpoints(kit_of("node"))) as host:
    base = host.backend.inspect({base.id!r})
    request = request_for(base, "echo started; sleep 1000")
    host.backend.run(replace(request, output=lambda line: print(line, flush=True)))
"""
    environment = {**os.environ, **kit.variables, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    with host_at(home, kit) as other:
        other.backend.sweep()
        assert len(leftovers(api, other)) == 1, "a living build is left alone"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with host_at(tmp_path / "stranger", kit) as stranger:
        stranger.backend.sweep()
    with host_at(home, kit) as after:
        assert len(leftovers(api, after)) == 1, "another home's remains are left alone"
        after.backend.sweep()
        assert leftovers(api, after) == []


def test_an_interrupted_run_ends_and_cleans_up(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    started = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        request = request_for(base, "echo started; sleep 1000")
        try:
            host.backend.run(replace(request, output=lambda _: started.set()))
        except InstructionError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(60)
    host.backend.interrupt()
    thread.join(60)
    assert len(failures) == 1
    assert leftovers(api, host) == []


def test_threads_may_use_one_backend(host: Host, base: LocalImage) -> None:
    """As many images are built at once as the user allows."""
    images: list[str] = []

    def build(number: int) -> None:
        image = layer_on(host, base, LayerEntry("shared", FOLDER, mtime=TIME))
        request = request_for(image, f"echo {number} > /shared/{number}")
        images.append(host.backend.run(request).id)

    threads = [threading.Thread(target=build, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(images)) == 4


def test_two_that_build_the_same_stage_share_one(
    kit: Endpoints, tmp_path: Path, base: LocalImage
) -> None:
    """Two runs of the program, each with an image of its own: the first that saves wins."""
    digest, project = Digest(uuid.uuid4().hex * 2), f"test-{uuid.uuid4().hex[:8]}"
    together, stages = threading.Barrier(2), []

    def build() -> None:
        with host_at(tmp_path / "shared", kit) as one:
            locks, folder = FileLocks(one.home / "locks"), one.home / "stages"
            storage = LocalStageStorage(one.backend, folder, project, locks, time.time)
            request = request_for(base, "date +%N > /when")
            image = one.backend.run(request)
            together.wait(60)
            stages.append(storage.save(StageName.INSTALL, digest, (), image))

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stages[0] == stages[1]
    with host_at(tmp_path / "shared", kit) as host:
        assert len(host.backend.tagged(f"werfish-stages/{project}")) == 1
        host.backend.untag(stages[0].reference)


def test_a_base_that_vanished_is_an_error(host: Host, base: LocalImage) -> None:
    """Its layers are named, not sent: the daemon must say that it has them not."""
    gone = replace(base.config, diff_ids=(*base.config.diff_ids, f"sha256:{'0' * 64}"))
    with pytest.raises(DaemonError, match="load image"):
        host.backend.assemble(LocalImage(gone.id, gone), (), config_on(gone), "")


def test_a_base_comes_through_the_mirror(host: Host, api: "APIClient") -> None:
    base = host.backend.resolve_base("busybox:1.35")
    assert base.digest.startswith("sha256:")
    assert base.image.config.os == "linux"
    assert host.backend.inspect("busybox:1.35") == base.image


def test_an_unknown_base_says_who_was_asked(host: Host, kit: Endpoints) -> None:
    with pytest.raises(UnknownBaseError, match=r'"busybox:no-such-tag"') as caught:
        host.backend.resolve_base("busybox:no-such-tag")
    assert str(kit.mirror) in str(caught.value)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("reference", ["Busy Box", "busybox:", "http://busybox", ""])
def test_a_base_that_is_no_reference_is_refused(host: Host, reference: str) -> None:
    with pytest.raises(UnknownBaseError):
        host.backend.resolve_base(reference)


def test_no_daemon_is_one_clear_error(kit: Endpoints, tmp_path: Path) -> None:
    nowhere = replace(kit, variables={"DOCKER_HOST": "unix:///nowhere.sock"})
    with leaky(), host_at(tmp_path, nowhere) as host:
        with pytest.raises(NoDaemonError, match="no such file") as caught:
            host.backend.inspect("busybox")
        assert "DOCKER_HOST" in caught.value.hint
        del caught


def test_a_push_is_there_and_leaves_no_tag(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    reference = f"{kit.registry}/{repository}:pushed"
    image = layer_on(host, base, LayerEntry("pushed", FILE, source="x"))
    host.backend.push(image, reference)
    assert host.backend.inspect(reference) is None
    assert host.backend.resolve_base(reference).image.id == image.id
    host.backend.untag(reference)


def test_the_tag_of_a_killed_push_goes(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    """What a killed process wrote down is undone by the next."""
    reference = f"{kit.registry}/{repository}:killed"
    with host_lease(host.home) as killed:
        killed.note(reference)
        host.backend.tag(base, reference)
    host.backend.sweep()
    assert host.backend.inspect(reference) is None
    assert host.backend.inspect(base.id) == base


def test_a_push_that_is_refused_says_so(
    host: Host, kit: Endpoints, base: LocalImage, repository: str
) -> None:
    with pytest.raises(PushError, match="push") as caught:
        host.backend.push(base, f"{kit.auth_registry}/{repository}:refused")
    assert "docker login" in caught.value.hint
    assert host.backend.inspect(f"{kit.auth_registry}/{repository}:refused") is None


def test_a_registry_that_is_not_there_is_said(
    host: Host, base: LocalImage, repository: str
) -> None:
    with pytest.raises(PushError, match="connection refused"):
        host.backend.push(base, f"127.0.0.1:1/{repository}:nowhere")


def test_credentials_are_those_of_the_folder_that_was_named(kit: Endpoints, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auths": {"example.org:5000": {"auth": "YTpi"}}}')
    with closing(connect({**os.environ, **kit.variables}, tmp_path)) as api:
        assert get_config_header(api, "example.org:5000")
    with closing(connect({**os.environ, **kit.variables}, tmp_path / "none")) as api:
        assert not get_config_header(api, "example.org:5000")


def test_what_instructions_changed_is_read_without_asking_the_daemon(
    host: Host, base: LocalImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It compares all files of an image with all below: a second where there are 5,000."""
    monkeypatch.delattr("docker.api.container.ContainerApiMixin.diff")
    prepared = host.backend.run(
        request_for(base, "mkdir -p /anew/old /gone", "touch /anew/old/1 /gone/1 /stays")
    )
    image = host.backend.run(
        request_for(prepared, "rm -r /anew /gone", "mkdir /anew", "echo 1 > /anew/new")
    )
    layer = FactStore(host.home / "facts").layer(image.config.diff_ids[-1])
    assert isinstance(layer, RunLayer)
    assert layer.touched == {"anew", "anew/new"}
    assert layer.removed == {"anew", "gone"}
    with host.backend.tree(image) as tree:
        paths = ("anew/old", "anew/old/1", "gone", "gone/1")
        assert [tree.lookup(path) for path in paths] == [None] * 4
        assert tree.read("anew/new") == b"1\n"
        assert tree.lookup("stays") is not None


def test_the_same_image_is_made_and_given_up_by_two_at_once(
    kit: Endpoints, tmp_path: Path, host: Host, base: LocalImage
) -> None:
    """A daemon may remove with an image the tag that somebody else gives it just then."""

    def use(number: int, one: Host) -> int:
        own, removed = f"werfish-test/{tmp_path.name}:{number}", 0
        for _ in range(40):
            image = layer_on(one, base, LayerEntry("srv/same", FILE, source="x"))
            with suppress(ImageGoneError):
                one.backend.tag(image, own)
            one.backend.settle()
            one.backend.untag(own)
            removed += one.backend.inspect(image.id) is None
        return removed

    with host_at(tmp_path / "second", kit) as second, ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4), [host, second, host, second]))


def test_what_another_process_may_be_making_just_now_goes_in_the_end(
    kit: Endpoints, tmp_path: Path, api: "APIClient", host: Host, base: LocalImage
) -> None:
    with host_at(tmp_path / "second", kit) as second:
        image = layer_on(second, base, LayerEntry("srv/late", FILE, source="x"))
        second.backend.discard(image)
        second.backend.settle()
        assert second.backend.inspect(image.id) is not None
    assert host.backend.inspect(image.id) is None


def test_marks_of_a_step_are_in_no_image_that_is_made_from_it(host: Host, base: LocalImage) -> None:
    step = host.backend.assemble(base, (), config_on(base.config), "", is_step=True)
    assert LEASE_LABEL in step.config.labels
    config = config_on(base.config)
    image = host.backend.run(replace(request_for(step, "echo > /made"), config=config))
    host.backend.discard(step)
    found = host.backend.inspect(image.id)
    assert found is not None
    assert LEASE_LABEL not in found.config.labels
