"""The document that describes the project as a whole."""

from werfish.config import rules
from werfish.config.cleanup import CLEANUP
from werfish.config.image_settings import COMMON_SETTINGS, image_settings_of
from werfish.config.model import BuildSettings, DeploySettings, GitWorktreeSettings
from werfish.config.nodes import Table, flag_of, table_of, text_of, texts_of
from werfish.config.readiness import READINESS, readiness_rules_of
from werfish.config.release_name import namespace_template, release_template
from werfish.config.schema import Key, Section, Shape

_CHART_CONFIG = Section((Key("appVersion", summary="appVersion of the chart."),))
DEPLOY = Section(
    (
        Key(
            "helmRelease",
            rule=release_template,
            default="[[ project ]]-[[ env ]]",
            summary="The release's name, a template.",
        ),
        Key("helmReleaseSlug", Shape.FLAG, default="true", summary="Make an unfit name fit."),
        Key(
            "namespace",
            rule=namespace_template,
            default="[[ project ]]-[[ env ]]",
            summary="The namespace, a template.",
        ),
        Key("namespaceSlug", Shape.FLAG, default="true", summary="Make an unfit name fit."),
        Key("helmChartDir", rule=rules.inside, default=".helm", summary="The chart's folder."),
        Key("helmChartConfig", Shape.SECTION, _CHART_CONFIG, summary="What Chart.yaml says else."),
        Key("readiness", Shape.SECTIONS, READINESS, summary="When kinds of resources are ready."),
    )
)
BUILD = Section(
    (
        Key("cacheVersion", summary="Change it to build all images anew."),
        Key("platform", Shape.TEXTS, rule=rules.platform, summary="Target platforms, os/arch."),
        Key("staged", Shape.FLAG, summary="Build Dockerfiles instruction by instruction."),
        Key("imageSpec", Shape.SECTION, COMMON_SETTINGS, summary="For all finished images."),
        Key(
            "sbom",
            Shape.SECTION,
            Section((), is_open=True),
            old="it has no effect yet: no list of what images hold is made",
            summary="A list of what images hold, of werf 2; it has no effect yet.",
        ),
    )
)
GIT_WORKTREE = Section(
    (
        Key("forceShallowClone", Shape.FLAG, default="false", summary="Build in a shallow clone."),
        Key("allowUnshallow", Shape.FLAG, default="false", summary="Fetch the whole history."),
        Key(
            "allowFetchOriginBranchesAndTags",
            Shape.FLAG,
            default="true",
            summary="Fetch branches and tags before cleaning up.",
        ),
    )
)
META = Section(
    (
        Key(
            "configVersion",
            Shape.NUMBER,
            rule=rules.config_version,
            required=True,
            values=("1",),
            summary="The version of this format: 1.",
        ),
        Key("project", rule=rules.project_name, required=True, summary="The project's name."),
        Key("build", Shape.SECTION, BUILD, summary="For all images."),
        Key("deploy", Shape.SECTION, DEPLOY, summary="How the project is deployed."),
        Key("cleanup", Shape.SECTION, CLEANUP, summary="Which published images stay."),
        Key("gitWorktree", Shape.SECTION, GIT_WORKTREE, summary="What may be done with the clone."),
    ),
    dict.fromkeys(
        ("image", "from", "dockerfile", "git", "shell", "ansible", "docker", "artifact"),
        "images have documents of their own, after a line of ---",
    ),
)


def deploy_settings_of(meta: Table) -> DeploySettings:
    """Return the settings for deploying that *meta*, already checked, has."""
    deploy = table_of(meta, "deploy")
    return DeploySettings(
        helm_release=text_of(deploy, "helmRelease"),
        helm_release_slug=flag_of(deploy, "helmReleaseSlug", default=True),
        namespace=text_of(deploy, "namespace"),
        namespace_slug=flag_of(deploy, "namespaceSlug", default=True),
        chart_directory=text_of(deploy, "helmChartDir") or ".helm",
        app_version=text_of(table_of(deploy, "helmChartConfig"), "appVersion"),
        readiness=readiness_rules_of(meta),
    )


def build_settings_of(meta: Table) -> BuildSettings:
    """Return what *meta*, already checked, says for all images."""
    build = table_of(meta, "build")
    return BuildSettings(
        cache_version=text_of(build, "cacheVersion"),
        platforms=texts_of(build, "platform"),
        is_staged=flag_of(build, "staged", default=False),
        settings=image_settings_of(build),
    )


def git_worktree_settings_of(meta: Table) -> GitWorktreeSettings:
    """Return what *meta*, already checked, says of the clone."""
    worktree = table_of(meta, "gitWorktree")
    return GitWorktreeSettings(
        is_shallow_allowed=flag_of(worktree, "forceShallowClone", default=False),
        may_unshallow=flag_of(worktree, "allowUnshallow", default=False),
        may_fetch=flag_of(worktree, "allowFetchOriginBranchesAndTags", default=True),
    )
