"""A buildkitd that the environment names: how it is found, what it is asked, what comes back."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tests.containers.dockerfiles import TIME, Asked
from werfish.containers.backend import BaseImage, Layer, LocalImage
from werfish.containers.buildctl_build import Surroundings, build_by_buildctl, new_layers
from werfish.containers.buildctl_line import (
    Folders,
    GivenBase,
    buildctl_line,
    context_key,
    policy_of,
)
from werfish.containers.buildkit_host import (
    BuildKitHost,
    NoBuildctlError,
    SilentBuildKitError,
    find_host,
)
from werfish.containers.buildkit_run import BuildFiles
from werfish.containers.docker_client import DaemonError
from werfish.containers.dockerfile import DockerfileFailedError
from werfish.containers.fact_store import FactStore
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from docker import APIClient

ADDRESS = "unix:///run/kit.sock"
DIGEST = f"sha256:{'a' * 64}"
FAKE = Path(__file__).parents[1] / "fakes" / "buildctl.py"


def program(folder: Path, text: str) -> dict[str, str]:
    """Write a ``buildctl`` and return the environment that has it."""
    folder.mkdir(exist_ok=True)
    path = folder / "buildctl"
    path.write_text(text)
    path.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_werfs_variable_comes_before_buildkits(tmp_path: Path) -> None:
    environment = program(tmp_path, '#!/bin/sh\n[ "$2" = unix:///mine ]\n')
    hosts = {"BUILDKIT_HOST": "unix:///other", "WERF_BUILDKIT_HOST": "unix:///mine"}
    host = find_host({**environment, **hosts, "SOURCE_DATE_EPOCH": "1"})
    assert host is not None
    assert host.start == (f"{tmp_path}/buildctl", "--addr", "unix:///mine")
    assert "SOURCE_DATE_EPOCH" not in host.environment
    assert find_host(environment) is None
    assert find_host({**environment, "BUILDKIT_HOST": ""}) is None


def test_a_host_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    environment = program(tmp_path, "#!/bin/sh\necho log >&2; echo error: refused >&2; exit 1\n")
    with pytest.raises(SilentBuildKitError, match=r'"unix:///x" \(BUILDKIT_HOST\): refused'):
        find_host({**environment, "BUILDKIT_HOST": "unix:///x"})


def test_without_buildctl_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoBuildctlError, match=r"\(WERF_BUILDKIT_HOST\): the program") as caught:
        find_host({"PATH": str(tmp_path), "WERF_BUILDKIT_HOST": ADDRESS})
    assert 'install "buildctl"' in (caught.value.hint or "")


def test_the_line_says_all_that_was_asked() -> None:
    request = replace(
        Asked("FROM a AS t\nRUN x\n", target="t", args=(("X", "1 2"),)).request,
        add_hosts=("a:1.2.3.4", "b:[::1]"),
        network="host",
        ssh="default",
        secrets={"s": b"hidden"},
    )
    files = BuildFiles(Path("/c"), Path("/d/Dockerfile"), Path("/t"), {"s": Path("/s/0")})
    bases = (
        GivenBase("busybox:1.35", DIGEST, is_local=False),
        GivenBase("werfish-stages/p:x", DIGEST, is_local=True),
    )
    host, folders = (
        BuildKitHost(ADDRESS, "buildctl"),
        Folders(*(Path("/f") / name for name in ("bases", "image", "policy"))),
    )
    line = buildctl_line(host, request, files, bases, "linux/amd64", folders)
    assert line == (
        *("buildctl", "--addr", ADDRESS, "build", "--progress=plain", "--frontend=dockerfile.v0"),
        *("--local=context=/c", "--local=dockerfile=/d", "--source-policy-file=/f/policy"),
        *("--opt=filename=Dockerfile", "--opt=platform=linux/amd64"),
        *("--opt=target=t", "--opt=force-network-mode=host", "--opt=add-hosts=a=1.2.3.4,b=::1"),
        "--opt=build-arg:X=1 2",
        f"--opt=context:busybox:1.35=docker-image://docker.io/library/busybox@{DIGEST}",
        f"--opt=context:werfish-stages/p:x=oci-layout://bases@{DIGEST}",
        *("--secret=id=s,src=/s/0", "--ssh=default", "--allow=network.host"),
        "--oci-layout=bases=/f/bases",
        "--output=type=oci,tar=false,compression=uncompressed,dest=/f/image",
    )


def test_a_stage_of_the_name_of_its_base_stays_a_stage() -> None:
    request = Asked("FROM golang AS golang\nRUN x\nFROM busybox AS b\n").request
    bases = tuple(GivenBase(name, DIGEST, is_local=False) for name in ("golang", "busybox"))
    host, folders = BuildKitHost(ADDRESS, "buildctl"), Folders(Path("/f"), Path("/f"), Path("/f"))
    files = BuildFiles(Path("/c"), Path("/d/Dockerfile"), Path("/t"))
    line = buildctl_line(host, request, files, bases, "linux/amd64", folders)
    contexts = [word for word in line if word.startswith("--opt=context:")]
    assert contexts == [f"--opt=context:busybox=docker-image://docker.io/library/busybox@{DIGEST}"]


def test_other_content_of_the_same_size_and_time_is_another_context() -> None:
    """BuildKit would take the one for the other."""
    context = Asked("FROM a\nCOPY . /\n", files={"f": "1"}).request.context
    (entry,) = context.entries
    other = replace(context, entries=(replace(entry, source="other"),))
    later = replace(context, time=TIME + 1)
    assert context_key(replace(context)) == context_key(context)
    assert len({context_key(one) for one in (context, other, later)}) == 3
    assert context_key(other) in policy_of(other)


def layer(letter: str) -> Layer:
    return Layer(f"sha256:{letter * 64}", Path(letter), "", 0)


@pytest.mark.parametrize(
    ("known", "left"),
    [
        pytest.param([""], "abc", id="nothing-known"),
        pytest.param(["ab", "a"], "c", id="the-base"),
        pytest.param(["axc"], "bc", id="only-what-lies-below"),
    ],
)
def test_only_new_layers_go_to_the_daemon(known: list[str], left: str) -> None:
    layers = [layer(letter) for letter in "abc"]
    configs = [config_of(*ids) for ids in known]
    assert new_layers(layers, configs) == tuple(layer(letter) for letter in left)


def config_of(*letters: str) -> ImageConfig:
    return ImageConfig("amd64", "linux", "", {}, tuple(f"sha256:{one * 64}" for one in letters))


@dataclass
class Builds:
    """Builds with a ``buildctl`` on one host; what the daemon would have been given is kept."""

    folder: Path
    text: str
    lost: bool = False
    """Whether the daemon has no layer that it is not given."""
    asked: Asked = field(default_factory=lambda: Asked("FROM busybox\nCOPY . /\n"))
    given: list[list[str]] = field(default_factory=list)

    def build(self, **files: str) -> str:
        environment = program(self.folder / "bin", self.text)
        self.asked.files = files
        host = BuildKitHost(ADDRESS, str(self.folder / "bin" / "buildctl"), environment)
        facts = FactStore(self.folder / "facts")
        around = Surroundings(host, "linux/amd64", lambda _: nullcontext(), facts, self.private)
        bases = {"busybox": BaseImage(LocalImage("sha256:1", config_of("x")), DIGEST)}
        api = cast("APIClient", SimpleNamespace())
        return build_by_buildctl(api, self.asked.request, bases, around, self.load)

    def load(self, config: ImageConfig, layers: Sequence[Layer]) -> str:
        self.given.append([one.path.read_text() for one in layers])
        if self.lost and not layers:
            raise DaemonError("load image", "no such file")
        return config.id

    @contextmanager
    def private(self) -> Iterator[Path]:
        with TemporaryDirectory(dir=self.folder) as folder:
            yield Path(folder)


@pytest.fixture
def builds(tmp_path: Path) -> Builds:
    return Builds(tmp_path, f'#!/bin/sh\nexec {sys.executable} -I {FAKE} "$@"\n')


def test_what_is_built_is_loaded(builds: Builds) -> None:
    assert builds.build(a="1", b="2").startswith("sha256:")
    assert builds.given == [["a b"]]
    assert builds.asked.lines == ["#1 [1/1] COPY . /"]


def test_what_was_handed_over_is_not_moved_again(builds: Builds) -> None:
    first = builds.build(a="1")
    assert builds.build(a="1") == first
    assert builds.build(b="1") != first
    assert builds.given == [["a"], [], ["b"]]


def test_what_the_daemon_lost_is_handed_over_again(builds: Builds) -> None:
    first = builds.build(a="1")
    builds.lost = True
    assert builds.build(a="1") == first
    assert builds.given == [["a"], [], ["a"]]


def test_what_fails_is_told(tmp_path: Path) -> None:
    text = "#!/bin/sh\necho '#4 [2/2] COPY . /'; echo '#4 ERROR: no room'; exit 1\n"
    with pytest.raises(DockerfileFailedError, match=r"Dockerfile:2: no room"):
        Builds(tmp_path, text).build()


def test_an_answer_without_an_image_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DockerfileFailedError, match="what was built is no image"):
        Builds(tmp_path, "#!/bin/sh\n").build()
