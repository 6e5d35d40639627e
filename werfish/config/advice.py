"""Words for what is wrong: what was expected, what may be meant, how to mend it."""

from collections.abc import Iterable, Sequence

from werfish.config.nodes import Entry, Items, Node, Scalar, Table, is_null
from werfish.config.schema import Section, Shape

_TEXTS = (Shape.TEXT, Shape.TEXTS)


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.75) -> str:
    """Return that of the *known* words which *word* may be meant to be, or nothing.

    *likeness* is how much of both must be the same, up to 1. The same letters in another order
    are always alike: of a short word two that are swapped are most of it (``gti``).
    """
    from difflib import get_close_matches

    folded, letters = {name.lower(): name for name in known}, sorted(word.lower())
    found = get_close_matches(word.lower(), folded, n=1, cutoff=likeness)
    found = found or [name for name in folded if sorted(name) == letters]
    return folded[found[0]] if found else ""


def advice_on(name: str, section: Section) -> str:
    """Say what may be meant by the key *name*, which *section* does not know."""
    if name in section.renamed:
        return f'write "{section.renamed[name]}"'
    if name in section.elsewhere:
        return section.elsewhere[name]
    known = [key.name for key in section.keys]
    above = [key.name for key in section.keys if key.section and key.section.key(name)]
    meant = nearest(name, known, likeness=0.9 if above else 0.75)
    if meant:
        return f'did you mean "{meant}"?'
    return f'it belongs below "{above[0]}"' if above else f"allowed are {', '.join(known)}"


def meant_keys(table: Table, section: Section) -> set[str]:
    """Return the keys that misspelt ones of *table* stand for: these are not missing as well."""
    known = [key.name for key in section.keys]
    names = {entry.key.text for entry in table.entries}.difference(known, section.elsewhere)
    return {section.renamed.get(name) or nearest(name, known) for name in names}


def not_among(text: str, values: tuple[str, ...]) -> str:
    """Say that *text* is none of the *values*, and which may be meant."""
    meant = nearest(text, values)
    advice = f'did you mean "{meant}"? ' if meant else ""
    return f'"{text}" is not known; {advice}allowed are {", ".join(values)}'


def expected(wanted: Shape, found: Node) -> str:
    """Say that *wanted* is expected where *found* stands."""
    text = f"{wanted} is expected, not {_described(found)}"
    match found:
        case Table(entries=(Entry(key=Scalar(text=key)), *_)) if " " in key and wanted in _TEXTS:
            return f'{text}; quote a text with a colon: "{key}: ..."'
        case Scalar(is_quoted=True, text="true" | "false") if wanted is Shape.FLAG:
            return f"{text} as a text; take off the quotes"
    return text


def _described(node: Node) -> str:
    match node:
        case Items():
            return "a list"
        case Table():
            return "a section"
        case Scalar(text=text):
            return "nothing" if is_null(node) else f'"{text}"'


def quoted(names: Sequence[str], word: str) -> str:
    """Return *names* in quotes, the last one after *word*: ``"a", "b" or "c"``."""
    quoted = [f'"{name}"' for name in names]
    return f" {word} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
