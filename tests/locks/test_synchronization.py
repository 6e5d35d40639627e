"""Addresses of where machines agree, as werf writes them."""

import pytest

from werfish.locks.synchronization import ByServer, InCluster, parse_synchronization


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param(":local", None, id="local"),
        pytest.param("kubernetes://sync", InCluster("sync"), id="namespace"),
        pytest.param("kubernetes://sync:prod", InCluster("sync", "prod"), id="context"),
        pytest.param("kubernetes://s:c@/a/b", InCluster("s", "c", "/a/b"), id="file"),
        pytest.param("kubernetes://s:a:b", InCluster("s", "a:b"), id="context-with-colon"),
        pytest.param(
            "kubernetes://s@base64:YQ==", InCluster("s", config_base64="YQ=="), id="base64"
        ),
        pytest.param("https://s.io:1", ByServer("https://s.io:1"), id="server"),
    ],
)
def test_addresses(text: str, place: object) -> None:
    assert parse_synchronization(text) == place


@pytest.mark.parametrize(
    "text",
    [":remote", "sync", "kubernetes://", "kubernetes://A", "kubernetes://-a", "kubernetes://a/b"],
)
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"namespace|NAMESPACE"):
        parse_synchronization(text)


def test_a_kubeconfig_is_not_shown() -> None:
    assert "secret" not in repr(parse_synchronization("kubernetes://s@base64:secret"))
