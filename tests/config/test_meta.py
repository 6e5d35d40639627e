"""The document that describes the project."""

import pytest

from tests.config.reading import META as DOCUMENT
from tests.config.reading import project, table, told
from werfish.config.meta import (
    META,
    build_settings_of,
    deploy_settings_of,
    git_worktree_settings_of,
)
from werfish.config.model import BuildSettings, DeploySettings, GitWorktreeSettings


def test_nothing_said() -> None:
    meta = table(DOCUMENT)
    assert deploy_settings_of(meta) == DeploySettings()
    assert build_settings_of(meta) == BuildSettings()
    assert git_worktree_settings_of(meta) == GitWorktreeSettings()


def test_a_version_with_a_fraction_of_nothing() -> None:
    assert told("configVersion: 1.0\nproject: shop", META) == []


def test_deploying() -> None:
    text = """deploy:
  helmRelease: r
  helmReleaseSlug: n
  namespace: ns
  namespaceSlug: Off
  helmChartDir: chart
  helmChartConfig: {appVersion: 1.10}
"""
    assert told(DOCUMENT + text, META) == []
    assert project(text).deploy == DeploySettings("r", False, "ns", False, "chart", "1.10")


def test_building() -> None:
    text = "build: {cacheVersion: 1, platform: linux/arm64, staged: yes}"
    assert told(DOCUMENT + text, META) == []
    assert project(text).build == BuildSettings("1", ("linux/arm64",), True)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("{forceShallowClone: true}", GitWorktreeSettings(is_shallow_allowed=True)),
        ("{allowUnshallow: false}", GitWorktreeSettings(may_unshallow=False)),
        ("{allowFetchOriginBranchesAndTags: no}", GitWorktreeSettings(may_fetch=False)),
    ],
)
def test_the_clone(text: str, settings: GitWorktreeSettings) -> None:
    assert project(f"gitWorktree: {text}").git_worktree == settings


@pytest.mark.parametrize("name", ["a", "0", "a-b", "a" * 50, "123"])
def test_names_of_projects(name: str) -> None:
    assert told(f"configVersion: 1\nproject: {name}", META) == []


@pytest.mark.parametrize("name", ["A", "a_b", "-a", "a-", "a" * 51, "a.b", "''"])
def test_what_is_no_name_of_a_project(name: str) -> None:
    (problem,) = told(f"configVersion: 1\nproject: {name}", META)
    assert "is not a project name" in problem


@pytest.mark.parametrize("key", ["image", "from", "dockerfile", "git", "shell", "artifact"])
def test_images_have_documents_of_their_own(key: str) -> None:
    (problem,) = told(f"{DOCUMENT}{key}: x", META)
    assert "images have documents of their own, after a line of ---" in problem
