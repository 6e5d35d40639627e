"""What the environments of GitLab and GitHub come to."""

from collections.abc import Callable, Mapping

import pytest

from tests.ci_env.jobs import GITHUB, GITLAB
from werfish.ci_env.errors import CiEnvError, NotInCiError
from werfish.ci_env.github import github
from werfish.ci_env.gitlab import gitlab
from werfish.ci_env.limits import limits_of
from werfish.ci_env.variables import Asked, CiEnvironment, Login, TaggingStrategy
from werfish.config.slug import docker_tag

BY_BRANCH = Asked("/copy", docker_tag, TaggingStrategy.TAG_OR_BRANCH)
BY_SIGNATURE = Asked("/copy", docker_tag)


def values(found: CiEnvironment) -> dict[str, str]:
    return {
        variable.name: variable.value
        for section in found.sections
        for variable in section.variables
        if variable.value
    }


def test_gitlab_job_gets_werfs_variables() -> None:
    assert values(gitlab(GITLAB, BY_SIGNATURE)) == {
        "DOCKER_CONFIG": "/copy",
        "WERF_DOCKER_CONFIG": "/copy",
        "WERF_STAGES_STORAGE": "registry.example.com/group/shop/stages",
        "WERF_STAGES_STORAGE_REPO_IMPLEMENTATION": "gitlab",
        "WERF_IMAGES_REPO": "registry.example.com/group/shop",
        "WERF_IMAGES_REPO_IMPLEMENTATION": "gitlab",
        "WERF_REPO": "registry.example.com/group/shop",
        "WERF_REPO_CONTAINER_REGISTRY": "gitlab",
        "WERF_TAG_BY_STAGES_SIGNATURE": "true",
        "WERF_ENV": "review-one",
        "WERF_ADD_ANNOTATION_PROJECT_GIT":
            "project.werf.io/git=https://gitlab.example.com/group/shop",
        "WERF_ADD_ANNOTATION_CI_COMMIT":
            "ci.werf.io/commit=1ecfd275763eff1d6b4844ea3168962458c9f27a",
        "WERF_ADD_ANNOTATION_GITLAB_CI_PIPELINE_URL":
            "gitlab.ci.werf.io/pipeline-url=https://gitlab.example.com/group/shop/pipelines/1000",
        "WERF_ADD_ANNOTATION_GITLAB_CI_JOB_URL":
            "gitlab.ci.werf.io/job-url=https://gitlab.example.com/group/shop/-/jobs/50",
        "WERF_LOG_COLOR_MODE": "on",
        "WERF_LOG_PROJECT_DIR": "1",
        "WERF_ENABLE_PROCESS_EXTERMINATOR": "1",
        "WERF_LOG_TERMINAL_WIDTH": "95",
        "WERF_GIT_HISTORY_SYNCHRONIZATION": "1",
        "WERF_GIT_UNSHALLOW": "1",
    }  # fmt: skip


def test_github_job_gets_werfs_variables() -> None:
    asked = Asked("/copy", docker_tag, project="web", has_nameless_image=True)
    found = values(github(GITHUB, asked))
    assert {name: value for name, value in found.items() if "LOG" not in name} == {
        "DOCKER_CONFIG": "/copy",
        "WERF_DOCKER_CONFIG": "/copy",
        "WERF_STAGES_STORAGE": "ghcr.io/octo/shop/stages",
        "WERF_IMAGES_REPO": "ghcr.io/octo/shop/web",
        "WERF_REPO": "ghcr.io/octo/shop/web",
        "WERF_TAG_BY_STAGES_SIGNATURE": "true",
        "WERF_ADD_ANNOTATION_PROJECT_GIT": "project.werf.io/git=https://github.com/Octo/Shop",
        "WERF_ADD_ANNOTATION_CI_COMMIT":
            "ci.werf.io/commit=ffac537e6cbbf934b08745a378932722df287a53",
        "WERF_ADD_ANNOTATION_GITHUB_ACTIONS_RUN_URL":
            "github.ci.werf.io/workflow-run-url="
            "https://github.com/Octo/Shop/actions/runs/1658821493",
        "WERF_REPO_GITHUB_TOKEN": "github-token",
        "WERF_ENABLE_PROCESS_EXTERMINATOR": "1",
        "WERF_GIT_HISTORY_SYNCHRONIZATION": "1",
    }  # fmt: skip


def test_github_images_without_a_nameless_one_lie_beside_the_repository() -> None:
    asked = Asked("/copy", docker_tag, project="web")
    assert values(github(GITHUB, asked))["WERF_IMAGES_REPO"] == "ghcr.io/octo/shop"


