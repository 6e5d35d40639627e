"""GitHub Packages (``ghcr.io``).

A part of an upload may have 4 MiB at most, a whole blob 10 GB: so blobs go whole. Nothing is
deleted by the registry's API.
See https://docs.github.com/packages/working-with-a-github-packages-registry.
"""

from werfish.registry.vendors.vendor import Advice, Vendor

GITHUB = Vendor(
    "GitHub Packages",
    takes_parts=False,
    login='log in with "docker login {host}" and a token; in Actions give the job'
    ' "permissions: packages: write"',
    deletion="GitHub deletes versions of packages on its site or by its own API only",
    advice=(
        Advice(
            "write_package",
            'a push needs a token with the scope "write:packages", or a package that lets this'
            " repository's Actions write",
        ),
    ),
)
