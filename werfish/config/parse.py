"""YAML text to nodes with positions, or the problem that stands in the way."""

import re

from werfish.config.compose import UnfitError, compose
from werfish.config.document import Document, lines_of
from werfish.config.errors import Problem
from werfish.config.nodes import Node

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_REMEDIES = {
    "found character that cannot start any token": "indent with spaces, not tabs, and quote a "
    "text that begins with one of @ ` % * & !",
    "mapping values are not allowed in this context": 'quote a text that contains ": "',
    "did not find expected key": "check the indentation and the quotes",
    "did not find expected '-' indicator": "check the indentation",
    "could not find expected ':'": "check the indentation, and that the key ends with a colon",
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
        mark = error.problem_mark or error.context_mark
        words = ", ".join(word for word in (error.context, error.problem) if word)
        line, column = (mark.line, mark.column) if mark else (0, 0)
        remedy = _REMEDIES.get(error.problem or "", "")
        text = f"not YAML: {words}" + (f"; {remedy}" if remedy else "")
        return Problem(before + line + 1, column + 1, "", text)
    except yaml.YAMLError as error:
        return Problem(document.first_line, 1, "", f"not YAML: {error}")


def _unprintable(document: Document) -> Problem | None:
    for number, line in enumerate(lines_of(document.text), start=document.first_line):
        found = _UNPRINTABLE.search(line)
        if found:
            text = f"not YAML: the character {found[0]!r} is not allowed"
            return Problem(number, found.start() + 1, "", text)
    return None
