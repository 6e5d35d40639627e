"""The composition root of deploys: cluster, records, helm, and what templates are told."""

import os
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from werfish import __version__
from werfish.cli import wiring
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    KubeFlags,
    ProjectFlags,
    ReleaseFlags,
    RepoFlags,
    StagesFlags,
    ValuesFlags,
)
from werfish.cli.home import home_of
from werfish.cli.registries import registry_of
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.config.model import Project
    from werfish.deploy.adapters import DeployAdapters
    from werfish.deploy.owner import Owner
    from werfish.git.repository import LocalRepository
    from werfish.helm.helm import Helm
    from werfish.helm.images import DeployedImage, TagStrategy
    from werfish.helm.manifests import Added
    from werfish.helm.service_values import Service
    from werfish.helm.values import UserValues
    from werfish.publish.tagging import ImageTag


@contextmanager
def cluster_of(
    flags: KubeFlags, release: ReleaseFlags, owner: "Owner", project: ProjectFlags, log: Log
) -> "Iterator[DeployAdapters]":
    """Give what deploying *owner* touches."""
    from werfish.deploy.adapters import DeployAdapters
    from werfish.kube.client import connect
    from werfish.kube.kubeconfig import KubeOptions
    from werfish.releases.process_mark import process_mark
    from werfish.releases.secrets import SecretStorage

    options = KubeOptions(
        config=flags.kube_config or "",
        config_base64=flags.kube_config_base64 or "",
        context=flags.kube_context or "",
        environment=os.environ,
        home=Path.home(),
    )
    cluster = connect(options, cache=home_of(project).openapi, warn=log.warning)
    try:
        yield DeployAdapters(
            cluster=cluster,
            storage=SecretStorage(cluster, owner.namespace, now=time.time),
            log=log,
            clock=time.monotonic,
            now=time.time,
            holder=f"werfish-{uuid.uuid4().hex[:16]}",
            timeout=release.timeout,
            process=process_mark(),
        )
    finally:
        cluster.close()


@contextmanager
def helm_of(flags: KubeFlags) -> "Iterator[Helm]":
    """Give the helm program, told of the same cluster."""
    from werfish.helm.helm import find_helm

    context = ("--kube-context", flags.kube_context) if flags.kube_context else ()
    with _kubeconfig_file(flags) as path:
        environment = {"KUBECONFIG": path} if path else {}
        named, search_path = os.environ.get("WERF_HELM", ""), os.environ.get("PATH", "")
        yield find_helm(named, search_path, env=environment, cluster_arguments=context)


@contextmanager
def _kubeconfig_file(flags: KubeFlags) -> Iterator[str]:
    """Give the path of the kubeconfig; one that came as text is written to a private file."""
    if not flags.kube_config_base64:
        yield flags.kube_config or ""
        return
    import base64

    with tempfile.NamedTemporaryFile(prefix="werfish-kubeconfig-") as file:
        file.write(base64.b64decode(flags.kube_config_base64))
        file.flush()
        yield file.name


def owner_of(project: "Project", flags: ProjectFlags, release: ReleaseFlags) -> "Owner":
    """Name the release and its namespace."""
    from werfish.config.release_name import Naming, release_name
    from werfish.deploy.owner import Owner

    settings, namespace = project.deploy, _namespace_of(project, flags, release)
    naming = Naming(
        project.name,
        flags.env,
        release.release,
        settings.helm_release,
        settings.helm_release_slug,
    )
    return Owner(release_name(naming, namespace), namespace)


def named_owner(flags: ProjectFlags, release: ReleaseFlags, log: Log) -> "Owner":
    """Name the release and its namespace; the project is read only where a name needs it."""
    given = bool(release.release and release.namespace)
    return owner_of(_named_project(flags, log, given=given), flags, release)


def named_namespace(flags: ProjectFlags, release: ReleaseFlags, log: Log) -> str:
    """Name the namespace alone: whether the release has a name does not matter to it."""
    project = _named_project(flags, log, given=bool(release.namespace))
    return _namespace_of(project, flags, release)


def _named_project(flags: ProjectFlags, log: Log, *, given: bool) -> "Project":
    """Return the project that names are made for; nobody's where all of them are *given*."""
    from werfish.config.model import Project

    if given:
        return Project(name="", directory=Path(flags.directory), path="")
    return wiring.project_of(flags, wiring.found_repository(flags), log)


def _namespace_of(project: "Project", flags: ProjectFlags, release: ReleaseFlags) -> str:
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
) -> "tuple[tuple[DeployedImage, ...], TagStrategy]":
    """Look up the published images of the project, and say how their tag was chosen."""
    from werfish.actions.published import Published, published_images, strategy_of
    from werfish.helm.images import TagStrategy
    from werfish.publish.tagging import only_tag

    project = already.project
    if not project.final_images:
        return (), TagStrategy.STAGES_SIGNATURE
    tag = only_tag(wiring.tag_options_of(repo, stages))
    address = wiring.images_repo_of(repo, stages)
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

    if tag.value:
        return {}
    with wiring.building(flags, stages, docker, git, already) as (project, adapters, _):
        chains = check_built(project, BuildOptions((), stages.workers), adapters)
    return {chain.image.name: chain.signature.value for chain in chains}


def service_of(
    project: "Project",
    flags: ProjectFlags,
    owner: "Owner",
    stages: StagesFlags,
    repo: RepoFlags,
    repository: "LocalRepository",
    images: "tuple[tuple[DeployedImage, ...], TagStrategy]",
) -> "Service":
    """Return what templates are told."""
    from werfish.helm.service_values import Commit, Service

    head = repository.head
    return Service(
        project=project.name,
        namespace=owner.namespace,
        env=flags.env,
        repo=(repo.images_repo or stages.repo).rstrip("/"),
        version=__version__,
        images=images[0],
        strategy=images[1],
        commit=Commit(head.id, head.date, head.committed_at),
    )


def chart_folder_of(project: "Project", named: str) -> Path:
    """Return the chart's folder: the one that the user *named*, else the configured one."""
    return Path(named) if named else project.directory / project.deploy.chart_directory


def user_values_of(flags: ValuesFlags) -> "UserValues":
    """Return the values that the user gave."""
    from werfish.helm.values import UserValues

    files = tuple(Path(name) for name in flags.values)
    return UserValues(files, flags.set_values, flags.set_string)


def added_of(project: "Project", flags: ProjectFlags, values: ValuesFlags) -> "Added":
    """Return the annotations and labels for every resource: werf's own, and the user's."""
    from werfish.helm.manifests import Added

    annotations = {"werf.io/version": __version__, "project.werf.io/name": project.name}
    if flags.env:
        annotations["project.werf.io/env"] = flags.env
    annotations.update(_pair(text, "--add-annotation") for text in values.add_annotation)
    return Added(annotations, dict(_pair(text, "--add-label") for text in values.add_label))


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.UsageError(f'{option} "{text}": write name=value')
    return name, value
