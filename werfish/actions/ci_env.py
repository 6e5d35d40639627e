"""Set up a job of a CI system: its copy of Docker's configuration, and the script of variables."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stages.light_dataclass import dataclass
from werfish.ci_env.credentials import has_login, parsed_config, with_login
from werfish.ci_env.errors import CiEnvError
from werfish.ci_env.files import fill_folder, new_folder, read_config, remove_folder, sweep
from werfish.ci_env.github import github
from werfish.ci_env.gitlab import gitlab
from werfish.ci_env.script import script_of
from werfish.ci_env.shells import Dialect
from werfish.ci_env.variables import Asked, CiEnvironment, TaggingStrategy, Variable
from werfish.config.model import Project
from werfish.config.slug import docker_tag

SYSTEMS: Mapping[str, Callable[[Mapping[str, str], Asked], CiEnvironment]] = {
    "gitlab": gitlab,
    "github": github,
}


@dataclass(frozen=True, slots=True)
class CiEnvOptions:
    """What the user asks for.

    *docker_folder* is Docker's folder, which is copied (``None``: the job begins with nothing);
    with *use_auth_config* the copy is made of ``DOCKER_AUTH_CONFIG`` in its place (``None``: where
    that is set).
    """

    system: str
    strategy: TaggingStrategy
    dialect: Dialect
    docker_folder: Path | None
    may_log_in: bool = True
    use_auth_config: bool | None = None
    is_verbose: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """What the job is: its variables, where its files go, what was read for it.

    *warn* is told what the job lacks.
    """

    environment: Mapping[str, str]
    home: Path
    now: float
    warn: Callable[[str], object]
    project: Project | None = None
    limits: tuple[Variable, ...] = ()


def ci_env(options: CiEnvOptions, job: Job) -> str:
    """Return the script that sets up *job*; what it refers to exists."""
    config = _docker_config(options, job.environment)
    sweep(job.home, job.now)
    folder = new_folder(job.home)
    try:
        found = SYSTEMS[options.system](job.environment, _asked(options, job, folder))
        if found.login and options.may_log_in:
            config = with_login(config, found.login)
        if found.warning:
            job.warn(found.warning)
        elif found.registry and options.may_log_in and not has_login(config, found.registry):
            job.warn(f"the job is not logged in to {found.registry}: {found.advice}")
        fill_folder(folder, config, options.docker_folder)
        return script_of(
            found.sections, job.environment, options.dialect, is_verbose=options.is_verbose
        )
    except BaseException:
        remove_folder(folder)
        raise


def _docker_config(options: CiEnvOptions, environment: Mapping[str, str]) -> Mapping[str, Any]:
    text = environment.get("DOCKER_AUTH_CONFIG", "")
    if options.use_auth_config and not text:
        raise CiEnvError("use $DOCKER_AUTH_CONFIG: it is not set")
    if text and options.use_auth_config is not False:
        return parsed_config(text, "$DOCKER_AUTH_CONFIG")
    return read_config(options.docker_folder) if options.docker_folder else {}


def _asked(options: CiEnvOptions, job: Job, folder: Path) -> Asked:
    project = job.project
    return Asked(
        docker_config=str(folder),
        tag_of=docker_tag,
        strategy=options.strategy,
        project=project.name if project else "",
        has_nameless_image=any(not image.name for image in project.images) if project else False,
        limits=job.limits,
    )
