"""``secrets:`` of an image: what instructions may read and nothing ever holds."""

import posixpath
from collections.abc import Iterator, Sequence

from stages.secret import Secret, SecretSource
from werfish.config import rules
from werfish.config.nodes import Table, text_of, value_of
from werfish.config.schema import Choice, Finding, Key, Section


def _judged(table: Table) -> Iterator[Finding]:
    if text_of(table, "value") and not text_of(table, "id"):
        text = '"id" is missing: a value has no name of its own'
        yield Finding(value_of(table, "value") or table, "", text)
    name = text_of(table, "id")
    if "/" in name or name in (".", ".."):
        text = f'"{name}" is not the name of a file'
        yield Finding(value_of(table, "id") or table, "id", text)


SECRET = Section(
    (
        Key("id", rule=rules.not_empty, summary="Its name; else the variable's or the file's."),
        Key("env", rule=rules.not_empty, summary="The variable that holds it."),
        Key("src", rule=rules.not_empty, summary="The file that holds it, ~ for the home."),
        Key("value", rule=rules.not_empty, summary="The text itself; better from a variable."),
    ),
    choices=(Choice(("env", "src", "value"), required=True),),
    judge=_judged,
    renamed={"file": "src"},
)


def secret_of(table: Table) -> Secret:
    """Return the secret that *table*, already checked, describes."""
    source = next(source for source in SecretSource if text_of(table, source))
    place = text_of(table, source)
    named = posixpath.basename(place) if source is SecretSource.SRC else place
    return Secret(text_of(table, "id") or named, source, place)


def secret_findings(tables: Sequence[Table]) -> Iterator[Finding]:
    """Find secrets of one name."""
    first: dict[str, int] = {}
    for number, table in enumerate(tables):
        name = secret_of(table).id
        if name in first:
            text = f'a secret "{name}" is there already, secrets[{first[name]}]'
            yield Finding(table, f"secrets[{number}]", text)
        first.setdefault(name, number)
