"""YAML text to nodes with positions, or the problem that stands in the way."""

import re
from typing import TYPE_CHECKING

from werfish.config.compose import UnfitError, compose
from werfish.config.document import Document, lines_of
from werfish.config.errors import Problem
from werfish.config.nodes import Node

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

_UNPRINTABLE_ASCII = "[\0-\x08\x0b\x0c\x0e-\x1f\x7f]"
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""All that YAML does not allow: an expression that takes 5 ms to compile, and is rarely needed."""

_RAW_BYTES = "\udc80", "\udcff"
"""What stands for bytes that are no text, of files that templates include."""

_RESERVED = tuple("@`%*&!|>{}[],")

_NO_COLON = "could not find expected ':'"
_REMEDIES = {
    "mapping values are not allowed in this context": 'quote a text that contains ": "',
    "did not find expected key": "check the indentation and the quotes",
    "did not find expected '-' indicator": "check the indentation",
    _NO_COLON: "check the indentation, and that the key ends with a colon",
    "did not find expected ',' or ']'": "a list that begins with [ ends with ]",
    "did not find expected ',' or '}'": "a section that begins with { ends with }",
    "found unexpected end of stream": "close the quotes",
    "did not find expected <document start>": "separate documents by a line of ---",
}


def parse_document(document: Document) -> Node | Problem | None:
    """Return what *document* holds, ``None`` where that is nothing, or why it is not YAML."""
    import yaml

    before = document.first_line - 1
    try:
        return _unprintable(document) or compose(document.text, before)
    except UnfitError as error:
        return Problem(error.position.line, error.position.column, "", str(error))
    except yaml.MarkedYAMLError as error:
        return _not_yaml(document, error)
    except yaml.YAMLError as error:
        return Problem(document.first_line, 1, "", f"not YAML: {error}")


def _not_yaml(document: Document, error: "MarkedYAMLError") -> Problem:
    """Return the problem at its mark or, where that is the end, at what began and never ended."""
    lines = lines_of(document.text.rstrip())
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
    if error.problem == _NO_COLON:
        marks.reverse()  # what lacks it is the key before, often a line above
    inside = [(mark.line, mark.column) for mark in marks if mark.line < len(lines)]
    line, column = inside[0] if inside else (len(lines) - 1, len(lines[-1]))
    words = ", ".join(word for word in (error.context, error.problem) if word)
    remedy = _REMEDIES.get(error.problem or "") or _remedy_for(lines[line], column)
    text = f"not YAML: {words}" + (f"; {remedy}" if remedy else "")
    return Problem(document.first_line + line, column + 1, "", text)


def _remedy_for(line: str, column: int) -> str:
    letter = line[column : column + 1]
    if letter == "\t":
        return "indent with spaces, not tabs"
    return f"quote a text that begins with {letter}" if letter in _RESERVED else ""


def _unprintable(document: Document) -> Problem | None:
    unprintable = re.compile(_UNPRINTABLE_ASCII if document.text.isascii() else _UNPRINTABLE)
    for number, line in enumerate(lines_of(document.text), start=document.first_line):
        found = unprintable.search(line)
        if found:
            text = f"not YAML: the character {found[0]!r} is not allowed"
            if _RAW_BYTES[0] <= found[0] <= _RAW_BYTES[1]:
                text = f"the byte 0x{ord(found[0]) & 0xFF:02x} is not UTF-8 text"
            return Problem(number, found.start() + 1, "", text)
    return None
