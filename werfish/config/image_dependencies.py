"""``dependencies:`` of an image: others that come first, and where they are."""

from collections.abc import Iterator, Sequence

from stages.dependencies import Dependency, ImageFact, ToldFact
from werfish.config import rules
from werfish.config.image_import import BEFORE_OR_AFTER, WHEN, stage_of
from werfish.config.nodes import Table, tables_of, text_of, value_of
from werfish.config.schema import Choice, Finding, Key, Section, Shape

ENV, BUILD_ARG = "targetEnv", "targetBuildArg"
_IMAGE = Choice(("image", "from"), required=True)


def _section(target: str, other: str, keys: tuple[Key, ...]) -> Section:
    facts = Section(
        (
            Key(
                "type",
                required=True,
                values=tuple(fact.value for fact in ImageFact),
                summary="What of the other image is told.",
            ),
            Key(target, required=True, rule=rules.variable_name, summary="The name it is told by."),
        ),
        renamed={other: target},
    )
    image = Key("image", rule=rules.not_empty, summary="An image of this project.")
    other_image = Key("from", rule=rules.not_empty, summary="Another name of image.")
    told = Key("imports", Shape.SECTIONS, facts, summary="What this image is told of it.")
    return Section(
        (image, other_image, *keys, told),
        {}
        if keys
        else dict.fromkeys(("before", "after"), "a Dockerfile has it from its beginning"),
        (_IMAGE, BEFORE_OR_AFTER) if keys else (_IMAGE,),
    )


STAPEL_DEPENDENCY = _section(ENV, BUILD_ARG, WHEN)
DOCKERFILE_DEPENDENCY = _section(BUILD_ARG, ENV, ())


def dependency_of(table: Table) -> Dependency:
    """Return the dependency that *table*, already checked, describes."""
    facts = tuple(
        ToldFact(ImageFact(text_of(one, "type")), text_of(one, ENV) or text_of(one, BUILD_ARG))
        for one in tables_of(table, "imports")
    )
    is_staged = bool(text_of(table, "before") or text_of(table, "after"))
    image = text_of(table, "image") or text_of(table, "from")
    return Dependency(image, facts, stage_of(table) if is_staged else None)


def dependency_findings(tables: Sequence[Table], taken: Sequence[str] = ()) -> Iterator[Finding]:
    """Find names that are told twice; *taken* are those of the image's own arguments."""
    first = dict.fromkeys(taken, "args")
    for number, table in enumerate(tables):
        for place, one in enumerate(tables_of(table, "imports")):
            name = text_of(one, ENV) or text_of(one, BUILD_ARG)
            path = f"dependencies[{number}].imports[{place}]"
            if name in first:
                text = f'"{name}" is set already, by {first[name]}'
                yield Finding(value_of(one, ENV) or value_of(one, BUILD_ARG) or one, path, text)
            first.setdefault(name, path)
