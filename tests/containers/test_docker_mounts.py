"""Whether a daemon can see the folders of this host."""

import pytest

from werfish.containers.docker_mounts import is_local


@pytest.mark.parametrize(
    ("address", "local"),
    [
        pytest.param("http+docker://localhost", True, id="socket"),
        pytest.param("unix:///run/docker.sock", True, id="docker-host"),
        pytest.param("http://127.0.0.1:2375", True, id="loopback"),
        pytest.param("https://192.0.2.1:2376", False, id="another-machine"),
        pytest.param("http+docker://ssh", True, id="cannot-be-known"),
        pytest.param("ssh://user@192.0.2.1", False, id="ssh"),
    ],
)
def test_where_a_daemon_is(address: str, local: bool) -> None:
    assert is_local(address) is local
