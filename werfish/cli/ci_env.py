"""``werfish ci-env``."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import ProjectFlags, taken
from werfish.cli.home import home_of
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.options import WerfCommand, flag, is_from_environment, option
from werfish.errors import WerfishError

if TYPE_CHECKING:
    from werfish.actions.ci_env import CiEnvOptions, Job
    from werfish.ci_env.shells import Dialect
    from werfish.ci_env.variables import Variable
    from werfish.config.model import Project
    from werfish.log import Log

SHELLS = ("", "default", "sh", "bash", "zsh", "powershell", "cmdexe")


class ScriptCommand(WerfCommand):
    """A command whose output a shell runs: wrong use of it ends that shell, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Print the script that ends every shell before the error leaves."""
        try:
            return super().parse_args(ctx, [*args])
        except click.UsageError:
            if not ctx.resilient_parsing:
                _leave(self._understood(ctx, args))
            raise

    def _understood(self, ctx: click.Context, args: list[str]) -> dict[str, Any]:
        """Return what is right in *args*."""
        forgiving = click.Context(
            self,
            parent=ctx.parent,
            resilient_parsing=True,
            ignore_unknown_options=True,
            allow_extra_args=True,
        )
        super().parse_args(forgiving, [*args])
        return forgiving.params


@click.command(
    "ci-env", cls=ScriptCommand, epilog='In a job: source "$(werfish ci-env gitlab --as-file)"'
)
@click.argument("system", type=click.Choice(["gitlab", "github"]), metavar="gitlab|github")
@option(
    "--tagging-strategy",
    type=click.Choice(["stages-signature", "tag-or-branch"]),
    default="stages-signature",
    show_default=True,
    variables=("WERF_TAGGING_STRATEGY",),
    help="Tag images with the digest of their stages, or (GitLab) with the job's tag or branch.",
)
@flag("as-file", variables=("WERF_AS_FILE",), help="Write a script, and print its path.")
@flag(
    "as-env-file",
    variables=("WERF_AS_ENV_FILE",),
    help="Write a file of NAME=VALUE lines, and print its path.",
)
@option(
    "--output-file-path",
    "-o",
    type=click.Path(dir_okay=False),
    variables=("WERF_OUTPUT_FILE_PATH",),
    help="Write it into this file, and print nothing.",
)
@option(
    "--shell",
    type=click.Choice(SHELLS),
    default="",
    variables=("WERF_SHELL",),
    help="Which shell will read the script; by default any that is like sh.",
)
@option(
    "--docker-config",
    "--dockerconfig",
    type=click.Path(file_okay=False),
    variables=("WERF_DOCKER_CONFIG", "DOCKER_CONFIG"),
    help="Docker's folder, which is copied for the job; else ~/.docker.",
)
@flag(
    "login-to-registry",
    default=True,
    variables=("WERF_LOGIN_TO_REGISTRY",),
    help="Write the job's own login to the CI system's registry into the copy.",
)
@option(
    "--use-docker-auth-config/--no-use-docker-auth-config",
    "use_auth_config",
    is_flag=True,
    default=None,
    variables=("WERF_USE_DOCKER_AUTH_CONFIG",),
    help="Make the copy of $DOCKER_AUTH_CONFIG; else where that is set.",
)
@flag(
    "init-tmp-docker-config",
    variables=("WERF_INIT_TMP_DOCKER_CONFIG",),
    help="Copy no configuration of Docker's: begin with $DOCKER_AUTH_CONFIG, or with none.",
)
@flag("verbose", help="Have the script say what it sets; secrets are masked.")
@project_options
@log_options
def command(system: str, **flags: Any) -> None:
    """Print a script that sets up a job of gitlab or github: variables and credentials.

    Docker's folder is copied, the job is logged in to its registry in the copy. Variables that are
    set already are left as they are.
    """
    from werfish.actions.ci_env import ci_env
    from werfish.ci_env.script import failure_of

    try:
        flags |= _one_kind_of_file(flags)
    except click.UsageError:
        _leave({**flags, "as_env_file": False})
        raise
    project_flags = taken(ProjectFlags, flags)
    log = wiring.begin(project_flags)
    is_verbose, dialect = flags["verbose"] or project_flags.log_verbose, _dialect(flags)
    try:
        options = _options(system, flags, dialect, is_verbose=is_verbose)
        _write(ci_env(options, _job(system, project_flags, log)), flags, project_flags, dialect)
    except WerfishError as error:
        _leave(flags, failure_of(str(error), dialect, is_verbose=is_verbose))
        raise


def _one_kind_of_file(flags: dict[str, Any]) -> dict[str, bool]:
    """Return which kind of file is written; the command line counts before variables."""
    kinds = [kind for kind in ("as_file", "as_env_file") if flags[kind]]
    if len(kinds) == 2:
        kinds = [kind for kind in kinds if not is_from_environment(kind)]
        if len(kinds) != 1:
            raise click.UsageError(
                "--as-file and --as-env-file: the one writes a script, the other lines of "
                "NAME=VALUE; leave out one of them"
            )
    return {kind: kind in kinds for kind in ("as_file", "as_env_file")}


def _dialect(flags: dict[str, Any]) -> "Dialect":
    from werfish.ci_env.shells import ENV_FILE, Shell, dialect_of

    return ENV_FILE if flags["as_env_file"] else dialect_of(Shell(flags["shell"] or "default"))


def _leave(flags: dict[str, Any], script: str = "exit 1\n") -> None:
    """Print what ends the shell that reads it: *script*, or the name of one where that is wanted.

    A shell goes on where `source` gets the name of no file. Who wants lines of variables, or a
    file of its own, reads nothing.
    """
    if flags.get("output_file_path") or flags.get("as_env_file"):
        return
    if flags.get("as_file"):
        from werfish.ci_env.files import failing_file

        script = str(failing_file(_dialect({"shell": "", "as_env_file": False, **flags})))
    output.text(script)


def _options(
    system: str, flags: dict[str, Any], dialect: "Dialect", *, is_verbose: bool
) -> "CiEnvOptions":
    from werfish.actions.ci_env import CiEnvOptions
    from werfish.ci_env.variables import TaggingStrategy

    is_empty = flags["init_tmp_docker_config"]
    named = "" if is_empty else flags["docker_config"]
    return CiEnvOptions(
        system=system,
        strategy=TaggingStrategy(flags["tagging_strategy"]),
        dialect=dialect,
        docker_folder=None if is_empty else _docker_folder(named),
        may_log_in=flags["login_to_registry"],
        use_auth_config=flags["use_auth_config"],
        is_verbose=is_verbose,
    )


def _docker_folder(named: str | None) -> Path:
    return Path(named).expanduser() if named else Path.home() / ".docker"


def _files_in(flags: ProjectFlags) -> Path:
    """Return where the job's files go: where temporary files are wanted, else into the home."""
    from werfish.ci_env.files import own_folder

    if not flags.tmp_dir:
        return home_of(flags).ci_env
    # Old files are removed there, so that it has to be a folder of our own.
    return own_folder(Path(flags.tmp_dir).absolute() / f"werfish-ci-env-{os.geteuid()}")


