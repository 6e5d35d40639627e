"""The one factory of options, and the groups of options that commands share.

An option names its variables explicitly: ``WERF_<OPTION>`` as in werf, further names, or a family
of numbered variables (``WERF_SET_*``) in name order. Variables of a repeatable option come before
what the command line says. True and false are werf's words.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

TRUE_WORDS = ("1", "true", "yes")
FALSE_WORDS = ("0", "false", "no")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class WerfOption(click.Option):
    """An option with explicit variables.

    *variables* are tried in order; with *family* every variable whose name begins so counts, but
    for names that begin with one of *not_family*.
    """

    def __init__(
        self,
        *arguments: Any,
        variables: Sequence[str] = (),
        family: str = "",
        not_family: Sequence[str] = (),
        **keywords: Any,
    ) -> None:
        """Pass what is click's on to click; `click.Option` says what that is."""
        super().__init__(*arguments, **keywords)
        self.variables = tuple(variables)
        self.family = family
        self.not_family = tuple(not_family)

    @property
    def variable_names(self) -> str:
        """The variables for people: ``$WERF_ENV``, ``$WERF_SET_*``."""
        names = [*self.variables, *([self.family + "*"] if self.family else [])]
        return ", ".join(f"${name}" for name in names)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Add the variables to the line of help."""
        record = super().get_help_record(ctx)
        if record is None or not self.variable_names:
            return record
        return record[0], f"{record[1]}  [{self.variable_names}]"

    def consume_value(self, ctx: click.Context, opts: Any) -> tuple[Any, Any]:
        """Put the values of a family before those of the command line."""
        value, source = super().consume_value(ctx, opts)
        if not self.multiple or source is not click.core.ParameterSource.COMMANDLINE:
            return value, source
        return (*(self._from_environment() or ()), *value), source

    def resolve_envvar_value(self, ctx: click.Context) -> Any:
        """Return what the variables say, or ``None``."""
        values = self._from_environment()
        if not values:
            return None
        return values if self.multiple else values[0]

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """Return the value; a repeatable option takes each variable as one value, unsplit."""
        value = self.resolve_envvar_value(ctx)
        if value is not None and self.is_flag:
            words = FALSE_WORDS if self.default is True else TRUE_WORDS
            return (value in words) is not (self.default is True)
        return value

    def _from_environment(self) -> tuple[str, ...]:
        names = [name for name in self.variables if os.environ.get(name)]
        if self.family:
            names += sorted(
                name
                for name in os.environ
                if name.startswith(self.family) and not name.startswith(self.not_family)
            )
        return tuple(os.environ[name] for name in names)


def option(*flags: str, **keywords: Any) -> Decorator:
    """Declare an option as `WerfOption` takes it."""
    return click.option(*flags, cls=WerfOption, **keywords)


def flag(name: str, *, default: bool = False, **keywords: Any) -> Decorator:
    """Declare ``--name/--no-name``; ``--name=true`` is understood too (see `WerfCommand`)."""
    return option(f"--{name}/--no-{name}", default=default, is_flag=True, **keywords)


class WerfCommand(click.Command):
    """A command that takes ``--flag=true`` and ``--flag=false`` as werf does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write a flag's value as the flag itself before click sees it."""
        flags = {
            opt
            for param in self.params
            if isinstance(param, click.Option) and param.is_flag
            for opt in param.opts
        }
        return super().parse_args(ctx, [_plain_flag(arg, flags) for arg in args])


def _plain_flag(argument: str, flags: set[str]) -> str:
    name, equals, value = argument.partition("=")
    if not equals or name not in flags:
        return argument
    if value.lower() in TRUE_WORDS:
        return name
    if value.lower() in FALSE_WORDS:
        return f"--no-{name.removeprefix('--')}"
    return argument


