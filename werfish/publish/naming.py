"""Where each image is published: ``REPO/IMAGE:TAG`` or ``REPO:IMAGE-TAG``. Pure.

A nameless image is ``REPO:TAG`` either way. An image whose name does not fit into a tag, such as
one with a slash, has its slug there, where werf 1.1 fails. The mode ``auto`` follows what the
registry's product allows: some have accounts with flat repositories only. The rules are werf's.
"""

from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.config.slug import docker_tag, is_docker_tag
from werfish.oci.reference import HUB, Reference, parse_repository
from werfish.publish.errors import NamingError
from werfish.registry.kinds import RegistryKind, kind_of

MINIKUBE = ":minikube"
MINIKUBE_REGISTRY = "werf-registry.kube-system.svc.cluster.local:5000"


def address_in(project: str, address: str) -> str:
    """Return *address* as it is, or for ``:minikube`` that of *project* in minikube's registry."""
    return f"{MINIKUBE_REGISTRY}/{project}" if address == MINIKUBE else address


class RepoMode(StrEnum):
    """The words of ``--images-repo-mode``."""

    AUTO = "auto"
    MULTIREPO = "multirepo"
    MONOREPO = "monorepo"


@dataclass(frozen=True, slots=True)
class ImagesRepo:
    """The address under which all images of a project are published, and how they share it.

    *mode* is decided, never ``auto``. *is_account* says that the address alone is no repository.
    """

    address: str
    mode: RepoMode
    is_account: bool = False


def images_repo(
    address: str, mode: RepoMode = RepoMode.AUTO, kind: RegistryKind | None = None
) -> ImagesRepo:
    """Return how images share *address*; `NamingError` where that cannot be.

    *kind* is the registry's product where the user named it; else its host tells.
    """
    trimmed = address.rstrip("/")
    if not trimmed:
        raise NamingError("name the images' repository: it is empty", hint="pass --images-repo")
    depth = _account_depth(host_of(trimmed), kind)
    if depth is None:
        decided = RepoMode.MULTIREPO if mode is RepoMode.AUTO else mode
        return ImagesRepo(trimmed, decided, is_account=not _path_of(trimmed))
    is_account = len(_path_of(trimmed)) <= depth
    fitting = RepoMode.MULTIREPO if is_account else RepoMode.MONOREPO
    if mode not in (RepoMode.AUTO, fitting):
        raise _misfit(trimmed, mode, fitting)
    return ImagesRepo(trimmed, fitting, is_account)


def image_reference(
    repo: ImagesRepo, image: str, tag: str, *, names_image: bool = False
) -> Reference:
    """Return where *image* (empty: the nameless one) is published with *tag*.

    A tag that *names_image* itself needs no name before it where images share a repository.
    `NamingError` where the registry's rules for names forbid it.
    """
    name = repo.address
    if image and repo.mode is RepoMode.MULTIREPO:
        name = f"{repo.address}/{image}"
    elif repo.is_account:
        raise NamingError(
            f'name image "{image or "~"}": "{repo.address}" holds no repository',
            hint="add a repository to the address",
        )
    elif image and not names_image:
        tag = f"{image if is_docker_tag(image) else docker_tag(image)}-{tag}"
    try:
        return parse_repository(name).tagged(tag)
    except ValueError as error:
        hint = "%image_slug% fits wherever the name of an image does not" if names_image else ""
        raise NamingError(
            f'name image "{image or "~"}" in "{repo.address}": {error}', hint=hint
        ) from error


def _account_depth(host: str, kind: RegistryKind | None) -> int | None:
    """Return how many names make an account where repositories are flat; ``None``: they nest."""
    match kind or kind_of(host):
        case RegistryKind.DOCKER_HUB | RegistryKind.QUAY:
            return 1
        case RegistryKind.GITHUB:
            return None if host == "ghcr.io" else 2
        case _:
            return None


def host_of(address: str) -> str:
    """Return the registry of an address, which need not be a repository yet."""
    first = address.partition("/")[0]
    is_host = "." in first or ":" in first or first == "localhost"
    return first if is_host else HUB


def _path_of(address: str) -> list[str]:
    first, _, rest = address.partition("/")
    path = rest if host_of(address) == first else address
    return [part for part in path.split("/") if part]


def _misfit(address: str, mode: RepoMode, fitting: RepoMode) -> NamingError:
    change = (
        "add a repository to" if fitting is RepoMode.MULTIREPO else "leave the repository out of"
    )
    return NamingError(
        f'name images in "{address}": this registry does not allow {mode} there',
        hint=f"{change} the address, or use --images-repo-mode {fitting}",
    )