def _job(system: str, flags: ProjectFlags, log: "Log") -> "Job":
    from werfish.actions.ci_env import Job

    project = _project(flags, log) if system == "github" else None
    return Job(os.environ, _files_in(flags), time.time(), log.warning, project, _limits())


def _project(flags: ProjectFlags, log: "Log") -> "Project | None":
    """Return the project whose name GitHub's repositories have, if there is a configuration."""
    from werfish.config.errors import ConfigNotFoundError

    try:
        return wiring.project_of(flags, wiring.found_repository(flags), log)
    except ConfigNotFoundError:
        if flags.config:
            raise
        log.warning(
            "there is no werf.yaml here: the repositories of images are those of a project without"
            " a nameless image; begin in the project's folder, or name it by --dir"
        )
        return None


def _limits() -> "tuple[Variable, ...]":
    from werfish.ci_env.errors import CiEnvError
    from werfish.ci_env.limits import limits_of

    folder = os.environ.get("WERF_HOME") or "~/.werf"
    path = Path(folder).expanduser() / "config" / "cleanup.yaml"
    if not path.is_file():
        return limits_of(None, str(path))
    import yaml

    try:
        return limits_of(yaml.safe_load(path.read_text()), str(path))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CiEnvError(f'read "{path}": {error}') from error


def _write(script: str, flags: dict[str, Any], project: ProjectFlags, dialect: "Dialect") -> None:
    from werfish.ci_env.files import write_script

    if flags["output_file_path"]:
        output.file(flags["output_file_path"], script)
    elif flags["as_file"] or flags["as_env_file"]:
        prefix = ".env_" if flags["as_env_file"] else "source_"
        path = write_script(_files_in(project), script, prefix, dialect.suffix, time.time())
        output.lines([str(path)])
    else:
        output.text(script)
