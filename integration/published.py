"""Remove what a test or a demonstration has published in the kit's registry."""

import urllib3

MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


def remove_published(registry: str, repository: str, *tags: str) -> None:
    """Remove *tags*, those that are there, from *repository* of the registry on loopback."""
    address = f"http://{registry}/v2/{repository}/manifests"
    with urllib3.PoolManager(retries=False) as http:
        for tag in tags:
            found = http.request("HEAD", f"{address}/{tag}", headers={"Accept": MANIFESTS})
            if found.status == 200:
                http.request("DELETE", f"{address}/{found.headers['Docker-Content-Digest']}")
