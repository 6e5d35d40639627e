"""``import:`` of an image: files that it takes from another one."""

from collections.abc import Container

from stages.imports import Import
from stages.stage import StageName
from werfish.config import rules
from werfish.config.image_shell import STAGES
from werfish.config.nodes import Table, text_of, texts_of
from werfish.config.schema import Choice, Key, Section, Shape

WHEN = (
    Key("before", values=("install", "setup"), summary="The stage that they are there before."),
    Key("after", values=("install", "setup"), summary="The stage that they come after."),
)
BEFORE_OR_AFTER = Choice(("before", "after"), required=True)

IMPORT = Section(
    (
        Key("image", rule=rules.not_empty, summary="The image of this project to take from."),
        Key("artifact", rule=rules.not_empty, summary="The artifact to take from."),
        Key("from", rule=rules.not_empty, summary="An image of this project or of a registry."),
        Key("stage", values=STAGES, summary="Take the files as they are after this stage of it."),
        *WHEN,
        Key("add", rule=rules.absolute, required=True, summary="The folder or file there."),
        Key("to", rule=rules.absolute, default="add", summary="Where it lands in this image."),
        Key("includePaths", Shape.TEXTS, rule=rules.relative, summary="Globs of what to take."),
        Key("excludePaths", Shape.TEXTS, rule=rules.relative, summary="Globs of what to leave."),
        Key("owner", summary="The user, by the image's name or by number."),
        Key("group", summary="The group, by the image's name or by number."),
    ),
    choices=(Choice(("image", "artifact", "from"), required=True), BEFORE_OR_AFTER),
)

_STAGES = {
    ("before", "install"): StageName.IMPORTS_BEFORE_INSTALL,
    ("after", "install"): StageName.IMPORTS_AFTER_INSTALL,
    ("before", "setup"): StageName.IMPORTS_BEFORE_SETUP,
    ("after", "setup"): StageName.IMPORTS_AFTER_SETUP,
}


def stage_of(table: Table) -> StageName:
    """Return the stage that ``before`` or ``after`` of *table*, already checked, stands for."""
    word = "before" if text_of(table, "before") else "after"
    return _STAGES[word, text_of(table, word)]


def import_of(table: Table, images: Container[str]) -> Import:
    """Return what *table*, already checked, describes; *images* are the project's own."""
    source = text_of(table, "from")
    name = text_of(table, "image") or text_of(table, "artifact")
    add = rules.clean(text_of(table, "add"))
    return Import(
        add=add,
        to=rules.clean(text_of(table, "to")) if text_of(table, "to") else add,
        stage=stage_of(table),
        image=name or (source if source in images else ""),
        reference="" if source in images else source,
        source_stage=text_of(table, "stage"),
        include_paths=texts_of(table, "includePaths"),
        exclude_paths=texts_of(table, "excludePaths"),
        owner=text_of(table, "owner"),
        group=text_of(table, "group"),
        line=table.position.line,
    )
