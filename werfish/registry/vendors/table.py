"""The product of each kind. It is imported when a registry of its kind is met."""

from functools import cache

from werfish.registry.kinds import RegistryKind
from werfish.registry.vendors.vendor import Vendor


@cache
def vendor_of(kind: RegistryKind) -> Vendor:  # noqa: PLR0911  one for each kind
    """Return what is peculiar to *kind*."""
    match kind:
        case RegistryKind.DEFAULT:
            return Vendor("a registry")
        case RegistryKind.SELECTEL:
            return Vendor("Selectel")
        case RegistryKind.ACR:
            from werfish.registry.vendors.azure import AZURE

            return AZURE
        case RegistryKind.DOCKER_HUB:
            from werfish.registry.vendors.docker_hub import DOCKER_HUB

            return DOCKER_HUB
        case RegistryKind.ECR:
            from werfish.registry.vendors.ecr import ECR

            return ECR
        case RegistryKind.GCR:
            from werfish.registry.vendors.google import GOOGLE

            return GOOGLE
        case RegistryKind.GITHUB:
            from werfish.registry.vendors.github import GITHUB

            return GITHUB
        case RegistryKind.GITLAB:
            from werfish.registry.vendors.gitlab import GITLAB

            return GITLAB
        case RegistryKind.HARBOR:
            from werfish.registry.vendors.harbor import HARBOR

            return HARBOR
        case RegistryKind.QUAY:
            from werfish.registry.vendors.quay import QUAY

            return QUAY
