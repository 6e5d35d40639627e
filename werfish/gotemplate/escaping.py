"""``html``, ``js`` and ``urlquery``: what ``print`` prints, safe in another language."""

from typing import Any
from urllib.parse import quote_plus

from werfish.gotemplate.formatting import sprint
from werfish.gotemplate.values import to_bytes

_HTML = str.maketrans(
    {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"'}
_JS |= {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def _printed(arguments: tuple[Any, ...]) -> str:
    return sprint(*("<no value>" if each is None else each for each in arguments))


def html(*arguments: Any) -> str:
    """Return what ``print`` prints, safe inside HTML."""
    return _printed(arguments).translate(_HTML)


def js(*arguments: Any) -> str:
    """Return what ``print`` prints, safe inside a JavaScript string."""
    return "".join(_js(each) for each in _printed(arguments))


def _js(character: str) -> str:
    if character in _JS:
        return _JS[character]
    if character.isprintable() or 0xDC80 <= ord(character) <= 0xDCFF:
        return character
    return f"\\u{ord(character):04X}"


def urlquery(*arguments: Any) -> str:
    """Return what ``print`` prints, as a part of a URL's query."""
    return quote_plus(to_bytes(_printed(arguments)), safe="~")
