"""What a CI system's environment comes to: variables by section, and a login. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass


class TaggingStrategy(StrEnum):
    """How the job's images are tagged, in werf's words."""

    STAGES_SIGNATURE = "stages-signature"
    TAG_OR_BRANCH = "tag-or-branch"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable to set, unless the job has it already and it does not *override*.

    Without a *value* it is only mentioned. A *secret* is never shown to people.
    """

    name: str
    value: str
    overrides: bool = False
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Variables of one purpose."""

    title: str
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Login:
    """Who the job is at its *registry* (a host)."""

    registry: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user and the project say beside the environment.

    *docker_config* is the job's own copy of Docker's folder. *tag_of* makes a tag of the name of
    a branch. *project* is empty where there is no configuration. *limits* are those of images that
    the user keeps (see `werfish.ci_env.limits`).
    """

    docker_config: str
    tag_of: Callable[[str], str]
    strategy: TaggingStrategy = TaggingStrategy.STAGES_SIGNATURE
    project: str = ""
    has_nameless_image: bool = False
    limits: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class CiEnvironment:
    """The variables, in order, and the login, if the job may log in.

    *warning* says that images have no place. Where they go to *registry*, and the job cannot log in
    there by itself, *advice* says what it lacks for that.
    """

    sections: tuple[Section, ...]
    login: Login | None = None
    warning: str = ""
    registry: str = ""
    advice: str = ""


def docker_section(asked: Asked) -> Section:
    """Return where the job's credentials are."""
    return Section(
        "DOCKER CONFIG",
        (
            Variable("DOCKER_CONFIG", asked.docker_config, overrides=True),
            Variable("WERF_DOCKER_CONFIG", asked.docker_config, overrides=True),
        ),
    )


def other_section(color_mode: str, *extra: Variable) -> Section:
    """Return how the log looks, and how werfish behaves in a job."""
    return Section(
        "OTHER",
        (
            Variable("WERF_LOG_COLOR_MODE", color_mode),
            Variable("WERF_LOG_PROJECT_DIR", "1"),
            Variable("WERF_ENABLE_PROCESS_EXTERMINATOR", "1"),
            Variable("WERF_LOG_TERMINAL_WIDTH", "95"),
            *extra,
        ),
    )


def annotation(name: str, key: str, value: str) -> Variable:
    """Return the variable *name* that annotates every resource with *key*, if there is a value."""
    return Variable(f"WERF_ADD_ANNOTATION_{name}", f"{key}={value}" if value else "")


def unless_repo(environment: Mapping[str, str], value: str) -> str:
    """Return *value*, the default of a repository, but not beside a ``WERF_REPO`` of the user's.

    It would beat that one.
    """
    return "" if environment.get("WERF_REPO") else value
