"""``imageSpec:`` changes the configuration of the finished image, and nothing else."""

from dataclasses import replace

import pytest

from stages.settings import Healthcheck, ImageSettings
from werfish.build.image_settings import configured
from werfish.errors import BuildError
from werfish.oci.config import History, ImageConfig

BASE = ImageConfig(
    "amd64",
    "linux",
    "2024-01-01T00:00:00Z",
    {
        "Cmd": ["run"],
        "Env": ["PATH=/bin", "DEBUG=1", "DEBUG_LEVEL=2"],
        "Labels": {"io.werfish.stage": "setup", "old": "1", "build.id": "7"},
        "User": "app",
        "Volumes": {"/data": {}, "/cache": {}},
        "WorkingDir": "/app",
    },
    ("sha256:1",),
    (History("2024-01-01T00:00:00Z", "made"),),
)


def config_with(**settings: object) -> ImageConfig:
    return configured(BASE, ImageSettings(**settings), project="shop", image="web")  # type: ignore[arg-type]


def test_nothing_said_changes_nothing() -> None:
    assert config_with() == BASE


def test_what_is_set() -> None:
    found = config_with(
        author="me",
        cmd=("a", "b"),
        entrypoint=("e",),
        env=(("X", "1"), ("PATH", "/x")),
        expose=("80", "53/udp"),
        stop_signal="SIGINT",
        user="u",
        volumes=("/more",),
        working_dir="/w",
        healthcheck=Healthcheck(("true",), 5, 0, 0, 2),
    )
    assert found.author == "me"
    assert found.runtime == {
        "Cmd": ["a", "b"],
        "Entrypoint": ["e"],
        "Env": ["PATH=/x", "DEBUG=1", "DEBUG_LEVEL=2", "X=1"],
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 5 * 10**9, "Retries": 2},
        "Labels": BASE.labels,
        "StopSignal": "SIGINT",
        "User": "u",
        "Volumes": {"/data": {}, "/cache": {}, "/more": {}},
        "WorkingDir": "/w",
    }


def test_an_entry_point_alone_clears_the_command() -> None:
    assert "Cmd" not in config_with(entrypoint=("e",)).runtime


def test_what_is_cleared() -> None:
    found = config_with(clear_cmd=True, clear_user=True, clear_working_dir=True, clear_history=True)
    assert {"Cmd", "User", "WorkingDir"}.isdisjoint(found.runtime)
    assert found.history == ()


def test_what_is_removed_by_name_or_pattern() -> None:
    found = config_with(
        remove_labels=("old", "/^build\\..*/"),
        remove_env=("/DEBUG(_.*)?/",),
        remove_volumes=("/cache",),
        labels=(("new", "%project%/%image%"),),
    )
    assert found.labels == {"io.werfish.stage": "setup", "new": "shop/web"}
    assert found.runtime["Env"] == ["PATH=/bin"]
    assert found.runtime["Volumes"] == {"/data": {}}


def test_a_pattern_has_to_match_the_whole_name() -> None:
    found = config_with(remove_labels=("/build/", "/ol/"), remove_env=("/DEBUG/",))
    assert found.labels == BASE.labels
    assert found.runtime["Env"] == ["PATH=/bin", "DEBUG_LEVEL=2"]


def test_variables_of_the_image_below_are_filled_in() -> None:
    env = (("PATH", "${PATH}:/x"), ("TWICE", "$DEBUG$DEBUG"), ("NONE", "<$PORT>"), ("PORT", "1"))
    found = config_with(env=env, remove_env=("DEBUG",))
    assert found.runtime["Env"] == [
        "PATH=/bin:/x", "DEBUG_LEVEL=2", "TWICE=11", "NONE=<>", "PORT=1"
    ]  # fmt: skip


def test_a_variable_that_cannot_be_filled_in_is_told() -> None:
    with pytest.raises(BuildError, match=r'image "web": imageSpec\.config\.env: .*"\$\{PATH"'):
        config_with(env=(("A", "${PATH"),))


@pytest.mark.parametrize(
    ("expose", "found"),
    [
        pytest.param((), {"1/tcp": {}}, id="nothing-said"),
        pytest.param(("99",), {"99/tcp": {}}, id="others"),
        pytest.param(("",), {}, id="none"),
    ],
)
def test_ports_are_those_that_are_named(
    expose: tuple[str, ...], found: dict[str, dict[str, str]]
) -> None:
    base = replace(BASE, runtime={**BASE.runtime, "ExposedPorts": {"1/tcp": {}}})
    assert (
        configured(base, ImageSettings(expose=expose), project="shop", image="").runtime[
            "ExposedPorts"
        ]
        == found
    )


def test_names_stand_in_labels() -> None:
    found = config_with(labels=(("%project%.%image%", "%image%"),), remove_labels=("/.*/",))
    assert found.labels == {"io.werfish.stage": "setup", "shop.web": "web"}


def test_labels_that_stages_are_known_by_stay() -> None:
    assert config_with(remove_labels=("/.*/",)).labels == {"io.werfish.stage": "setup"}


def test_the_author_is_stored() -> None:
    assert config_with(author="me").document()["author"] == "me"
