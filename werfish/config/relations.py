"""What images say of one another: names that clash, names that nobody has, circles."""

from collections.abc import Iterator, Mapping, Sequence

from stages.light_dataclass import dataclass
from stages.order import cycles_of
from werfish.config.advice import nearest
from werfish.config.check import problem
from werfish.config.errors import Problem
from werfish.config.image import names_of
from werfish.config.nodes import Scalar, Table, entry_of, tables_of, value_of

IMAGE, ARTIFACT = "image", "artifact"
_MOST_TITLES = 4
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Named:
    """One image or artifact of the file, and the document that describes it."""

    name: Scalar
    kind: str
    table: Table

    @property
    def title(self) -> str:
        """The way to it for people: ``image "app"``."""
        return title_of(self.kind, self.name.text)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document's word on another image: *scalar* at *path* names one of the *kinds*.

    An *open* one may also name an image of a registry. What is of another kind stands at *other*.
    """

    scalar: Scalar
    path: str
    kinds: tuple[str, ...]
    is_open: bool = False
    other: str = ""


def title_of(kind: str, name: str) -> str:
    """Return what people call the image *name*."""
    return f'{kind} "{name}"' if name else f"{kind} ~"


def titles_of(named: Sequence[Named]) -> str:
    """Return what people call the images of one document, which may have very many."""
    left = len(named) - _MOST_TITLES
    titles = ", ".join(one.title for one in named[:_MOST_TITLES])
    return f"{titles} and {left} more" if left > 0 else titles


def named_in(tables: Sequence[Table]) -> tuple[Named, ...]:
    """Return the images and artifacts that the documents *tables* describe."""
    return tuple(
        Named(name, ARTIFACT if entry_of(table, ARTIFACT) else IMAGE, table)
        for table in tables
        for name in names_of(table)
    )


def relation_problems(tables: Sequence[Table], *, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong between the images that *tables* describe.

    *whole* says that no document is missing from them, so that an unknown name is one.
    """
    named = named_in(tables)
    yield from _clashes(named)
    kinds = {one.name.text: one.kind for one in named}
    if whole:
        for table in tables:
            yield from _unknown(table, kinds)
    yield from _circles(named, kinds)


def references_of(table: Table) -> Iterator[Reference]:
    """Yield what the document *table* says of other images."""
    for number, one in enumerate(tables_of(table, "dependencies")):
        for key in ("image", "from"):
            yield from _reference(one, key, f"dependencies[{number}].", (IMAGE,))
    if entry_of(table, "dockerfile"):
        return
    yield from _reference(table, "fromImage", "", (IMAGE,), "fromArtifact")
    yield from _reference(table, "fromImageArtifact", "", (ARTIFACT,), "fromImage")
    yield from _reference(table, "fromArtifact", "", (ARTIFACT,), "fromImage")
    for number, one in enumerate(tables_of(table, "import")):
        place = f"import[{number}]."
        yield from _reference(one, "image", place, (IMAGE,), "artifact")
        yield from _reference(one, "artifact", place, (ARTIFACT,), "image")
        yield from _reference(one, "from", place, (IMAGE, ARTIFACT), is_open=True)


def _reference(
    table: Table,
    key: str,
    place: str,
    kinds: tuple[str, ...],
    other: str = "",
    *,
    is_open: bool = False,
) -> Iterator[Reference]:
    value = value_of(table, key)
    if isinstance(value, Scalar):
        yield Reference(value, place + key, kinds, is_open, other)


def _clashes(named: Sequence[Named]) -> Iterator[Problem]:
    first: dict[str, Named] = {}
    for one in named:
        name = one.name.text
        if name in first:
            text, line = "this name is taken", first[name].name.position.line
            yield problem(one.name.position, one.title, "", text, first=line)
        elif not name and one.kind == IMAGE and len(named) > 1:
            text = "an image without a name cannot stand beside others; give it one"
            yield problem(one.name.position, one.title, "", text)
        first.setdefault(name, one)


def _unknown(table: Table, kinds: Mapping[str, str]) -> Iterator[Problem]:
    own = named_in([table])
    titles, names = titles_of(own), {one.name.text for one in own}
    for one in references_of(table):
        found = kinds.get(one.scalar.text)
        if found in one.kinds or (found is None and one.is_open):
            continue
        text = _no_such(one, found, {name: kinds[name] for name in kinds if name not in names})
        yield problem(one.scalar.position, titles, one.path, text)


def _no_such(reference: Reference, found: str | None, kinds: Mapping[str, str]) -> str:
    name, wanted = reference.scalar.text, reference.kinds[0]
    if found:
        advice = f'; write "{reference.other}"' if reference.other else ""
        return f'"{name}" is an {found}, and an {wanted} is expected{advice}'
    fitting = [known for known, kind in kinds.items() if known and kind in reference.kinds]
    meant = nearest(name, fitting)
    if meant:
        return f'no such {wanted} "{name}" in this project; did you mean "{meant}"?'
    advice = f"others are {_listed(fitting)}" if fitting else "there is no other"
    return f'no such {wanted} "{name}" in this project; {advice}'


def _listed(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES])
    return f"{listed} and {left} more" if left > 0 else listed


def _circles(named: Sequence[Named], kinds: Mapping[str, str]) -> Iterator[Problem]:
    references = {
        one.name.text: [each for each in references_of(one.table) if each.scalar.text in kinds]
        for one in named
    }
    titles = {one.name.text: one.title for one in named}
    needs = {name: [one.scalar.text for one in found] for name, found in references.items()}
    for cycle in cycles_of(needs):
        start = next(one for one in references[cycle[0]] if one.scalar.text == cycle[1])
        said = "it needs itself" if len(cycle) == 2 else "images need each other in a circle"
        text = f"{said}: {' -> '.join(cycle)}"
        yield problem(start.scalar.position, titles[cycle[0]], start.path, text)
