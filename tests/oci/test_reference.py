"""References are read by Docker's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.oci.reference import Reference, Repository, parse_reference, parse_repository

DIGEST = f"sha256:{'ab' * 32}"

components = st.from_regex(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", fullmatch=True).filter(
    lambda text: len(text) < 40
)
registries = st.sampled_from(
    ["docker.io", "localhost", "localhost:5000", "r.example:443", "[::1]:5"]
)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        pytest.param("busybox", "docker.io/library/busybox", id="bare-name-is-the-hub's-library"),
        pytest.param("busybox:1.35", "docker.io/library/busybox:1.35", id="tag"),
        pytest.param("acme/app", "docker.io/acme/app", id="account-of-the-hub"),
        pytest.param("index.docker.io/acme/app", "docker.io/acme/app", id="hub-by-its-old-name"),
        pytest.param("docker.io/busybox", "docker.io/library/busybox", id="hub-by-name"),
        pytest.param("localhost/app", "localhost/app", id="localhost-is-a-registry"),
        pytest.param("localhost:5000/app", "localhost:5000/app", id="port-makes-a-registry"),
        pytest.param(
            "localhost:5000", "docker.io/library/localhost:5000", id="no-slash-no-registry"
        ),
        pytest.param("r.example/a/b/c:T.1_-", "r.example/a/b/c:T.1_-", id="deep-path"),
        pytest.param("[::1]:5000/app:t", "[::1]:5000/app:t", id="address-of-version-6"),
        pytest.param(f"r.example/app:t@{DIGEST}", f"r.example/app:t@{DIGEST}", id="tag-and-digest"),
        pytest.param("a__b/c---d", "docker.io/a__b/c---d", id="odd-separators"),
    ],
)
def test_text_is_completed(text: str, full: str) -> None:
    assert str(parse_reference(text)) == full


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "is missing", id="empty"),
        pytest.param("Acme/app", "lower-case letters only", id="upper-case"),
        pytest.param("app:", "is not a tag", id="empty-tag"),
        pytest.param("app:-x", "is not a tag", id="tag-begins-with-dash"),
        pytest.param(f"app:{'x' * 129}", "is not a tag", id="long-tag"),
        pytest.param("app@sha256:ab", "is not a digest", id="short-digest"),
        pytest.param("r.example//app", "is not part of", id="empty-component"),
        pytest.param("r.example/app/", "is not part of", id="trailing-slash"),
        pytest.param("-r.example/app", "registry's host", id="host-begins-with-dash"),
        pytest.param(DIGEST, "names no repository", id="digest-alone"),
        pytest.param("ab" * 32, "names no repository", id="image-id"),
        pytest.param("https://r.example/app", 'without "https://"', id="url"),
        pytest.param("r.example/" + "x/" * 130 + "y", "at most 255", id="long-name"),
    ],
)
def test_wrong_text_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_reference(text)


def test_password_in_a_reference_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="no user and password") as caught:
        parse_reference("user:hunter2@r.example/app")
    assert "hunter2" not in str(caught.value)


def test_a_port_is_in_range() -> None:
    assert parse_repository("localhost:65535/x").registry == "localhost:65535"
    with pytest.raises(ValueError, match="a port is at most 65535"):
        parse_repository("localhost:65536/x")


@pytest.mark.parametrize("text", ["127.0.0.1:5000", "localhost:5000", "r.example:443"])
def test_a_registry_alone_is_no_repository(text: str) -> None:
    with pytest.raises(ValueError, match=f'"{text}" is a registry: name a repository in it'):
        parse_repository(text)


def test_image_is_not_a_repository() -> None:
    with pytest.raises(ValueError, match="not a repository"):
        parse_repository("r.example/app:1")


def test_api_of_the_hub_answers_elsewhere() -> None:
    assert parse_repository("busybox").host == "registry-1.docker.io"


def test_digest_decides_over_tag() -> None:
    assert parse_reference(f"app:1@{DIGEST}").target == DIGEST


def test_reference_without_tag_means_latest() -> None:
    assert parse_reference("app").target == "latest"


@given(registries, st.lists(components, min_size=2, max_size=4), tags, st.booleans())
def test_what_is_written_is_read_back(
    registry: str, parts: list[str], tag: str, has_digest: bool
) -> None:
    """Writing and reading are inverse for every reference."""
    repository = Repository(registry, "/".join(parts))
    reference = Reference(repository, tag, DIGEST if has_digest else "")
    assert parse_reference(str(reference)) == reference
