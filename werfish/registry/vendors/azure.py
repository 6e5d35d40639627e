"""Azure Container Registry: its logins last three hours.

See https://learn.microsoft.com/azure/container-registry/container-registry-authentication.
"""

from werfish.registry.vendors.vendor import Vendor

AZURE = Vendor(
    "Azure Container Registry",
    login='log in with "az acr login --name {host}", or as a service principal with AcrPush;'
    " a login lasts for three hours",
)
