"""Which folders the environment asks for."""

import os
from pathlib import Path

import pytest

from integration.kit.errors import KitError
from integration.kit.folders import folders_of


def test_folders_are_of_the_user_by_default() -> None:
    found = folders_of({"HOME": "/home/me"})
    assert found.state == Path(f"/tmp/werfish-kit-{os.getuid()}")
    assert found.cache == Path("/home/me/.cache/werfish-kit")


@pytest.mark.parametrize(
    ("environment", "cache"),
    [
        pytest.param({"XDG_CACHE_HOME": "/x"}, "/x/werfish-kit", id="xdg"),
        pytest.param({"WERFISH_KIT_CACHE": "/k", "XDG_CACHE_HOME": "/x"}, "/k", id="own-wins"),
    ],
)
def test_cache_can_be_elsewhere(environment: dict[str, str], cache: str) -> None:
    assert folders_of({"HOME": "/home/me", **environment}).cache == Path(cache)


@pytest.mark.parametrize("state", ["relative", "/" + "x" * 60])
def test_state_folder_must_leave_room_for_sockets(state: str) -> None:
    with pytest.raises(KitError, match="find the state folder"):
        folders_of({"HOME": "/h", "WERFISH_KIT_STATE": state})
