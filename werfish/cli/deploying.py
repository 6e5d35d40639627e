"""The composition root of deploys: cluster, records, helm, and what templates are told."""

import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.ahead import Ahead
from werfish.cli import wiring
from werfish.cli.clusters import connected
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    KubeFlags,
    ProjectFlags,
    ReleaseFlags,
    RepoFlags,
    StagesFlags,
)
from werfish.cli.home import home_of
from werfish.cli.registries import registry_of
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.config.model import Project
    from werfish.deploy.adapters import DeployAdapters
    from werfish.deploy.owner import Owner
    from werfish.helm.helm import Helm
    from werfish.helm.images import DeployedImage, TagStrategy
    from werfish.kube.status_rule import StatusRule
    from werfish.publish.tagging import ImageTag
    from werfish.releases.records import Objects, RecordStorage


@contextmanager
def cluster_of(
    flags: KubeFlags,
    release: ReleaseFlags,
    owner: "Owner",
    project: ProjectFlags,
    log: Log,
    rules: "tuple[StatusRule, ...]" = (),
) -> "Iterator[DeployAdapters]":
    """Give what deploying *owner* touches; *rules* are as in `DeployAdapters`."""
    from werfish.deploy.adapters import DeployAdapters
    from werfish.locks.process_mark import process_mark

    with connected(flags, home_of(project), log) as cluster:
        yield DeployAdapters(
            cluster=cluster,
            storage=record_storage(cluster, owner.namespace, release.release_storage),
            log=log,
            clock=time.monotonic,
            now=time.time,
            holder=f"werfish-{uuid.uuid4().hex[:16]}",
            timeout=release.timeout,
            process=process_mark(),
            rules=rules,
        )


def record_storage(cluster: "Objects", namespace: str, kind: str) -> "RecordStorage":
    """Return the records of *namespace* (all where it is empty) in objects of the *kind*."""
    from werfish.releases.records import CONFIG_MAPS, SECRETS, RecordStorage

    driver = CONFIG_MAPS if kind.startswith("configmap") else SECRETS
    return RecordStorage(cluster, namespace, now=time.time, driver=driver)


@contextmanager
def helm_of(flags: KubeFlags) -> "Iterator[Helm]":
    """Give the helm program, told of the same cluster."""
    with helm_ahead(flags) as helm:
        yield helm.answer()


@contextmanager
def helm_ahead(flags: KubeFlags) -> "Iterator[Ahead[Helm]]":
    """Give what `helm_of` does, while helm is still asked for its version."""
    from werfish.helm.helm import find_helm

    context = ("--kube-context", flags.kube_context) if flags.kube_context else ()
    with _kubeconfig_file(flags) as path:
        environment = {"KUBECONFIG": path} if path else {}
        named, search_path = os.environ.get("WERF_HELM", ""), os.environ.get("PATH", "")
        yield Ahead(
            lambda: find_helm(named, search_path, env=environment, cluster_arguments=context)
        )


@contextmanager
def _kubeconfig_file(flags: KubeFlags) -> Iterator[str]:
    """Give the path of the kubeconfig; one that came as text is written to a private file."""
    if not flags.kube_config_base64:
        yield flags.kube_config or ""
        return
    import base64

    from werfish.own_folder import own_folder

    with own_folder() as folder:
        file = folder / "kubeconfig"
        file.touch(mode=0o600)
        file.write_bytes(base64.b64decode(flags.kube_config_base64))
        yield str(file)


def owner_of(project: "Project", flags: ProjectFlags, release: ReleaseFlags) -> "Owner":
    """Name the release and its namespace."""
    from werfish.deploy.owner import Owner

    namespace = namespace_of(project, flags, release)
    return Owner(_release_of(project, flags, release, namespace), namespace)


def _release_of(
    project: "Project", flags: ProjectFlags, release: ReleaseFlags, namespace: str
) -> str:
    from werfish.config.release_name import Naming, release_name

    settings, given = project.deploy, release.release
    template, slugged = settings.helm_release, settings.helm_release_slug
    return release_name(Naming(project.name, flags.env, given, template, slugged), namespace)


def named_release(flags: ProjectFlags, release: ReleaseFlags, log: Log) -> str:
    """Name the release alone; the namespace is named only where the release's name has it."""
    given = bool(release.release)
    project = _nobodys(flags) if given else _read_project(flags, log)
    needed = not given and "namespace" in (project.deploy.helm_release or "")
    namespace = namespace_of(project, flags, release) if needed else ""
    return _release_of(project, flags, release, namespace)


def named_owner(flags: ProjectFlags, release: ReleaseFlags, log: Log) -> "Owner":
    """Name the release and its namespace; the project is read only where a name needs it."""
    given = bool(release.release and release.namespace)
    project = _nobodys(flags) if given else _read_project(flags, log)
    return owner_of(project, flags, release)


