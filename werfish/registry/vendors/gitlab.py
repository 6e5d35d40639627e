"""GitLab's container registry: deletes a tag alone by a path of its own.

See https://docs.gitlab.com/user/packages/container_registry/ and the API of its registry.
"""

from werfish.registry.vendors.vendor import Vendor

GITLAB = Vendor(
    "GitLab",
    tag_path="tags/reference/{tag}",
    login='log in with "docker login {host}"; a token needs read_registry and write_registry,'
    " and the path has to begin with the project's",
)
