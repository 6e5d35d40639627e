"""The options that say where images and their stages are, and how registries are talked to."""

import click

from werfish.cli.options import flag, grouped, option

_KINDS = [
    "default",
    "acr",
    "dockerhub",
    "ecr",
    "gcr",
    "github",
    "gitlab",
    "harbor",
    "quay",
    "selectel",
]


def checked_platforms(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse what is no platform; several may be in one value, with commas."""
    from werfish.config.rules import platform

    found = tuple(one.strip() for value in values for one in value.split(",") if one.strip())
    for problem in filter(None, map(platform, found)):
        raise click.BadParameter(problem)
    return found


def checked_mirrors(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return hosts; their scheme may be said, as in werf, and is https alone."""
    from werfish.oci.reference import HUB, parse_repository

    found = [value.strip().removeprefix("https://").rstrip("/") for value in values]
    for mirror in filter(None, found):
        if mirror.startswith("http://"):
            raise click.BadParameter(
                f'"{mirror}" is not spoken to: only https is; with --insecure-registry leave out'
                " the scheme"
            )
        try:
            registry = parse_repository(f"{mirror}/name").registry
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        if registry == HUB:
            raise click.BadParameter(
                f'"{mirror}" names no other host: write HOST.DOMAIN or HOST:PORT'
            )
    return tuple(filter(None, found))


docker_options = grouped(
    option(
        "--docker-config",
        type=click.Path(file_okay=False),
        variables=("WERF_DOCKER_CONFIG", "DOCKER_CONFIG"),
        help="Docker's folder with config.json, for credentials; else ~/.docker.",
    ),
    flag(
        "insecure-registry",
        variables=("WERF_INSECURE_REGISTRY",),
        help="Talk plain HTTP to registries. On loopback that is always allowed.",
    ),
    flag(
        "skip-tls-verify-registry",
        variables=("WERF_SKIP_TLS_VERIFY_REGISTRY",),
        help="Do not check the certificates of registries.",
    ),
    option(
        "--container-registry-mirror",
        "mirrors",
        multiple=True,
        callback=checked_mirrors,
        variables=("WERF_CONTAINER_REGISTRY_MIRROR",),
        family="WERF_CONTAINER_REGISTRY_MIRROR_",
        help="A mirror of Docker Hub, HOST[:PORT], asked before it. Repeatable.",
    ),
    option(
        "--repo-container-registry",
        "--repo-implementation",
        "repo_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_REPO_CONTAINER_REGISTRY", "WERF_REPO_IMPLEMENTATION"),
        help="The product that serves the repositories; else it is told from the host.",
    ),
    option(
        "--platform",
        "platforms",
        multiple=True,
        callback=checked_platforms,
        variables=("WERF_PLATFORM",),
        family="WERF_PLATFORM_",
        help="Build every image for this platform, such as linux/arm64, whatever it says itself.",
    ),
)

synchronization_option = option(
    "--synchronization",
    "-S",
    default="",
    variables=("WERF_SYNCHRONIZATION",),
    help="Where locks are while stages are saved in a registry: :local for those of this host, or"
    " kubernetes://NAMESPACE[:CONTEXT][@(base64:DATA|PATH)] to share them as Leases; else :local.",
)

stages_options = grouped(
    option(
        "--stages-storage-repo-implementation",
        "stages_storage_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_STAGES_STORAGE_REPO_IMPLEMENTATION",),
        help="The same for the stages' repository alone.",
    ),
    option(
        "--stages-storage",
        "-s",
        default="",
        variables=("WERF_STAGES_STORAGE",),
        help="Where stages are kept: :local, or a repository such as HOST:PORT/PROJECT/stages.",
    ),
    option(
        "--repo",
        default="",
        variables=("WERF_REPO",),
        help="One repository for stages and images, as in werf 2; --stages-storage and"
        " --images-repo beat it.",
    ),
    option(
        "--cache-repo",
        "cache_repos",
        multiple=True,
        family="WERF_CACHE_REPO_",
        help="A repository near by whose stages are taken over, and never written. Repeatable.",
    ),
    option(
        "--secondary-repo",
        "secondary_repos",
        multiple=True,
        family="WERF_SECONDARY_REPO_",
        help="A repository whose stages are taken over, after those of --cache-repo. Repeatable.",
    ),
    synchronization_option,
)

images_repo_options = grouped(
    option(
        "--images-repo",
        "-i",
        default="",
        variables=("WERF_IMAGES_REPO",),
        help="The repository of published images, such as HOST:PORT/PROJECT.",
    ),
    option(
        "--images-repo-mode",
        type=click.Choice(["auto", "multirepo", "monorepo"]),
        default="auto",
        show_default=True,
        variables=("WERF_IMAGES_REPO_MODE",),
        help="REPO/IMAGE:TAG (multirepo), REPO:IMAGE-TAG (monorepo), or what the registry"
        " suggests.",
    ),
    option(
        "--images-repo-implementation",
        "images_repo_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_IMAGES_REPO_IMPLEMENTATION",),
        help="As --repo-container-registry, for the images' repository alone.",
    ),
)
