"""The functions of sprig about URLs."""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.url_text import Url, hostname, parse_url, url_text
from werfish.gotemplate.values import kind_of


def url_parse(text: str) -> dict[str, Any]:
    """Take a URL apart."""
    try:
        url = parse_url(text)
    except GoError as error:
        raise GoError(f"unable to parse url: {error}") from error
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": hostname(url.host),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user,
    }


def url_join(parts: dict[str, Any]) -> str:
    """Put a URL together from the parts that `url_parse` returns; missing ones are empty."""
    names = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")
    texts = {name: _part(parts, name) for name in names}
    user = _user(texts.pop("userinfo"))
    return url_text(Url(**texts, user=user))


def _part(parts: dict[str, Any], name: str) -> str:
    value = parts.get(name, "")
    if value is None:
        raise GoError("runtime error: invalid memory address or nil pointer dereference")
    if not isinstance(value, str):
        kind = kind_of(value)
        problem = f"must be of type string, but {kind} found"
        raise GoError(f"unable to parse {name} key, {problem}")
    return value


def _user(text: str) -> str:
    if not text:
        return ""
    try:
        return parse_url(f"proto://{text}@host").user
    except GoError as error:
        raise GoError(f"unable to parse userinfo in dict: {error}") from error


FUNCTIONS: dict[str, Function] = {
    "urlParse": function(url_parse, "string"),
    "urlJoin": function(url_join, "map[string]any"),
}
