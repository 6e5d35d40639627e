"""The document that describes the project as a whole."""

from werfish.config import rules
from werfish.config.model import DeploySettings
from werfish.config.nodes import Table, flag_of, table_of, text_of
from werfish.config.schema import Key, Section, Shape, later

DEPLOY = Section(
    (
        Key("helmRelease", rule=rules.not_empty),
        Key("helmReleaseSlug", Shape.FLAG),
        Key("namespace", rule=rules.not_empty),
        Key("namespaceSlug", Shape.FLAG),
        *later("helmChartDir", "helmChartConfig"),
    )
)
META = Section(
    (
        Key("configVersion", rule=rules.config_version, required=True),
        Key("project", rule=rules.project_name, required=True),
        Key("deploy", Shape.SECTION, DEPLOY),
        Key("cleanup", Shape.ANYTHING),
        Key("gitWorktree", Shape.ANYTHING),
        *later("build"),
    )
)


def deploy_settings_of(meta: Table) -> DeploySettings:
    """Return the settings for deploying that *meta*, already checked, has."""
    deploy = table_of(meta, "deploy")
    return DeploySettings(
        helm_release=text_of(deploy, "helmRelease"),
        helm_release_slug=flag_of(deploy, "helmReleaseSlug", default=True),
        namespace=text_of(deploy, "namespace"),
        namespace_slug=flag_of(deploy, "namespaceSlug", default=True),
    )
