"""Docker Hub: limits pulls, and deletes by an API of its own only.

See https://docs.docker.com/docker-hub/usage/ and
https://docs.docker.com/reference/api/hub/latest/.
"""

from werfish.registry.vendors.vendor import Advice, Vendor

DOCKER_HUB = Vendor(
    "Docker Hub",
    login='log in with "docker login"; a push needs a token that may write to "{first}"',
    deletion="Docker Hub deletes tags on its site or by its own API only",
    advice=(
        Advice(
            "toomanyrequests",
            'Docker Hub limits its pulls: log in with "docker login", or pass a mirror with'
            " --container-registry-mirror",
        ),
    ),
)
