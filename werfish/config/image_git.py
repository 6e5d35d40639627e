"""``git:`` of an image: which files of the commit land where."""

from stages.mapping import GitMapping, StageDependencies
from werfish.config import rules
from werfish.config.nodes import Table, table_of, text_of, texts_of
from werfish.config.schema import Key, Section, Shape, later

STAGE_DEPENDENCIES = Section(
    (
        Key("install", Shape.TEXTS, rule=rules.relative),
        Key("beforeSetup", Shape.TEXTS, rule=rules.relative),
        Key("setup", Shape.TEXTS, rule=rules.relative),
    ),
    {"beforeInstall": "no files of git are there yet at that stage"},
)
GIT = Section(
    (
        Key("add", rule=rules.absolute),
        Key("to", rule=rules.absolute, required=True),
        Key("includePaths", Shape.TEXTS, rule=rules.relative),
        Key("excludePaths", Shape.TEXTS, rule=rules.relative),
        Key("owner"),
        Key("group"),
        Key("stageDependencies", Shape.SECTION, STAGE_DEPENDENCIES),
        *later("url", "branch", "tag", "commit", "basicAuth"),
        *later("herebyIAdmitThatBranchMightBreakReproducibility", harmless=("true", "false")),
    )
)


def git_mapping_of(table: Table) -> GitMapping:
    """Return the git mapping that *table*, already checked, describes."""
    depends = table_of(table, "stageDependencies")
    return GitMapping(
        to=rules.clean(text_of(table, "to")),
        add=rules.clean(text_of(table, "add") or "/"),
        include_paths=texts_of(table, "includePaths"),
        exclude_paths=texts_of(table, "excludePaths"),
        owner=text_of(table, "owner"),
        group=text_of(table, "group"),
        stage_dependencies=StageDependencies(
            install=texts_of(depends, "install"),
            before_setup=texts_of(depends, "beforeSetup"),
            setup=texts_of(depends, "setup"),
        ),
    )
