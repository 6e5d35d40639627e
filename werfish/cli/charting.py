"""The composition root of charts: which one, with which values and secrets, and what it is told."""

import os
import re
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stages.light_dataclass import dataclass
from werfish import __version__
from werfish.cli.flags import DockerFlags, ProjectFlags, RepoFlags, StagesFlags, ValuesFlags
from werfish.cli.home import werf_home_of
from werfish.cli.registries import docker_config_folder
from werfish.errors import ConfigError
from werfish.kube.label_names import name_problem, value_problem
from werfish.log import Log

if TYPE_CHECKING:
    from werfish.config.model import Project
    from werfish.deploy.owner import Owner
    from werfish.deploy.prepare import ChartOptions
    from werfish.git.repository import LocalRepository
    from werfish.helm.images import DeployedImage, TagStrategy
    from werfish.helm.manifests import Added
    from werfish.helm.secret_parts import SecretParts
    from werfish.helm.service_values import Service
    from werfish.helm.values import UserValues
    from werfish.secrets.key import KeyPlaces

_LOGIN = re.compile(r'"(?:auth|password|identitytoken|registrytoken)"\s*:\s*"([^"\\]{4,})"')
"""What must not be shown of Docker's config.json."""


@dataclass(frozen=True, slots=True)
class ChartFlags:
    """The flags that say which chart is rendered, and with what."""

    project: ProjectFlags
    stages: StagesFlags
    repo: RepoFlags
    docker: DockerFlags
    values: ValuesFlags
    helm_chart_dir: str


@dataclass(frozen=True, slots=True)
class ChosenChart:
    """The chart in *folder*, and its *secrets*, which are opened."""

    flags: ChartFlags
    folder: Path
    secrets: "SecretParts"


def chosen_chart(
    project: "Project", repository: "LocalRepository", flags: ChartFlags, log: Log
) -> ChosenChart:
    """Return the chart that *flags* mean; what is wrong with it is told before anything else."""
    from werfish.actions.committed import refuse_uncommitted_chart

    folder, values = chart_folder_of(project, flags.helm_chart_dir), flags.values
    if flags.project.git_strict:
        files = map(Path, (*values.values, *values.secret_values))
        refuse_uncommitted_chart(repository, project, folder, files)
    _mask_logins(_docker_config(flags), log)
    return ChosenChart(flags, folder, secret_parts_of(folder, values, flags.project, log))


def chart_options_of(
    project: "Project",
    repository: "LocalRepository",
    chosen: ChosenChart,
    owner: "Owner",
    images: "tuple[tuple[DeployedImage, ...], TagStrategy]",
) -> "ChartOptions":
    """Return what is to be rendered: the *chosen* chart, told of *images*."""
    from werfish.deploy.prepare import ChartOptions

    flags = chosen.flags
    return ChartOptions(
        chart=chosen.folder,
        release=owner.release,
        service=service_of(project, flags, owner, repository, images),
        values=user_values_of(flags.values, chosen.secrets),
        added=added_of(project, flags.project, flags.values),
        app_version=project.deploy.app_version,
        secret_files=chosen.secrets.files,
    )


def service_of(
    project: "Project",
    flags: ChartFlags,
    owner: "Owner",
    repository: "LocalRepository",
    images: "tuple[tuple[DeployedImage, ...], TagStrategy]",
) -> "Service":
    """Return what templates are told."""
    from werfish.helm.service_values import Commit, Service
    from werfish.publish.naming import address_in

    head, named = repository.head, flags.repo.images_repo or flags.stages.repo
    return Service(
        project=project.name,
        namespace=owner.namespace,
        env=flags.project.env,
        repo=address_in(project.name, named).rstrip("/"),
        version=__version__,
        images=images[0],
        strategy=images[1],
        commit=Commit(head.id, head.date, head.committed_at),
        docker_config=_docker_config(flags),
    )


def _docker_config(flags: ChartFlags) -> str:
    """Return Docker's config.json where templates are to have it."""
    if not flags.values.set_docker_config_json_value:
        return ""
    path = docker_config_folder(flags.docker) / "config.json"
    try:
        return path.read_text("utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "log in with docker login, or leave --set-docker-config-json-value out"
        raise ConfigError(f'read "{path}": {reason}', hint=hint) from error


def _mask_logins(config: str, log: Log) -> None:
    """Hide a config.json as templates have it, and the logins that it holds."""
    log.mask(b64encode(config.encode()).decode())
    for login in _LOGIN.findall(config):
        log.mask(login)


def chart_folder_of(project: "Project", named: str) -> Path:
    """Return the chart's folder: the one that the user *named*, else the configured one."""
    return Path(named) if named else project.directory / project.deploy.chart_directory


def secret_parts_of(
    chart: Path, flags: ValuesFlags, project: ProjectFlags, log: Log
) -> "SecretParts":
    """Open the chart's secrets, unless the user does not want that."""
    from werfish.helm.secret_parts import secret_parts

    extra = tuple(Path(name) for name in flags.secret_values)
    find_key = None if flags.ignore_secret_key else key_places_of(project).find
    return secret_parts(chart, extra, find_key, log.mask)


def key_places_of(project: ProjectFlags) -> "KeyPlaces":
    """Say where the project's secret key may be."""
    from werfish.secrets.key import KeyPlaces

    return KeyPlaces(os.environ, Path(project.directory), werf_home_of(project))


def user_values_of(flags: ValuesFlags, secrets: "SecretParts") -> "UserValues":
    """Return the values that the user gave, *secrets* among them."""
    from werfish.helm.values import UserValues

    files = tuple(Path(name) for name in flags.values)
    return UserValues(
        files,
        secrets.values,
        flags.set_values,
        flags.set_string,
        flags.set_file,
        flags.set_json,
    )


def added_of(project: "Project", flags: ProjectFlags, values: ValuesFlags) -> "Added":
    """Return the annotations and labels for every resource: werf's own, and the user's."""
    from werfish.helm.manifests import Added

    annotations = {"werf.io/version": __version__, "project.werf.io/name": project.name}
    if flags.env:
        annotations["project.werf.io/env"] = flags.env
    annotations.update(_pair(text, "--add-annotation") for text in values.add_annotation)
    labels = dict(_pair(text, "--add-label") for text in values.add_label)
    for value in labels.values():
        _require(value_problem(value), "--add-label")
    return Added(annotations, labels)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.UsageError(f'{option} "{text}": write name=value')
    # of annotations the API server looks at the small letters only
    _require(name_problem(name if option == "--add-label" else name.lower()), option)
    return name, value


def _require(problem: str, option: str) -> None:
    if problem:
        raise click.UsageError(f"{option}: {problem}")
