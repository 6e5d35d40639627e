"""Which instructions of a Dockerfile differ, in the user's words.

They are compared as lists: where one was put in, those after it are not told as changed.
"""

from collections.abc import Iterator, Sequence

from stages.digest import Part

INSTRUCTION_KINDS = frozenset({"instruction", "resolved", "source"})
_LONGEST = 60


def changed_instructions(before: Sequence[Part], after: Sequence[Part]) -> list[str]:
    """Say which instructions of the parts *after* are new, gone or changed since *before*."""
    from difflib import SequenceMatcher

    old, new = _instructions(before), _instructions(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [said for code in matcher.get_opcodes() for said in _said(code, old, new)]


def _instructions(parts: Sequence[Part]) -> list[tuple[str, ...]]:
    """Return for each instruction its text, then what its variables and sources are."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if part.kind in INSTRUCTION_KINDS:
            found[part.name] = (*found.get(part.name, ()), part.value)
    return list(found.values())


def _said(
    code: tuple[str, int, int, int, int],
    old: Sequence[tuple[str, ...]],
    new: Sequence[tuple[str, ...]],
) -> Iterator[str]:
    tag, old_start, old_end, start, end = code
    if tag == "delete":
        yield from (
            f"instruction {_shown(old[place])} removed" for place in range(old_start, old_end)
        )
    elif tag == "insert":
        yield from (f"instruction {_named(new, place)} added" for place in range(start, end))
    elif tag == "replace":
        for offset, place in enumerate(range(start, end)):
            before = old[old_start + offset] if old_start + offset < old_end else ()
            is_same = before[:1] == new[place][:1]
            became = "has other values" if is_same else "changed"
            yield f"instruction {_named(new, place)} {became}"


def _named(instructions: Sequence[tuple[str, ...]], place: int) -> str:
    return f"{place + 1} ({_shown(instructions[place])})"


def _shown(instruction: tuple[str, ...]) -> str:
    text = " ".join(instruction[0].partition("\n")[0].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