@pytest.mark.parametrize(
    ("variables", "name", "value"),
    [
        pytest.param({}, "WERF_TAG_GIT_BRANCH", "feature-one-3a4f5c7b", id="slug-of-branch"),
        pytest.param({"CI_COMMIT_REF_NAME": "main"}, "WERF_TAG_GIT_BRANCH", "main", id="branch"),
        pytest.param({"CI_COMMIT_TAG": "v1.0"}, "WERF_TAG_GIT_TAG", "v1.0", id="tag-first"),
        pytest.param({"CI_BUILD_TAG": "v1", "CI_COMMIT_TAG": "v2"}, "WERF_TAG_GIT_TAG", "v1",
                     id="old-name-first"),
    ],
)  # fmt: skip
def test_gitlab_tags_by_tag_or_branch(variables: Mapping[str, str], name: str, value: str) -> None:
    found = values(gitlab({**GITLAB, **variables}, BY_BRANCH))
    expected = docker_tag("feature/one") if value.startswith("feature") else value
    assert found[name] == expected
    assert "WERF_TAG_BY_STAGES_SIGNATURE" not in found


def test_neither_tag_nor_branch_is_an_error() -> None:
    with pytest.raises(CiEnvError, match="CI_COMMIT_REF_NAME is set"):
        gitlab({"GITLAB_CI": "true"}, BY_BRANCH)


def test_github_knows_one_strategy() -> None:
    with pytest.raises(CiEnvError, match='no strategy "tag-or-branch"'):
        github(GITHUB, BY_BRANCH)


@pytest.mark.parametrize(
    ("system", "foreign"), [(gitlab, GITHUB), (github, GITLAB)], ids=["gitlab", "github"]
)
def test_another_place_is_an_error(
    system: Callable[[Mapping[str, str], Asked], CiEnvironment], foreign: Mapping[str, str]
) -> None:
    with pytest.raises(NotInCiError, match="read the environment of Git"):
        system(foreign, BY_SIGNATURE)


def test_without_a_registry_nothing_is_invented() -> None:
    found = gitlab({"GITLAB_CI": "true"}, BY_SIGNATURE)
    assert not [name for name in values(found) if "REPO" in name or "STORAGE" in name]
    assert found.login is None


def test_a_repository_of_the_users_is_not_beaten() -> None:
    """Flags for stages and images beat ``--repo``, so defaults for them would."""
    found = values(gitlab({**GITLAB, "WERF_REPO": "elsewhere.example.com/shop"}, BY_SIGNATURE))
    assert not [name for name in found if name.startswith(("WERF_STAGES_STORAGE", "WERF_IMAGES"))]
    assert "WERF_REPO_CONTAINER_REGISTRY" not in found


@pytest.mark.parametrize("part", ["WERF_STAGES_STORAGE", "WERF_IMAGES_REPO"])
def test_what_is_elsewhere_is_not_said_to_be_gitlabs(part: str) -> None:
    """The product of ``--repo`` counts for stages and images, too, whose own is not named."""
    found = values(gitlab({**GITLAB, part: "docker.io/company/shop"}, BY_SIGNATURE))
    assert len([name for name, value in found.items() if value == "gitlab"]) == 1


def test_stages_of_the_host_are_nobodys() -> None:
    found = values(gitlab({**GITLAB, "WERF_STAGES_STORAGE": ":local"}, BY_SIGNATURE))
    assert found["WERF_REPO_CONTAINER_REGISTRY"] == "gitlab"
    assert "WERF_STAGES_STORAGE_REPO_IMPLEMENTATION" not in found


@pytest.mark.parametrize(
    ("version", "mode"), [("12.1.3", "on"), ("12.1.9", "off"), ("12.2.0", "on"), ("odd", "on")]
)
def test_gitlabs_that_show_no_colors(version: str, mode: str) -> None:
    found = values(gitlab({**GITLAB, "CI_SERVER_VERSION": version}, BY_SIGNATURE))
    assert found["WERF_LOG_COLOR_MODE"] == mode


def test_logins() -> None:
    assert gitlab(GITLAB, BY_SIGNATURE).login == Login(
        "registry.example.com", "gitlab-ci-token", "job-token"
    )
    assert github(GITHUB, BY_SIGNATURE).login == Login("ghcr.io", "octocat", "github-token")


def test_limits_are_werfs_or_the_users() -> None:
    found = {one.name: one.value for one in limits_of({"gitTagStrategyLimit": 3}, "cleanup.yaml")}
    assert found["WERF_GIT_TAG_STRATEGY_LIMIT"] == "3"
    assert found["WERF_STAGES_SIGNATURE_STRATEGY_EXPIRY_DAYS"] == "-1"


@pytest.mark.parametrize("document", [[], {"other": 1}, {"gitTagStrategyLimit": "many"}])
def test_wrong_limits_are_an_error(document: object) -> None:
    with pytest.raises(CiEnvError, match=r'read "cleanup.yaml"'):
        limits_of(document, "cleanup.yaml")
