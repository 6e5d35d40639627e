"""Which product serves a registry, told from its host. Pure.

The hosts are werf's own table, with Google's Artifact Registry and GitLab's own registry; names,
deletion and the making of repositories differ by product.
"""

import re
from enum import StrEnum


class RegistryKind(StrEnum):
    """The products that werf knows, by the words of ``--repo-container-registry``."""

    DEFAULT = "default"
    ACR = "acr"
    DOCKER_HUB = "dockerhub"
    ECR = "ecr"
    GCR = "gcr"
    GITHUB = "github"
    GITLAB = "gitlab"
    HARBOR = "harbor"
    QUAY = "quay"
    SELECTEL = "selectel"


_HOSTS = (
    (RegistryKind.ECR, r"\d{12}\.dkr\.ecr(-fips)?\.[a-zA-Z0-9][\w-]*\.amazonaws\.com(\.cn)?$"),
    (RegistryKind.ACR, r".*\.azurecr\.io"),
    (RegistryKind.DOCKER_HUB, r"(index\.|registry-1\.)?docker\.io|registry\.hub\.docker\.com"),
    (RegistryKind.GCR, r"container\.cloud\.google\.com|gcr\.io|.*\.gcr\.io|.*\.pkg\.dev"),
    (RegistryKind.GITHUB, r"docker\.pkg\.github\.com|ghcr\.io"),
    (RegistryKind.GITLAB, r"(registry\.)?gitlab\.com"),
    (RegistryKind.HARBOR, r"harbor\.|demo\.goharbor\.io"),
    (RegistryKind.QUAY, r"quay\.io|quay\..*\.com"),
    (RegistryKind.SELECTEL, r"cr\.selcloud\.ru"),
)


def kind_of(host: str) -> RegistryKind:
    """Return the product behind *host*, ``default`` where it is not known."""
    for kind, pattern in _HOSTS:
        if re.match(pattern, host):
            return kind
    return RegistryKind.DEFAULT
