"""The functions of sprig about regular expressions."""

from collections.abc import Callable
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.quoting import can_backquote, quote
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.re2 import matching
from werfish.gotemplate.sprig.re2.errors import RegexError
from werfish.gotemplate.values import Slice, strings


def _found(texts: list[str]) -> Slice:
    return strings(texts) if texts else Slice("[]string", nil=True)


def _find_all(regex: matching.Regex, text: str, limit: int) -> Slice:
    return _found([match[0] for match in matching.find_all(regex, text, limit)])


def _find(regex: matching.Regex, text: str) -> str:
    match = regex.compiled.search(text)
    return match[0] if match else ""


def _matches(regex: matching.Regex, text: str) -> bool:
    return regex.compiled.search(text) is not None


def _split(regex: matching.Regex, text: str, limit: int) -> Slice:
    return _found(matching.split(regex, text, limit))


_CALLS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "RegexMatch": (_matches, ("string",)),
    "RegexFind": (_find, ("string",)),
    "RegexFindAll": (_find_all, ("string", "int")),
    "RegexReplaceAll": (matching.replace_all, ("string", "string")),
    "RegexReplaceAllLiteral": (matching.replace_all_literal, ("string", "string")),
    "RegexSplit": (_split, ("string", "int")),
}
"""What each does with a compiled pattern, and the types that follow the pattern."""


def _must(call: Callable[..., Any]) -> Callable[..., Any]:
    """Report a bad pattern as an error."""

    def called(pattern: str, *arguments: Any) -> Any:
        try:
            return call(matching.compiled(pattern), *arguments)
        except RegexError as error:
            raise GoError(str(error)) from error

    return called


def _panicking(call: Callable[..., Any]) -> Callable[..., Any]:
    """Report a bad pattern as Go's ``MustCompile`` panics."""

    def called(pattern: str, *arguments: Any) -> Any:
        try:
            return call(matching.compiled(pattern), *arguments)
        except RegexError as error:
            shown = f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
            raise GoError(f"regexp: Compile({shown}): {error}") from error

    return called


def _match_or_not(pattern: str, text: str) -> bool:
    """Say whether *text* has a match; a bad pattern has none."""
    try:
        return _matches(matching.compiled(pattern), text)
    except RegexError:
        return False


FUNCTIONS: dict[str, Function] = {
    **{
        f"must{name}": function(_must(call), "string", *types)
        for name, (call, types) in _CALLS.items()
    },
    **{
        f"r{name[1:]}": function(_panicking(call), "string", *types)
        for name, (call, types) in _CALLS.items()
    },
    "regexMatch": function(_match_or_not, "string", "string"),
    "regexQuoteMeta": function(matching.quote_meta, "string"),
}
