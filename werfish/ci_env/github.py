"""What the environment of a job of GitHub Actions comes to. Pure."""

from collections.abc import Mapping

from werfish.ci_env.errors import CiEnvError, NotInCiError
from werfish.ci_env.variables import (
    Asked,
    CiEnvironment,
    Login,
    Section,
    TaggingStrategy,
    Variable,
    annotation,
    docker_section,
    other_section,
    unless_repo,
)

MARKS = ("GITHUB_ACTIONS", "GITHUB_REPOSITORY", "GITHUB_SHA")
REGISTRY = "ghcr.io"
OLD_REGISTRY = "docker.pkg.github.com"
"""That of werf 1.1, switched off since; who still names it is logged in there."""
_ADVICE = 'give the step "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}" under env, and GITHUB_ACTOR'


def github(environment: Mapping[str, str], asked: Asked) -> CiEnvironment:
    """Return what to set in a job whose variables are *environment*.

    `NotInCiError` where it is no job of GitHub, `CiEnvError` for another strategy than werf has.
    """
    if not any(environment.get(mark) for mark in MARKS):
        raise NotInCiError("GitHub Actions", MARKS)
    if asked.strategy is not TaggingStrategy.STAGES_SIGNATURE:
        raise CiEnvError(
            f'tag in GitHub Actions: there is no strategy "{asked.strategy}" here',
            hint="use --tagging-strategy stages-signature, and --tag-custom where you publish",
        )
    sections = (
        docker_section(asked),
        *_repositories(environment, asked),
        Section("TAGGING", (Variable("WERF_TAG_BY_STAGES_SIGNATURE", "true"),)),
        Section("DEPLOY", _deploy(environment)),
        Section("IMAGE CLEANUP POLICIES", asked.limits),
        Section(
            "CLEANUP",
            (
                Variable(
                    "WERF_REPO_GITHUB_TOKEN", environment.get("GITHUB_TOKEN", ""), is_secret=True
                ),
            ),
        ),
        other_section("on", Variable("WERF_GIT_HISTORY_SYNCHRONIZATION", "1")),
    )
    return CiEnvironment(
        sections, _login(environment), _warning(environment), _registry(environment), _ADVICE
    )


def _warning(environment: Mapping[str, str]) -> str:
    named = ("GITHUB_REPOSITORY", "WERF_REPO", "WERF_IMAGES_REPO")
    if any(environment.get(name) for name in named):
        return ""
    return "GITHUB_REPOSITORY is not set, so there is no repository for images: set WERF_REPO"


def _login(environment: Mapping[str, str]) -> Login | None:
    actor, token = environment.get("GITHUB_ACTOR"), environment.get("GITHUB_TOKEN")
    registry = _registry(environment) or REGISTRY
    return Login(registry, actor, token) if actor and token else None


def _registry(environment: Mapping[str, str]) -> str:
    """Return GitHub's registry that images go to, empty where they go elsewhere."""
    named = environment.get("WERF_IMAGES_REPO") or environment.get("WERF_REPO") or REGISTRY
    host = named.partition("/")[0]
    return host if host in (REGISTRY, OLD_REGISTRY) else ""


def _repositories(environment: Mapping[str, str], asked: Asked) -> tuple[Section, ...]:
    path = environment.get("GITHUB_REPOSITORY", "").lower()
    own = f"{REGISTRY}/{path}" if path else ""
    stages = f"{own}/stages" if own else ""
    images = f"{own}/{asked.project}" if own and asked.has_nameless_image else own
    repo = f"{own}/{asked.project}" if own and asked.project else ""
    return (
        Section(
            "STAGES_STORAGE",
            (Variable("WERF_STAGES_STORAGE", unless_repo(environment, stages)),),
        ),
        Section("IMAGES REPO", (Variable("WERF_IMAGES_REPO", unless_repo(environment, images)),)),
        Section("REPO", (Variable("WERF_REPO", repo),)),
    )


def _deploy(environment: Mapping[str, str]) -> tuple[Variable, ...]:
    get = environment.get
    repository, run = get("GITHUB_REPOSITORY"), get("GITHUB_RUN_ID")
    url = f"{get('GITHUB_SERVER_URL') or 'https://github.com'}/{repository}" if repository else ""
    tag = get("GITHUB_REF_NAME", "") if get("GITHUB_REF_TYPE") == "tag" else ""
    run_url = f"{url}/actions/runs/{run}" if url and run else ""
    channel = get("TRDL_USE_WERF_GROUP_CHANNEL", "")
    return (
        annotation("WERF_RELEASE_CHANNEL", "werf.io/release-channel", channel),
        annotation("PROJECT_GIT", "project.werf.io/git", url),
        annotation("CI_COMMIT", "ci.werf.io/commit", get("GITHUB_SHA", "")),
        annotation("CI_GIT_TAG", "ci.werf.io/tag", tag),
        annotation("GITHUB_ACTIONS_RUN_URL", "github.ci.werf.io/workflow-run-url", run_url),
    )
