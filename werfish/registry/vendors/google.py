"""Google's Container Registry and Artifact Registry.

They take every blob in one request only, and Artifact Registry's repositories are made by hand. A
manifest that still has tags is not deleted.
See https://cloud.google.com/artifact-registry/docs/docker/pushing-and-pulling.
"""

from werfish.registry.vendors.vendor import Advice, Vendor

GOOGLE = Vendor(
    "Google Artifact Registry",
    takes_parts=False,
    login='log in with "gcloud auth configure-docker {host}"; a push needs'
    " roles/artifactregistry.writer",
    advice=(
        Advice("GOOGLE_MANIFEST_DANGLING_TAG", "delete its tags first"),
        Advice(
            "NAME_UNKNOWN",
            "make the repository with"
            ' "gcloud artifacts repositories create NAME --repository-format=docker"',
        ),
    ),
)
