"""Split a file into its YAML documents, keeping their text and where each began.

It is done by hand and not by YAML, so that one document that does not parse leaves the others
readable.
"""

import re

from stages.light_dataclass import dataclass

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML 1.1, and so for the positions that its parser gives."""

_LINE = re.compile(f"(?P<text>[^\n\r\x85\u2028\u2029]*)(?P<end>{_BREAK.pattern}|$)")
_SEPARATOR = re.compile(r"---[ \t]*(#.*)?")
"""As werf has it: to YAML a comment without a space before it is none."""

_EMPTY = re.compile(r"[ \t\ufeff]*(#.*)?")


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its *text* without separators, and the line of the file it begins in."""

    text: str
    first_line: int


def split_documents(text: str) -> tuple[Document, ...]:
    """Return the documents of *text*; those of nothing but comments are left out.

    They are separated by lines of ``---``, which a comment may follow.
    """
    found = []
    lines = [(match["text"], match["end"]) for match in _LINE.finditer(text)]
    separators = [number for number, (line, _) in enumerate(lines) if _SEPARATOR.fullmatch(line)]
    begin = 0
    for end in (*separators, len(lines)):
        inside = lines[begin:end]
        if not all(_EMPTY.fullmatch(line) for line, _ in inside):
            found.append(Document("".join(line + stop for line, stop in inside), begin + 1))
        begin = end + 1
    return tuple(found)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of *text* as positions count them."""
    return tuple(_BREAK.split(text))
