"""Plain HTTP is for this machine, and for whoever asked for it."""

import pytest

from werfish.registry.hosts import RegistrySettings, schemes_for
from werfish.registry.kinds import RegistryKind, kind_of

STRICT, INSECURE = RegistrySettings(), RegistrySettings(insecure=True)
PLAIN = RegistrySettings(plain=frozenset({"r.example:5000"}))


@pytest.mark.parametrize(
    ("host", "settings", "schemes"),
    [
        pytest.param("r.example", STRICT, ("https",), id="tls-only"),
        pytest.param("r.example:5000", INSECURE, ("https", "http"), id="insecure-by-wish"),
        pytest.param("r.example:5000", PLAIN, ("http", "https"), id="known-to-be-plain"),
        pytest.param("s.example:5000", PLAIN, ("https",), id="another-one-is-plain"),
        pytest.param("127.0.0.1:5000", STRICT, ("http", "https"), id="loopback"),
        pytest.param("127.9.9.9", STRICT, ("http", "https"), id="all-of-127"),
        pytest.param("[::1]:5000", STRICT, ("http", "https"), id="loopback-of-version-6"),
        pytest.param("localhost:5000", STRICT, ("http", "https"), id="localhost"),
        pytest.param("localhost.evil.example", STRICT, ("https",), id="only-looks-local"),
        pytest.param("10.0.0.1:5000", STRICT, ("https",), id="private-network-is-not-loopback"),
    ],
)
def test_schemes(host: str, settings: RegistrySettings, schemes: tuple[str, ...]) -> None:
    assert schemes_for(host, settings) == schemes


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", RegistryKind.ECR),
        ("acme.azurecr.io", RegistryKind.ACR),
        ("docker.io", RegistryKind.DOCKER_HUB),
        ("index.docker.io", RegistryKind.DOCKER_HUB),
        ("eu.gcr.io", RegistryKind.GCR),
        ("docker.pkg.github.com", RegistryKind.GITHUB),
        ("ghcr.io", RegistryKind.GITHUB),
        ("gitlab.com", RegistryKind.GITLAB),
        ("registry.gitlab.com", RegistryKind.GITLAB),
        ("harbor.example", RegistryKind.HARBOR),
        ("quay.io", RegistryKind.QUAY),
        ("quay.example.com", RegistryKind.QUAY),
        ("127.0.0.1:5000", RegistryKind.DEFAULT),
        ("r.example", RegistryKind.DEFAULT),
    ],
)
def test_product_is_told_from_the_host(host: str, kind: RegistryKind) -> None:
    assert kind_of(host) is kind
