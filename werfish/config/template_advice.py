"""How to mend what is wrong in a template, where that is known."""

import re
from collections.abc import Mapping, Sequence

from stages.light_dataclass import dataclass
from werfish.config.advice import nearest

_REMEDIES = {
    "unexpected EOF": "an if, range, with, define or block above lacks its {{ end }}",
    "unexpected {{end}}": "no if, range, with, define or block is open here",
}
_TIGHT_TRIM = r"""bad number syntax: "-[^0-9.]|bad character U\+002D"""
_UNCLOSED = r"(?P<said>unclosed action) started at (?P<template>.+):(?P<line>\d+)$"
_NO_FUNCTION = r'function "(?P<name>[^"]*)" not defined'
_NO_TEMPLATE = r'no template "([^"]*)" associated with|template "([^"]*)" not defined'
_NO_FIELD = r"can't evaluate field (?P<name>\w+) in type"
_FILES = ("Get", "Glob", "Exists", "IsDir")
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What templates may call: *files* to include, *templates*, and *functions*.

    The templates are those files and what they define. What is *lacking* says why one may not be
    there.
    """

    files: Sequence[str] = ()
    templates: Sequence[str] = ()
    functions: Sequence[str] = ()
    lacking: str = ""


def in_files(message: str, files: Mapping[str, str]) -> str:
    """Return *message* with the file in the place of the template's name; *files* has both."""
    found = re.match(_UNCLOSED, message)
    if not found:
        return message
    file = files.get(found["template"], found["template"])
    return f"{found['said']} started at {file}:{found['line']}"


def remedy_for(message: str, expression: str, known: Known) -> str:
    """Say how to mend what *message* tells of *expression*, or nothing."""
    if re.match(_TIGHT_TRIM, message):
        return "a dash that trims has a space beside it: {{- x -}}"
    if re.match(_UNCLOSED, message):
        return "end it with }}"
    if found := re.match(_NO_FUNCTION, message):
        return _meant(nearest(found["name"], known.functions, likeness=0.8))
    if found := re.search(_NO_TEMPLATE, message):
        return _no_template(found[1] or found[2] or "", known)
    if (found := re.match(_NO_FIELD, message)) and ".Files." in expression:
        return _meant(nearest(found["name"], _FILES)) or f".Files has {', '.join(_FILES)}"
    return _REMEDIES.get(message, "")


def _no_template(name: str, known: Known) -> str:
    meant = nearest(name, known.templates) or nearest(f"{name}.tmpl", known.files)
    if known.lacking or meant:
        return known.lacking or _meant(meant)
    shown = ", ".join(known.files[:_MOST_NAMES]) + (", ..." if known.files[_MOST_NAMES:] else "")
    return f"the files to include are {shown}" if shown else "there are no files to include"


def _meant(name: str) -> str:
    return f'did you mean "{name}"?' if name else ""
