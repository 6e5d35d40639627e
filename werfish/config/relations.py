"""What images say of one another: names that clash, names that nobody has, circles."""

from collections.abc import Collection, Iterator, Sequence

from stages.light_dataclass import dataclass
from stages.order import cycles_of
from werfish.config import rules
from werfish.config.advice import nearest
from werfish.config.check import problem
from werfish.config.errors import Problem
from werfish.config.image import OTHER_BASES, names_of, own_base
from werfish.config.nodes import Scalar, Table, entry_of, flag_of, is_null, tables_of, value_of

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
    def is_final(self) -> bool:
        """Whether the image is published."""
        return self.kind == IMAGE and flag_of(self.table, "final", default=True)

    @property
    def title(self) -> str:
        """The way to it for people: ``image "app"``."""
        return title_of(self.kind, self.name.text)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document's word on another image: *scalar* at *path* names it.

    An *open* one may also name an image of a registry. Whether the key says ``image`` or
    ``artifact`` does not matter: in werf 2 both are names of one list, and no name is there twice.
    """

    scalar: Scalar
    path: str
    is_open: bool = False


def title_of(kind: str, name: str) -> str:
    """Return what people call the image *name*."""
    return f'{kind} "{name}"' if name else f"{kind} ~"


def titles_of(named: Sequence[Named]) -> str:
    """Return what people call the images of one document, which may have very many."""
    different = list(dict.fromkeys(one.title for one in named))
    left = len(different) - _MOST_TITLES
    titles = ", ".join(different[:_MOST_TITLES])
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
    names = dict.fromkeys(one.name.text for one in named)
    if whole:
        for table in tables:
            yield from _unknown(table, names)
    yield from _circles(named, names)


def references_of(table: Table) -> Iterator[Reference]:
    """Yield what the document *table* says of other images."""
    for number, one in enumerate(tables_of(table, "dependencies")):
        yield from _references(one, ("image", "from"), f"dependencies[{number}].")
    if entry_of(table, "dockerfile"):
        return
    yield from _references(table, OTHER_BASES)
    yield from _references(table, ("from",), is_open=True)
    for number, one in enumerate(tables_of(table, "import")):
        place = f"import[{number}]."
        yield from _references(one, ("image", "artifact"), place)
        yield from _references(one, ("from",), place, is_open=True)


def _references(
    table: Table, keys: Sequence[str], place: str = "", *, is_open: bool = False
) -> Iterator[Reference]:
    for key in keys:
        value = value_of(table, key)
        if isinstance(value, Scalar):
            yield Reference(value, place + key, is_open)


def _clashes(named: Sequence[Named]) -> Iterator[Problem]:
    """Yield names that are taken; the image without a name is the only one that is published."""
    first: dict[str, Named] = {}
    published = sum(one.is_final for one in named)
    for one in named:
        name, given = one.name.text, entry_of(one.table, one.kind)
        if not name and given and not is_null(given.value):
            continue  # it is no name at all, which is said of the document
        if name in first:
            text, line = "this name is taken", first[name].name.position.line
            yield problem(one.name.position, one.title, "", text, first=line)
        elif not name and one.kind == IMAGE and published > 1:
            text = "an image without a name cannot stand beside others; give it one"
            yield problem(one.name.position, one.title, "", text)
        first.setdefault(name, one)


def _is_elsewhere(reference: Reference, table: Table, names: Collection[str]) -> bool:
    """Whether a base is the registry's, though an image of the project has its name."""
    return reference.path == "from" and own_base(table, names) != reference.scalar.text


def _unknown(table: Table, names: Collection[str]) -> Iterator[Problem]:
    own = named_in([table])
    titles, own_names = titles_of(own), {one.name.text for one in own}
    for one in references_of(table):
        name = one.scalar.text
        if name in names or not name.strip():
            continue
        others = [other for other in names if other and other not in own_names]
        text = rules.base_image(name) if one.is_open else _no_such(name, others)
        if text:
            yield problem(one.scalar.position, titles, one.path, text)


def _no_such(name: str, others: Sequence[str]) -> str:
    meant = nearest(name, others)
    if meant:
        return f'no such image "{name}" in this project; did you mean "{meant}"?'
    advice = f"others are {_listed(others)}" if others else "there is no other"
    return f'no such image "{name}" in this project; {advice}'


def _listed(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES])
    return f"{listed} and {left} more" if left > 0 else listed


def _circles(named: Sequence[Named], names: Collection[str]) -> Iterator[Problem]:
    references = {
        one.name.text: [
            each
            for each in references_of(one.table)
            if each.scalar.text in names and not _is_elsewhere(each, one.table, names)
        ]
        for one in named
    }
    titles = {one.name.text: one.title for one in named}
    needs = {name: [one.scalar.text for one in found] for name, found in references.items()}
    for cycle in cycles_of(needs):
        start = next(one for one in references[cycle[0]] if one.scalar.text == cycle[1])
        said = "it needs itself" if len(cycle) == 2 else "images need each other in a circle"
        text = f"{said}: {' -> '.join(cycle)}"
        yield problem(start.scalar.position, titles[cycle[0]], start.path, text)
