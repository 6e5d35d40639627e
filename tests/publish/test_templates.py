"""Templates of tags, annotations of origin, reports."""

import json
import re

import pytest

from werfish.actions.export import address_of
from werfish.publish.annotations import Origin, annotations_of, source_of
from werfish.publish.errors import TagError
from werfish.publish.naming import address_in
from werfish.publish.report import ReportFormat, clashes, publish_report
from werfish.publish.request import PublishedImage
from werfish.publish.tagging import TagOptions, chosen_tags
from werfish.publish.templates import filled

SIGNATURE = "ab" * 32


@pytest.mark.parametrize(
    ("template", "tag"),
    [
        ("latest", "latest"),
        ("%image%-v1", "web/Api-v1"),
        ("%image_safe_slug%", "web-api-45064a3a"),
        ("v1-%image_content_based_tag%", f"v1-{SIGNATURE}"),
        ("% image %", "web/Api"),
    ],
)
def test_templates_are_filled(template: str, tag: str) -> None:
    if "slug" in template:
        assert re.fullmatch(r"web-api-[0-9a-f]+", filled(template, "web/Api", SIGNATURE))
    else:
        assert filled(template, "web/Api", SIGNATURE) == tag


@pytest.mark.parametrize("template", ["%images%", "100%", "%image%%"])
def test_wrong_templates_are_told(template: str) -> None:
    with pytest.raises(TagError, match="read the tag template"):
        filled(template, "web", SIGNATURE)


def test_custom_tags_stand_beside_strategies() -> None:
    tags = chosen_tags(TagOptions(git_branch="main", templates=("%image%-last",)))
    assert [tag.of(SIGNATURE, "web") for tag in tags] == ["main", "web-last"]


def test_an_export_goes_to_any_registry() -> None:
    address = address_of("ghcr.io/company/%image%:v1", "web", SIGNATURE)
    assert str(address) == "ghcr.io/company/web:v1"


@pytest.mark.parametrize(
    "template",
    ["company/web:v1", "ghcr.io/company/Web:v1", "ghcr.io/a:v 1", f"ghcr.io/a@sha256:{'a' * 64}"],
)
def test_an_export_needs_a_whole_address(template: str) -> None:
    with pytest.raises(TagError, match="export image"):
        address_of(template, "web", SIGNATURE)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://user:secret@git.example.com:8443/a/b.git", "https://git.example.com:8443/a/b"),
        ("git@github.com:company/shop.git", "https://github.com/company/shop"),
        ("ssh://git@git.example.com:2222/a/b", "https://git.example.com/a/b"),
        ("https://[::1]:8443/a/b.git", "https://[::1]:8443/a/b"),
        ("ssh://git@[::1]:22/a/b.git", "https://[::1]/a/b"),
        ("https://git.example.com:port/a", ""),
        ("https://[broken/a", ""),
        ("/srv/git/shop", ""),
        ("../shop", ""),
        ("file:///srv/shop", ""),
        ("", ""),
    ],
)
def test_sources_have_no_credentials(url: str, page: str) -> None:
    assert source_of(url) == page


def test_annotations_are_ocis() -> None:
    origin = Origin("https://github.com/company/shop", "abc", "v1")
    assert dict(annotations_of(origin, "2026-01-01T00:00:00Z")) == {
        "org.opencontainers.image.created": "2026-01-01T00:00:00Z",
        "org.opencontainers.image.revision": "abc",
        "org.opencontainers.image.source": "https://github.com/company/shop",
        "org.opencontainers.image.version": "v1",
    }


def published(name: str, tag: str) -> PublishedImage:
    return PublishedImage(name, "r/shop", tag, f"r/shop:{tag}", "sha256:m", "sha256:c", True)


def test_reports_tell_the_last_tag() -> None:
    images = [published("web/a-b", "one"), published("web/a-b", "two"), published("", "one")]
    document = json.loads(publish_report(images, ReportFormat.JSON))
    assert document["Images"]["web/a-b"]["DockerTag"] == "two"
    lines = publish_report(images, ReportFormat.ENV).splitlines()
    assert "WERF_WEB_A_B_DOCKER_IMAGE_NAME=r/shop:two" in lines
    assert "WERF_DOCKER_IMAGE_DIGEST=sha256:m" in lines
    assert "WERF_WERF_IMAGE_NAME=" in lines


def test_images_with_the_same_variables_are_named() -> None:
    images = [published(name, tag) for name in ("a-b", "c", "a_b") for tag in ("one", "two")]
    [said] = clashes(images)
    assert said.startswith('images "a-b", "a_b" share WERF_A_B_DOCKER_IMAGE_NAME')


def test_minikube_has_a_registry_of_its_own() -> None:
    found = address_in("shop", ":minikube")
    assert found == "werf-registry.kube-system.svc.cluster.local:5000/shop"
