"""The product of each kind."""

from collections.abc import Mapping

from werfish.registry.kinds import RegistryKind
from werfish.registry.vendors.azure import AZURE
from werfish.registry.vendors.docker_hub import DOCKER_HUB
from werfish.registry.vendors.ecr import ECR
from werfish.registry.vendors.github import GITHUB
from werfish.registry.vendors.gitlab import GITLAB
from werfish.registry.vendors.google import GOOGLE
from werfish.registry.vendors.harbor import HARBOR
from werfish.registry.vendors.quay import QUAY
from werfish.registry.vendors.vendor import Vendor

_VENDORS: Mapping[RegistryKind, Vendor] = {
    RegistryKind.DEFAULT: Vendor("a registry"),
    RegistryKind.ACR: AZURE,
    RegistryKind.DOCKER_HUB: DOCKER_HUB,
    RegistryKind.ECR: ECR,
    RegistryKind.GCR: GOOGLE,
    RegistryKind.GITHUB: GITHUB,
    RegistryKind.GITLAB: GITLAB,
    RegistryKind.HARBOR: HARBOR,
    RegistryKind.QUAY: QUAY,
    RegistryKind.SELECTEL: Vendor("Selectel"),
}


def vendor_of(kind: RegistryKind) -> Vendor:
    """Return what is peculiar to *kind*."""
    return _VENDORS[kind]
