"""Which repository an address leads to, and what tells remote repositories apart."""

import pytest

from stages.address import address_of, is_local_path
from stages.mapping import BasicAuth, GitMapping, RemoteRepository
from stages.secret import SecretSource


@pytest.mark.parametrize(
    "url",
    [
        "https://host/a/b",
        "https://host/a/b.git/",
        "https://ada:pass@word@host/a/b.git?x=1#y",
        "ssh://git@host/a/b",
        "git@host:a/b.git",
        "host:/a/b",
    ],
)
def test_one_repository_however_it_is_reached(url: str) -> None:
    assert address_of(url) == "host/a/b"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8080/a/b", "127.0.0.1:8080/a/b"),
        ("ssh://git@host:2222/a/b", "host:2222/a/b"),
        ("git@[::1]:a/b", "[::1]/a/b"),
        ("file:///srv/a/b.git", "/srv/a/b"),
        ("/srv/a/b.git", "/srv/a/b"),
        ("../a/b", "../a/b"),
    ],
)
def test_other_addresses(url: str, address: str) -> None:
    assert address_of(url) == address


@pytest.mark.parametrize(
    ("url", "is_local"),
    [("/a/b", True), ("../a:b/c", True), ("a:b/c", False), ("file:///a/b", False)],
)
def test_paths_of_this_machine(url: str, is_local: bool) -> None:
    assert is_local_path(url) is is_local


def test_another_ref_is_another_repository() -> None:
    """No ref is the branch master; who asks for it does not matter."""
    url = "https://host/a/b"
    auth = BasicAuth("ada", SecretSource.VALUE, "secret")
    keys = [
        RemoteRepository(url, "a/b").key,
        RemoteRepository(url, "a/b", branch="master", auth=auth).key,
        RemoteRepository(url, "a/b", tag="v1").key,
        RemoteRepository(url, "a/b", commit="1" * 40).key,
    ]
    assert keys == [
        "host/a/b@branch:master",
        "host/a/b@branch:master",
        "host/a/b@tag:v1",
        f"host/a/b@commit:{'1' * 40}",
    ]


def test_the_projects_own_repository_has_no_key() -> None:
    assert GitMapping(to="/app").repository == ""
