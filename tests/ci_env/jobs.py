"""Environments of jobs, as the CI systems document and record them."""

from collections.abc import Mapping

GITLAB: Mapping[str, str] = {
    "GITLAB_CI": "true",
    "CI_COMMIT_REF_NAME": "feature/one",
    "CI_COMMIT_SHA": "1ecfd275763eff1d6b4844ea3168962458c9f27a",
    "CI_ENVIRONMENT_SLUG": "review-one",
    "CI_JOB_ID": "50",
    "CI_JOB_TOKEN": "job-token",
    "CI_PIPELINE_ID": "1000",
    "CI_PROJECT_URL": "https://gitlab.example.com/group/shop",
    "CI_REGISTRY": "registry.example.com",
    "CI_REGISTRY_IMAGE": "registry.example.com/group/shop",
    "CI_SERVER_VERSION": "17.5.1-ee",
}
GITHUB: Mapping[str, str] = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "octocat",
    "GITHUB_REF_NAME": "main",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_REPOSITORY": "Octo/Shop",
    "GITHUB_RUN_ID": "1658821493",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_SHA": "ffac537e6cbbf934b08745a378932722df287a53",
    "GITHUB_TOKEN": "github-token",
}
