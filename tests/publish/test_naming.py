"""Names of published images: werf's modes, and what each product allows."""

import pytest

from werfish.publish.errors import NamingError
from werfish.publish.naming import RepoMode, image_reference, images_repo
from werfish.publish.tagging import ImageTag, TagStrategy
from werfish.registry.kinds import RegistryKind

AUTO, MULTI, MONO = RepoMode.AUTO, RepoMode.MULTIREPO, RepoMode.MONOREPO


@pytest.mark.parametrize(
    ("address", "mode", "image", "reference"),
    [
        ("127.0.0.1:5000/demo", AUTO, "", "127.0.0.1:5000/demo:v1"),
        ("127.0.0.1:5000/demo/", AUTO, "web", "127.0.0.1:5000/demo/web:v1"),
        ("127.0.0.1:5000/demo", MULTI, "web", "127.0.0.1:5000/demo/web:v1"),
        ("127.0.0.1:5000/demo", MONO, "web", "127.0.0.1:5000/demo:web-v1"),
        ("127.0.0.1:5000/demo", MONO, "", "127.0.0.1:5000/demo:v1"),
        ("127.0.0.1:5000/demo", MONO, "team/web", "127.0.0.1:5000/demo:team-web-21ae41ad-v1"),
        ("127.0.0.1:5000", AUTO, "web", "127.0.0.1:5000/web:v1"),
        ("r.example/a/b", AUTO, "team/web", "r.example/a/b/team/web:v1"),
        ("gcr.io/acme", AUTO, "web", "gcr.io/acme/web:v1"),
        ("acme", AUTO, "web", "docker.io/acme/web:v1"),
        ("docker.io/acme", AUTO, "web", "docker.io/acme/web:v1"),
        ("acme/shop", AUTO, "web", "docker.io/acme/shop:web-v1"),
        ("index.docker.io/acme/shop", MONO, "web", "docker.io/acme/shop:web-v1"),
        ("acme/shop", AUTO, "", "docker.io/acme/shop:v1"),
        ("quay.io/acme", AUTO, "web", "quay.io/acme/web:v1"),
        ("quay.io/acme/shop", AUTO, "web", "quay.io/acme/shop:web-v1"),
        ("docker.pkg.github.com/o/r", AUTO, "web", "docker.pkg.github.com/o/r/web:v1"),
        ("docker.pkg.github.com/o/r/p", AUTO, "web", "docker.pkg.github.com/o/r/p:web-v1"),
        ("ghcr.io/o/r", AUTO, "web", "ghcr.io/o/r/web:v1"),
    ],
)
def test_name(address: str, mode: RepoMode, image: str, reference: str) -> None:
    assert str(image_reference(images_repo(address, mode), image, "v1")) == reference


def test_a_tag_that_names_the_image_has_its_name_once() -> None:
    repo = images_repo("r.example/shop", MONO)
    tag = ImageTag(TagStrategy.CUSTOM, template="%image_slug%-v1")
    named = image_reference(repo, "web", tag.of("", "web"), names_image=tag.names_image)
    assert str(named) == "r.example/shop:web-v1"
    assert not ImageTag(TagStrategy.CUSTOM, template="v1-%image_content_based_tag%").names_image


def test_product_may_be_named_by_the_user() -> None:
    repo = images_repo("r.example/acme/shop", kind=RegistryKind.DOCKER_HUB)
    assert repo.mode is MONO


@pytest.mark.parametrize(
    ("address", "mode"),
    [("acme", MONO), ("acme/shop", MULTI), ("quay.io/acme/shop", MULTI), ("", AUTO)],
)
def test_mode_that_the_product_does_not_allow_is_refused(address: str, mode: RepoMode) -> None:
    with pytest.raises(NamingError):
        images_repo(address, mode)


@pytest.mark.parametrize(
    ("address", "mode", "image", "problem"),
    [
        pytest.param("127.0.0.1:5000", AUTO, "", "holds no repository", id="host-alone"),
        pytest.param("127.0.0.1:5000", MONO, "web", "holds no repository", id="host-monorepo"),
        pytest.param("acme", AUTO, "", "holds no repository", id="account-alone"),
        pytest.param("r.example/a", AUTO, "Web", "lower-case", id="upper-case-repository"),
        pytest.param("r.example/a", MONO, "w" * 128, "not a tag", id="too-long-for-a-tag"),
        pytest.param("https://r.example/a", AUTO, "web", "without", id="scheme"),
        pytest.param("r.example/a:1", AUTO, "", "not a repository", id="tag-in-the-address"),
    ],
)
def test_name_that_cannot_be_is_refused(
    address: str, mode: RepoMode, image: str, problem: str
) -> None:
    with pytest.raises(NamingError, match=problem):
        image_reference(images_repo(address, mode), image, "v1")
