"""What the environment of a job of GitLab CI comes to. Pure."""

import re
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

MARKS = ("GITLAB_CI", "CI_PROJECT_URL", "CI_REGISTRY_IMAGE", "CI_COMMIT_SHA")
TAGS = ("CI_BUILD_TAG", "CI_COMMIT_TAG")
BRANCHES = ("CI_BUILD_REF_NAME", "CI_COMMIT_REF_NAME")
_PARTS = ("WERF_STAGES_STORAGE", "WERF_IMAGES_REPO")


def gitlab(environment: Mapping[str, str], asked: Asked) -> CiEnvironment:
    """Return what to set in a job whose variables are *environment*.

    `NotInCiError` where it is no job of GitLab, `CiEnvError` where it has neither tag nor branch
    though they are asked for.
    """
    if not any(environment.get(mark) for mark in MARKS):
        raise NotInCiError("GitLab CI", MARKS)
    sections = (
        docker_section(asked),
        *_repositories(environment),
        Section("TAGGING", (_tagging(environment, asked),)),
        Section("DEPLOY", _deploy(environment)),
        Section("IMAGE CLEANUP POLICIES", asked.limits),
        other_section(
            "off" if _is_without_colors(environment.get("CI_SERVER_VERSION", "")) else "on",
            Variable("WERF_GIT_HISTORY_SYNCHRONIZATION", "1"),
            Variable("WERF_GIT_UNSHALLOW", "1"),
        ),
    )
    registry = environment.get("CI_REGISTRY_IMAGE", "").partition("/")[0]
    return CiEnvironment(
        sections, _login(environment), _warning(environment), registry, "CI_JOB_TOKEN is not set"
    )


def _warning(environment: Mapping[str, str]) -> str:
    named = ("CI_REGISTRY_IMAGE", "WERF_REPO", "WERF_IMAGES_REPO")
    if any(environment.get(name) for name in named):
        return ""
    return (
        "CI_REGISTRY_IMAGE is not set, so there is no repository for images: switch the project's"
        " container registry on, or set WERF_REPO"
    )


def _login(environment: Mapping[str, str]) -> Login | None:
    image, token = environment.get("CI_REGISTRY_IMAGE"), environment.get("CI_JOB_TOKEN")
    return Login(image.partition("/")[0], "gitlab-ci-token", token) if image and token else None


def _repositories(environment: Mapping[str, str]) -> tuple[Section, ...]:
    image = environment.get("CI_REGISTRY_IMAGE", "")
    stages, images = f"{image}/stages" if image else "", image
    return (
        Section(
            "STAGES_STORAGE",
            (
                Variable("WERF_STAGES_STORAGE", unless_repo(environment, stages)),
                _kind(environment, "WERF_STAGES_STORAGE", "REPO_IMPLEMENTATION"),
            ),
        ),
        Section(
            "IMAGES REPO",
            (
                Variable("WERF_IMAGES_REPO", unless_repo(environment, images)),
                _kind(environment, "WERF_IMAGES_REPO", "IMPLEMENTATION"),
            ),
        ),
        Section(
            "REPO",
            (
                Variable("WERF_REPO", image),
                _kind(environment, "WERF_REPO", "CONTAINER_REGISTRY", *_PARTS),
            ),
        ),
    )


def _kind(environment: Mapping[str, str], repository: str, word: str, *parts: str) -> Variable:
    """Say that GitLab serves *repository*, unless the user has named one that is elsewhere.

    What counts for the *parts* too, stages and images, is not said where one of them is elsewhere;
    ``WERF_REPO`` is where they are themselves unless they are named.
    """
    registry, repo = environment.get("CI_REGISTRY"), environment.get("WERF_REPO", "")
    others = [name for part in parts if not (name := environment.get(part, "")).startswith(":")]
    named = [environment.get(repository) or repo, *others]
    is_own = all(not name or bool(registry and name.startswith(registry)) for name in named)
    is_known = is_own and bool(environment.get("CI_REGISTRY_IMAGE"))
    return Variable(f"{repository}_{word}", "gitlab" if is_known else "")


def _tagging(environment: Mapping[str, str], asked: Asked) -> Variable:
    if asked.strategy is TaggingStrategy.STAGES_SIGNATURE:
        return Variable("WERF_TAG_BY_STAGES_SIGNATURE", "true")
    for names, variable in ((TAGS, "WERF_TAG_GIT_TAG"), (BRANCHES, "WERF_TAG_GIT_BRANCH")):
        for name in names:
            if environment.get(name):
                return Variable(variable, asked.tag_of(environment[name]))
    raise CiEnvError(
        f"tag by tag or branch: none of {', '.join((*TAGS, *BRANCHES))} is set",
        hint="use --tagging-strategy stages-signature",
    )


def _deploy(environment: Mapping[str, str]) -> tuple[Variable, ...]:
    get = environment.get
    url, pipeline, job = get("CI_PROJECT_URL"), get("CI_PIPELINE_ID"), get("CI_JOB_ID")
    pipeline_url = get("CI_PIPELINE_URL") or (
        f"{url}/pipelines/{pipeline}" if url and pipeline else ""
    )
    job_url = get("CI_JOB_URL") or (f"{url}/-/jobs/{job}" if url and job else "")
    channel = get("TRDL_USE_WERF_GROUP_CHANNEL", "")
    return (
        Variable("WERF_ENV", get("CI_ENVIRONMENT_SLUG", "")),
        annotation("WERF_RELEASE_CHANNEL", "werf.io/release-channel", channel),
        annotation("PROJECT_GIT", "project.werf.io/git", url or ""),
        annotation("CI_COMMIT", "ci.werf.io/commit", get("CI_COMMIT_SHA", "")),
        annotation("CI_GIT_TAG", "ci.werf.io/tag", get("CI_COMMIT_TAG", "")),
        annotation("GITLAB_CI_PIPELINE_URL", "gitlab.ci.werf.io/pipeline-url", pipeline_url),
        annotation("GITLAB_CI_JOB_URL", "gitlab.ci.werf.io/job-url", job_url),
    )


def _is_without_colors(version: str) -> bool:
    """Whether this GitLab shows colours as garbage: later than 12.1.3, before 12.2.0."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return bool(numbers) and (12, 1, 3) < tuple(map(int, numbers.groups())) < (12, 2, 0)  # type: ignore[union-attr]