def grouped(*decorators: Decorator) -> Decorator:
    """Make one decorator of several, so that help shows the options in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


project_options = grouped(
    option(
        "--dir",
        "directory",
        type=click.Path(file_okay=False),
        default=".",
        variables=("WERF_DIR",),
        help="The project's folder.",
    ),
    option(
        "--config",
        type=click.Path(dir_okay=False),
        variables=("WERF_CONFIG",),
        help="The configuration file; else werf.yml or werf.yaml in the project's folder.",
    ),
    option(
        "--env",
        default="",
        variables=("WERF_ENV",),
        help="The environment, such as staging or production.",
    ),
    option(
        "--home-dir",
        type=click.Path(file_okay=False),
        variables=("WERF_HOME",),
        help="Where caches and locks live; else ~/.werfish. In a folder that is named here,"
        " werfish/ inside it.",
    ),
    option(
        "--tmp-dir",
        type=click.Path(file_okay=False),
        variables=("WERF_TMP_DIR",),
        help="Where temporary files go; else the system's folder.",
    ),
)
log_options = grouped(
    option(
        "--log-color-mode",
        type=click.Choice(["auto", "on", "off"]),
        default="auto",
        show_default=True,
        variables=("WERF_LOG_COLOR_MODE",),
        help="Colours of the log.",
    ),
    flag(
        "log-quiet",
        variables=("WERF_LOG_QUIET", "WERF_QUIET"),
        help="Write warnings and errors only.",
    ),
    flag("log-verbose", variables=("WERF_LOG_VERBOSE", "WERF_VERBOSE"), help="Write details too."),
)
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
        variables=("WERF_CONTAINER_REGISTRY_MIRROR",),
        family="WERF_CONTAINER_REGISTRY_MIRROR_",
        help="A mirror of Docker Hub, HOST[:PORT], asked before it. Repeatable.",
    ),
)
stages_options = grouped(
    option(
        "--stages-storage",
        "-s",
        default="",
        variables=("WERF_STAGES_STORAGE",),
        help="Where stages are kept: :local.",
    ),
)
build_options = grouped(
    flag(
        "parallel",
        default=True,
        variables=("WERF_PARALLEL",),
        help="Work on several images at once.",
    ),
    option(
        "--parallel-tasks-limit",
        type=int,
        default=5,
        show_default=True,
        variables=("WERF_PARALLEL_TASKS_LIMIT",),
        help="How many images at once; -1 for no limit.",
    ),
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
)
tag_options = grouped(
    option(
        "--tag-custom",
        multiple=True,
        family="WERF_TAG_CUSTOM",
        help="A tag of your own. Repeatable.",
    ),
    option(
        "--tag-git-branch",
        default="",
        variables=("WERF_TAG_GIT_BRANCH",),
        help="Tag with this branch.",
    ),
    option(
        "--tag-git-tag", default="", variables=("WERF_TAG_GIT_TAG",), help="Tag with this git tag."
    ),
    option(
        "--tag-git-commit",
        default="",
        variables=("WERF_TAG_GIT_COMMIT",),
        help="Tag with this commit.",
    ),
    flag(
        "tag-by-stages-signature",
        variables=("WERF_TAG_BY_STAGES_SIGNATURE",),
        help="Tag each image with the digest of its stages.",
    ),
)
kube_options = grouped(
    option(
        "--kube-config",
        variables=("WERF_KUBE_CONFIG", "WERF_KUBECONFIG", "KUBECONFIG"),
        help="The kubeconfig file, or several separated by colons.",
    ),
    option(
        "--kube-config-base64",
        variables=("WERF_KUBE_CONFIG_BASE64", "WERF_KUBECONFIG_BASE64", "KUBECONFIG_BASE64"),
        help="The kubeconfig's content, base64.",
    ),
    option(
        "--kube-context",
        variables=("WERF_KUBE_CONTEXT",),
        help="The context of the kubeconfig to use.",
    ),
)
release_options = grouped(
    option(
        "--release",
        default="",
        variables=("WERF_RELEASE",),
        help="The release's name; else from deploy.helmRelease, PROJECT-ENV.",
    ),
    option(
        "--namespace",
        default="",
        variables=("WERF_NAMESPACE",),
        help="The namespace; else from deploy.namespace, PROJECT-ENV.",
    ),
    option(
        "--timeout",
        "-t",
        type=float,
        default=0.0,
        variables=("WERF_TIMEOUT",),
        help="Seconds until waiting for resources is given up; 0 for no limit.",
    ),
)
values_options = grouped(
    option(
        "--values",
        multiple=True,
        family="WERF_VALUES_",
        type=click.Path(dir_okay=False),
        help="A file of values. Repeatable; later files win.",
    ),
    option(
        "--set",
        "set_values",
        multiple=True,
        family="WERF_SET_",
        not_family=(
            "WERF_SET_STRING_",
            "WERF_SET_FILE_",
            "WERF_SET_JSON_",
            "WERF_SET_DOCKER_CONFIG_",
        ),
        help="Values as key.path=value,…. Repeatable.",
    ),
    option(
        "--set-string",
        multiple=True,
        family="WERF_SET_STRING_",
        help="Values as key.path=value,…, all of them text. Repeatable.",
    ),
    option(
        "--add-annotation",
        multiple=True,
        family="WERF_ADD_ANNOTATION_",
        help="An annotation name=value for every resource. Repeatable.",
    ),
    option(
        "--add-label",
        multiple=True,
        family="WERF_ADD_LABEL_",
        help="A label name=value for every resource. Repeatable.",
    ),
)