def named_namespace(flags: ProjectFlags, release: ReleaseFlags, log: Log) -> str:
    """Name the namespace alone; the project is read only where its name needs it."""
    project = _nobodys(flags) if release.namespace else _read_project(flags, log)
    return namespace_of(project, flags, release)


def ruling_project(flags: ProjectFlags, log: Log, *, given: bool) -> "Project":
    """Return the project whose rules of readiness count: that of the folder, else nobody's.

    Where all names are *given*, what is wrong with its configuration is no more than a warning.
    """
    from werfish.config.errors import ConfigNotFoundError
    from werfish.errors import ConfigError

    try:
        return _read_project(flags, log)
    except ConfigError as error:
        if not given or flags.config:
            raise
        if not isinstance(error, ConfigNotFoundError):
            log.warning(f"the rules of deploy.readiness are not known: {error}")
        return _nobodys(flags)


def _read_project(flags: ProjectFlags, log: Log) -> "Project":
    return wiring.project_of(flags, wiring.found_repository(flags), log)


def _nobodys(flags: ProjectFlags) -> "Project":
    """Return a project that says nothing."""
    from werfish.config.model import Project

    return Project(name="", directory=Path(flags.directory), path="")


def namespace_of(project: "Project", flags: ProjectFlags, release: ReleaseFlags) -> str:
    """Name the namespace alone: whether the release has a name does not matter to it."""
    from werfish.config.release_name import Naming, namespace_name

    settings = project.deploy
    return namespace_name(
        Naming(
            project.name, flags.env, release.namespace, settings.namespace, settings.namespace_slug
        )
    )


def images_of(
    already: wiring.Opened,
    flags: ProjectFlags,
    stages: StagesFlags,
    repo: RepoFlags,
    docker: DockerFlags,
    git: GitFlags,
    custom_tag: str = "",
) -> "tuple[tuple[DeployedImage, ...], TagStrategy]":
    """Look up the published images of the project, and say how their tag was chosen."""
    from werfish.actions.published import Published, published_images, strategy_of
    from werfish.helm.images import TagStrategy
    from werfish.publish.tagging import TagOptions, only_tag

    project = already.project
    if not project.final_images:
        return (), TagStrategy.STAGES_SIGNATURE
    asked = wiring.tag_options_of(repo, stages)
    if custom_tag:
        asked = TagOptions(templates=(custom_tag,))
    with wiring.missing_is_usage():
        tag = only_tag(asked)
    address = wiring.images_repo_of(project.name, repo, stages)
    signatures = _signatures(tag, already, flags, stages, docker, git)
    with registry_of(docker, already.log) as registry:
        images = published_images(project, Published(address, tag, signatures), registry)
    return images, strategy_of(tag)


def _signatures(
    tag: "ImageTag",
    already: wiring.Opened,
    flags: ProjectFlags,
    stages: StagesFlags,
    docker: DockerFlags,
    git: GitFlags,
) -> Mapping[str, str]:
    """Return the signature of each image, where tags are made of them; its stages must exist."""
    from werfish.actions.build import BuildOptions, check_built

    if not tag.needs_signature:
        return {}
    with wiring.building(flags, stages, docker, git, already) as (project, adapters, _):
        chains = check_built(project, BuildOptions((), stages.workers), adapters)
    return {chain.image.name: chain.signature.value for chain in chains}


def supposed_images(
    project: "Project", stages: StagesFlags, repo: RepoFlags
) -> "tuple[tuple[DeployedImage, ...], TagStrategy]":
    """Name the images of the project as they would be published, whether they are or not.

    Where the user does not say where or under which tag, that is ``REPO`` or ``TAG``.
    """
    from werfish.actions.published import strategy_of
    from werfish.helm.images import DeployedImage, TagStrategy
    from werfish.publish.naming import image_reference
    from werfish.publish.tagging import TagOptions, only_tag

    options = wiring.tag_options_of(repo, stages)
    tag = only_tag(options) if options != TagOptions() else None
    value = tag.value if tag and tag.value else "TAG"

    def reference_of(name: str) -> str:
        if not repo.images_repo and not stages.repo:
            return f"REPO/{name}:{value}" if name else f"REPO:{value}"
        address = wiring.images_repo_of(project.name, repo, stages)
        return str(image_reference(address, name, value))

    images = tuple(
        DeployedImage(image.name, reference, reference.rpartition(":")[0], value)
        for image in project.final_images
        for reference in (reference_of(image.name),)
    )
    return images, strategy_of(tag) if tag else TagStrategy.STAGES_SIGNATURE
