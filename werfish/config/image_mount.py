"""``mount:`` of an image: folders that instructions see and the image never holds."""

from collections.abc import Iterator, Sequence

from stages.mount import Mount, MountKind
from werfish.config import rules
from werfish.config.nodes import Table, text_of, value_of
from werfish.config.schema import Choice, Finding, Key, Section

MOUNT = Section(
    (
        Key("to", rule=rules.below_root, required=True, summary="The path that instructions see."),
        Key("from", values=("tmp_dir", "build_dir"), summary="A folder of this build, or kept."),
        Key("fromPath", rule=rules.not_empty, summary="A path of the host, ~ for the home."),
    ),
    choices=(Choice(("from", "fromPath"), required=True),),
)


def mount_of(table: Table) -> Mount:
    """Return the mount that *table*, already checked, describes."""
    path = text_of(table, "fromPath")
    kind = MountKind.CUSTOM_DIR if path else MountKind(text_of(table, "from"))
    return Mount(rules.clean(text_of(table, "to")), kind, path)


def mount_findings(tables: Sequence[Table]) -> Iterator[Finding]:
    """Find mounts that stand in each other's place."""
    first: dict[str, int] = {}
    for number, table in enumerate(tables):
        to = mount_of(table).to
        if to in first:
            text = f'"{to}" is mounted already, by mount[{first[to]}]'
            yield Finding(value_of(table, "to") or table, f"mount[{number}].to", text)
        first.setdefault(to, number)
