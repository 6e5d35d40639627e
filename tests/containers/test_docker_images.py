"""What a daemon says of an image, read into a configuration."""

from typing import Any

import pytest

from werfish.containers.docker_images import config_of, split_tag

FOUND: dict[str, Any] = {
    "Architecture": "amd64",
    "Os": "linux",
    "Created": "2020-01-01T00:00:00Z",
    "Config": {"Env": ["A=1"], "Hostname": "", "Tty": False, "Cmd": None, "Volumes": {}},
    "RootFS": {"Type": "layers", "Layers": ["sha256:1", "sha256:2"]},
}


def line(size: int, command: str = "x") -> dict[str, Any]:
    return {"Created": 0, "CreatedBy": command, "Size": size, "Comment": ""}


def test_settings_of_containers_are_left_out() -> None:
    assert config_of(FOUND, []).runtime == {"Env": ["A=1"]}


def test_history_is_turned_round_and_tells_layers() -> None:
    history = config_of(FOUND, [line(0, "CMD"), line(5, "RUN"), line(7, "ADD")]).history
    assert [(one.created_by, one.empty_layer) for one in history] == [
        ("ADD", False),
        ("RUN", False),
        ("CMD", True),
    ]


@pytest.mark.parametrize("sizes", [[], [1], [1, 1, 1], [0, 0, 0]])
def test_a_history_that_does_not_fit_is_left_out(sizes: list[int]) -> None:
    assert config_of(FOUND, [line(size) for size in sizes]).history == ()


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("a:1", ("a", "1")),
        ("localhost:5000/a", ("localhost:5000/a", "latest")),
        ("localhost:5000/a:2", ("localhost:5000/a", "2")),
    ],
)
def test_split_tag(reference: str, parts: tuple[str, str]) -> None:
    assert split_tag(reference) == parts
