"""The pinned versions, and the Go modules that they are built from."""

import re

import pytest

from integration.kit import golang, versions
from integration.kit.folders import Folders
from integration.kit.versions import (
    BUILDKIT_CLIENT,
    BUILDKIT_SERVER,
    CONTROL_PLANE,
    FURTHER_SERVERS,
    HELM4_CLIENT,
    HELM_CLIENT,
    KWOK_CONTROLLER,
    NODE,
    Program,
)

PROGRAMS = (
    *CONTROL_PLANE,
    *NODE,
    HELM_CLIENT,
    HELM4_CLIENT,
    BUILDKIT_SERVER,
    BUILDKIT_CLIENT,
    KWOK_CONTROLLER,
    *(program for servers in FURTHER_SERVERS for program in servers.all),
)


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=lambda program: f"{program.module}-{program.name}"
)
def test_go_module_requires_the_pinned_version(program: Program) -> None:
    text = (golang.MODULES / program.module / "go.mod").read_text()
    required = re.findall(r"^require (\S+) v(\S+)$", text, re.MULTILINE)
    assert [version for module, version in required if program.package.startswith(module)] == [
        program.version
    ]


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=lambda program: f"{program.module}-{program.name}"
)
def test_go_module_imports_what_is_built(program: Program) -> None:
    """Else `go mod tidy` would drop what the program needs from go.sum."""
    tools = (golang.MODULES / program.module / "tools.go").read_text()
    assert f'_ "{program.package}"' in tools
    assert (golang.MODULES / program.module / "go.sum").exists()


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=lambda program: f"{program.module}-{program.name}"
)
def test_go_is_as_new_as_the_module_asks(program: Program) -> None:
    text = (golang.MODULES / program.module / "go.mod").read_text()
    (asked,) = re.findall(r"^go (\S+)$", text, re.MULTILINE)
    assert golang.parse_version(f"go{asked}") <= versions.GO_MINIMUM


def test_wheel_is_new_enough() -> None:
    assert golang.parse_version(f"go{versions.GO_WHEEL}") >= versions.GO_MINIMUM


@pytest.mark.parametrize(
    ("words", "version"),
    [
        pytest.param("go version go1.26.8 linux/amd64", (1, 26, 8), id="release"),
        pytest.param("go version go1.26rc1 linux/amd64", (1, 26, 0), id="candidate"),
        pytest.param("go version devel +abc linux/amd64", (999,), id="development"),
        pytest.param("?", (0,), id="unknown"),
    ],
)
def test_version_of_go_is_read(words: str, version: tuple[int, ...]) -> None:
    assert golang.parse_version(words) == version


def test_another_version_is_another_binary(folders: Folders) -> None:
    path = golang.binary_of(folders, versions.ETCD_SERVER)
    assert path == folders.cache / f"etcd-{versions.ETCD}" / "etcd"


def test_kubernetes_knows_its_version() -> None:
    assert f"gitVersion=v{versions.KUBERNETES}" in versions.KUBELET.ldflags
    for servers in FURTHER_SERVERS:
        assert all(f"gitVersion=v{servers.api.version}" in one.ldflags for one in servers.all)


def test_further_minors_are_on_both_sides_of_the_one_that_tests_use() -> None:
    older, newer = (golang.parse_version(f"go{one.api.version}")[:2] for one in FURTHER_SERVERS)
    assert older < golang.parse_version(f"go{versions.KUBERNETES}")[:2] < newer
